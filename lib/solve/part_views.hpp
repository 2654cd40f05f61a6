#pragma once
// Several boards in one picture, before it is known how they stand to each other: each is a view by
// itself.

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// Observations with one view for each board in each picture. Views are named by running numbers
/// instead of frames, since a frame of a camera may have several. Of observations of a single board
/// nothing changes, and nothing is copied; they must outlive this.
class PartViews {
 public:
  explicit PartViews(const Observations& observations);
  const Observations& observations() const { return is_single() ? original_ : split_; }

  /// What was rejected of these views, in terms of the original ones.
  std::vector<Rejected> merged(std::vector<Rejected> rejected) const;
  /// The index of the original view.
  std::size_t source(std::size_t view) const { return is_single() ? view : sources_[view]; }

 private:
  bool is_single() const { return original_.board.parts.empty(); }
  const Observations& original_;
  Observations split_;
  std::vector<std::size_t> sources_;
};

/// The board with the places of its parts forgotten.
Board without_places(Board board);

/// The observations on these boards: of several in a picture the corners of those whose place is
/// known; while none is, of the one that is seen best.
Observations with_known_boards(const Observations& observations, const Board& board);

/// The part that all corners of one of these views are on.
std::size_t part_of_view(const Board& board, const View& view);

}  // namespace calib
