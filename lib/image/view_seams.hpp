#pragma once
// Whether pictures hold the views of several cameras side by side, and in how many rows and
// columns. Where two views meet, what stands on one side of the line says nothing about the other
// side: along the line, the step from pixel to pixel across it varies far more than the steps
// beside it. In a picture of one camera the step across any line is like those beside it. A
// constant step, as at a straight edge in the scene or between the halves of a sensor, counts for
// nothing.

#include <array>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>
#include <vector>

#include "camera/intrinsics.hpp"
#include "scene/observations.hpp"

namespace calib {

/// The appearance of a dividing line in one picture. It is unknown where the picture is dark, blank
/// or noisy. A line that is not between two pixels cannot be a seam: it counts as continuous.
enum class LineLook { kUnknown, kSeam, kContinuous };

/// The lines that are looked at divide a picture into 2 to 6 equal parts.
inline constexpr int kMostViewParts = 6;
inline constexpr std::size_t kDividingLines = 11;  // 1/2, 1/3, 2/3, 1/4, ... 5/6

/// The looks of the dividing lines of one picture: between columns of views, and between rows.
struct LineLooks {
  std::array<LineLook, kDividingLines> columns{}, rows{};
};

/// `pixels` has 8 or 16 bits and any number of channels. Looks at the rims of the lines only, which
/// takes less than a millisecond.
LineLooks look_at_lines(const cv::Mat& pixels);

/// A line across which a board was found, with a fifth of its corners on either side, is
/// continuous.
void note_board(const std::vector<Corner>& corners, ImageSize size, LineLooks& looks);

/// How many rows and columns of views a picture holds; 0: not known.
struct ViewGrid {
  int rows = 1, columns = 1;
  bool operator==(const ViewGrid&) const = default;
};

/// Counts the looks of several pictures of one kind. The order of the pictures does not matter.
/// With fewer than three pictures, nothing is known.
class SeamVotes {
 public:
  void add(const LineLooks& looks);

  /// The finest division whose lines all are seams in most pictures; 1 row or column if each
  /// division has a continuous line.
  ViewGrid seen() const;

  /// The grid that the pictures show instead of `given`. Returns nullopt unless the pictures
  /// contradict `given`: in most pictures none of its lines is a seam, or one of its lines is
  /// continuous. Rows or columns that are not known are taken from `given`, unless the pictures
  /// contradict them.
  std::optional<ViewGrid> instead_of(ViewGrid given) const;

 private:
  struct Votes {
    int seam = 0, continuous = 0;
  };
  using LineVotes = std::array<Votes, kDividingLines>;
  bool is_seam(const Votes& votes) const;
  bool is_continuous(const Votes& votes) const;
  int parts_seen(const LineVotes& lines) const;
  bool contradicts(const LineVotes& lines, int parts) const;

  int pictures_ = 0;
  LineVotes columns_, rows_;
};

/// "2 rows of 1 view"
std::string to_text(ViewGrid grid);

}  // namespace calib
