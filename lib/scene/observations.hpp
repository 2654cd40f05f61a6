#pragma once
// The content of observations.yaml: the detected corners. Written by `detect` and never changed
// afterwards.

#include <algorithm>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/board.hpp"
#include "scene/provenance.hpp"

namespace calib {

/// One corner in one image.
struct Corner {
  int id = 0;           ///< row * corners_x + column
  double x = 0, y = 0;  ///< pixels
  double sigma_px = 0;  ///< standard deviation of x and of y; 0: unknown
  bool operator==(const Corner&) const = default;
};

struct ObservedCamera {
  std::string name;
  ImageSize image_size;
  std::optional<CropInfo> crop = std::nullopt;
  bool operator==(const ObservedCamera&) const = default;
};

/// Which image: of which camera, at which frame.
struct ViewRef {
  int camera = 0;          ///< index into Observations::cameras
  std::int64_t frame = 0;  ///< the number of the synchronized frame: the key in the image's name
  auto operator<=>(const ViewRef&) const = default;
};

/// One board in one image. Corners are in rising order of id.
struct View : ViewRef {
  std::string image;  ///< path relative to the dataset
  std::vector<Corner> corners;
  /// When the image was taken, in seconds on the clock of its camera; absent: not known.
  std::optional<double> time_s = std::nullopt;
  bool operator==(const View&) const = default;
};

/// An image in which no board was found, or which could not be read, and why.
struct MissingView : ViewRef {
  std::string image;
  std::string reason;
  bool is_broken = false;     ///< the picture cannot be decoded, or has another size
  ImageSize other_size = {};  ///< which other size than the camera's; 0x0: it has not
  bool operator==(const MissingView&) const = default;
};

/// Sorts views or missing views into the order that Observations requires.
template <class V>
void sort_views(std::vector<V>& views) {
  std::sort(views.begin(), views.end(), [](const V& a, const V& b) {
    return std::tie(a.camera, a.frame, a.image) < std::tie(b.camera, b.frame, b.image);
  });
}

/// A frame that was chosen from a long recording, and the state after it was taken.
struct ChosenFrame {
  std::int64_t frame = 0;
  /// The standard deviations of lenses and camera poses (their root mean square), as multiples of
  /// what all frames would give if their errors were independent.
  double sigma_ratio = 0;
  bool operator==(const ChosenFrame&) const = default;
};

/// Which frames of a recording were chosen. See solve/choose_frames.hpp.
struct FrameChoice {
  std::vector<ChosenFrame> frames = {};  ///< in the order in which they were taken
  std::size_t candidates = 0;            ///< frames with at least one board
  bool operator==(const FrameChoice&) const = default;
};

/// A tag that was seen more than once in one picture, as if it had been printed twice. It is left
/// out of these pictures.
struct RepeatedTag {
  int board = 0;   ///< index into Board::parts; 0 for a single board
  int images = 0;  ///< how many pictures show it more than once
  bool operator==(const RepeatedTag&) const = default;
};

/// Cameras are in natural order of their names; views and missing are in the order of sort_views().
struct Observations {
  Board board;
  std::vector<ObservedCamera> cameras;
  std::vector<View> views;
  std::vector<MissingView> missing;
  Provenance provenance;
  /// Frames per second at which frame numbers count; absent: not known.
  std::optional<double> frame_rate_hz = std::nullopt;
  std::optional<FrameChoice> choice = std::nullopt;  ///< absent: these are all frames
  std::vector<RepeatedTag> repeated = {};            ///< by rising index of the board
  bool operator==(const Observations&) const = default;
};

/// Adds the counts of `more`, which are of the same boards.
inline void add_repeated(const std::vector<RepeatedTag>& more, std::vector<RepeatedTag>& sum) {
  for (const RepeatedTag& tag : more) {
    const auto place =
        std::lower_bound(sum.begin(), sum.end(), tag.board,
                         [](const RepeatedTag& known, int board) { return known.board < board; });
    if (place != sum.end() && place->board == tag.board) {
      place->images += tag.images;
    } else {
      sum.insert(place, tag);
    }
  }
}

/// When the image of a view was taken, in seconds on the clock of its camera: as stated, or by its
/// frame number. Returns nullopt if neither is known.
inline std::optional<double> time_of(const Observations& observations, const View& view) {
  if (view.time_s || !observations.frame_rate_hz) return view.time_s;
  return static_cast<double>(view.frame) / *observations.frame_rate_hz;
}

/// The name of the camera that took an image.
inline const std::string& camera_name(const Observations& observations, const ViewRef& image) {
  return observations.cameras.at(static_cast<std::size_t>(image.camera)).name;
}

}  // namespace calib
