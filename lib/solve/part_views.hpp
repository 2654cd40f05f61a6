#pragma once
// Splits the views of several boards into one view per board, for use before the relative poses of
// the boards are known.

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Observations with one view for each board in each image. `frame` is a running number, since a
/// frame of a camera may have several of these views. Observations of a single board are used as
/// they are, without a copy. The original observations must outlive this object.
class PartViews {
 public:
  explicit PartViews(const Observations& observations);
  const Observations& observations() const { return is_single() ? original_ : split_; }

  /// Converts rejections of these views to rejections of the original views.
  std::vector<Rejected> merged(std::vector<Rejected> rejected) const;
  /// The index of the original view.
  std::size_t observed_view(std::size_t view) const {
    return is_single() ? view : observed_views_[view];
  }

 private:
  bool is_single() const { return original_.board.parts.empty(); }
  const Observations& original_;
  Observations split_;
  std::vector<std::size_t> observed_views_;
};

/// The board with the poses of its parts removed.
Board without_places(Board board);

/// The observations with `board` as their board. If parts of it have a pose, only the corners on
/// these are kept; otherwise in each view those on the part with the most corners.
Observations with_known_boards(const Observations& observations, const Board& board);

/// The index of the part on which the corners of such a view lie.
std::size_t part_of_view(const Board& board, const View& view);

}  // namespace calib
