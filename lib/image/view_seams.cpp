#include "image/view_seams.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <opencv2/imgproc.hpp>

namespace calib {
namespace {

constexpr int kBands = 6;        // the line is judged in this many pieces
constexpr int kBlock = 4;        // rows that are averaged against noise
constexpr int kLeastBlocks = 8;  // of a piece: shorter ones say nothing
constexpr int kReach = 18;       // pixels on either side of a line that are looked at
// The steps that a line's step is compared with, by their distance. Those 8 and 16 pixels away are
// at the borders of JPEG blocks where the line is.
constexpr int kBeside[] = {-16, -8, -3, -2, 2, 3, 8, 16};

// A step varies this many times more across a seam than beside it, and across a continuous line no
// more than this. In squared gray levels: the noise that is allowed for, and the least texture
// along a line that says something.
constexpr double kSeamRatio = 3, kNextToSeamRatio = 2, kContinuousRatio = 2;
constexpr double kNoise = 1, kTexture = 10;
// The share of the variance along a line that the step across it may have where a picture
// continues.
constexpr double kContinuousShare = 0.25;

constexpr int kLeastPictures = 3;

struct Fraction {
  int part = 1, parts = 2;
};

constexpr std::array<Fraction, kDividingLines> kFractions = {
    {{1, 2}, {1, 3}, {2, 3}, {1, 4}, {3, 4}, {1, 5}, {2, 5}, {3, 5}, {4, 5}, {1, 6}, {5, 6}}};

// The place of the line part/parts in kFractions; kDividingLines if it is not among them.
std::size_t line_at(int part, int parts) {
  const int divisor = std::gcd(part, parts);
  const auto* found =
      std::find_if(kFractions.begin(), kFractions.end(), [&](const Fraction& fraction) {
        return fraction.part == part / divisor && fraction.parts == parts / divisor;
      });
  return static_cast<std::size_t>(found - kFractions.begin());
}

// The variance of each column of `values`, which are sums of kBlock gray values. Sums of whole
// numbers do not depend on their order.
std::vector<double> column_variances(const cv::Mat& values) {
  std::vector<std::int64_t> sums(static_cast<std::size_t>(values.cols)), squares(sums.size());
  for (int y = 0; y < values.rows; ++y) {
    const int* row = values.ptr<int>(y);
    for (std::size_t x = 0; x < sums.size(); ++x) {
      sums[x] += row[x];
      squares[x] += std::int64_t{row[x]} * row[x];
    }
  }
  std::vector<double> variances(sums.size());
  for (std::size_t x = 0; x < sums.size(); ++x) {
    const double mean = static_cast<double>(sums[x]) / values.rows;
    const double variance = static_cast<double>(squares[x]) / values.rows - mean * mean;
    variances[x] = variance / (kBlock * kBlock);
  }
  return variances;
}

// The sums of each kBlock rows.
cv::Mat block_sums(const cv::Mat& band) {
  cv::Mat sums = cv::Mat::zeros(band.rows / kBlock, band.cols, CV_32S);
  for (int y = 0; y < sums.rows * kBlock; ++y) {
    const std::uint8_t* from = band.ptr<std::uint8_t>(y);
    int* to = sums.ptr<int>(y / kBlock);
    for (int x = 0; x < band.cols; ++x) to[x] += from[x];
  }
  return sums;
}

LineLook look_of_band(const cv::Mat& band) {
  const cv::Mat sums = block_sums(band);
  if (sums.rows < kLeastBlocks) return LineLook::kUnknown;
  const std::vector<double> steps =
      column_variances(sums.colRange(1, sums.cols) - sums.colRange(0, sums.cols - 1));
  const auto step_at = [&](int offset) {
    return steps[static_cast<std::size_t>(kReach - 1 + offset)];
  };
  std::vector<double> beside;
  for (const int offset : kBeside) beside.push_back(step_at(offset));
  std::sort(beside.begin(), beside.end());
  const double across = step_at(0);
  if (across > kSeamRatio * (beside.back() + kNoise) &&
      across > kNextToSeamRatio * std::max(step_at(-1), step_at(1)))
    return LineLook::kSeam;
  // Light that falls off along the line does so on both sides of a seam: it is no texture.
  const std::vector<double> along =
      column_variances(sums.rowRange(1, sums.rows) - sums.rowRange(0, sums.rows - 1));
  const double texture = std::min(along[kReach - 1], along[kReach]);
  const bool continues = texture > kTexture && across < kContinuousShare * texture &&
                         across < kContinuousRatio * (beside[beside.size() / 2] + kNoise);
  return continues ? LineLook::kContinuous : LineLook::kUnknown;
}

// `strip` is as wide as twice kReach; the line is in its middle, from top to bottom.
LineLook look_of_line(const cv::Mat& strip) {
  int seams = 0, continuous = 0;
  for (int band = 0; band < kBands; ++band) {
    const LineLook look =
        look_of_band(strip.rowRange(band * strip.rows / kBands, (band + 1) * strip.rows / kBands));
    seams += look == LineLook::kSeam;
    continuous += look == LineLook::kContinuous;
  }
  constexpr int kLeast = 2;
  if (seams >= kLeast && seams >= 4 * continuous) return LineLook::kSeam;
  if (continuous >= kLeast && seams == 0) return LineLook::kContinuous;
  return LineLook::kUnknown;
}

cv::Mat gray_of(const cv::Mat& pixels) {
  cv::Mat gray;
  pixels.convertTo(gray, CV_8U, pixels.depth() == CV_16U ? 1.0 / 256 : 1);
  if (gray.channels() == 3) cv::cvtColor(gray, gray, cv::COLOR_BGR2GRAY);
  if (gray.channels() == 4) cv::cvtColor(gray, gray, cv::COLOR_BGRA2GRAY);
  return gray;
}

// The strip about the column `x`.
cv::Mat columns_about(const cv::Mat& pixels, int x) {
  return gray_of(pixels.colRange(x - kReach, x + kReach));
}
cv::Mat rows_about(const cv::Mat& pixels, int y) {
  return gray_of(pixels.rowRange(y - kReach, y + kReach)).t();
}

std::array<LineLook, kDividingLines> look_along(const cv::Mat& pixels, int size, int length,
                                                cv::Mat (*strip_about)(const cv::Mat&, int)) {
  std::array<LineLook, kDividingLines> looks{};
  for (std::size_t i = 0; i < kDividingLines; ++i) {
    const auto [part, parts] = kFractions[i];
    const int place = size / parts * part;
    const bool has_room = place >= kReach && place + kReach <= size;
    if (size % parts != 0) {
      looks[i] = LineLook::kContinuous;
    } else if (has_room && length >= kBands * kLeastBlocks * kBlock) {
      looks[i] = look_of_line(strip_about(pixels, place));
    }
  }
  return looks;
}

}  // namespace

LineLooks look_at_lines(const cv::Mat& pixels) {
  return {look_along(pixels, pixels.cols, pixels.rows, columns_about),
          look_along(pixels, pixels.rows, pixels.cols, rows_about)};
}

void note_board(const std::vector<Corner>& corners, ImageSize size, LineLooks& looks) {
  const auto is_crossed = [&](double place, auto coordinate) {
    const auto before = std::count_if(corners.begin(), corners.end(), [&](const Corner& corner) {
      return coordinate(corner) < place;
    });
    const auto total = static_cast<std::ptrdiff_t>(corners.size());
    return 5 * before >= total && 5 * (total - before) >= total;
  };
  if (corners.empty()) return;
  for (std::size_t i = 0; i < kDividingLines; ++i) {
    const double fraction = static_cast<double>(kFractions[i].part) / kFractions[i].parts;
    if (is_crossed(size.width * fraction, [](const Corner& corner) { return corner.x; }))
      looks.columns[i] = LineLook::kContinuous;
    if (is_crossed(size.height * fraction, [](const Corner& corner) { return corner.y; }))
      looks.rows[i] = LineLook::kContinuous;
  }
}

void SeamVotes::add(const LineLooks& looks) {
  const auto count = [](const std::array<LineLook, kDividingLines>& lines, LineVotes& votes) {
    for (std::size_t i = 0; i < kDividingLines; ++i) {
      votes[i].seam += lines[i] == LineLook::kSeam;
      votes[i].continuous += lines[i] == LineLook::kContinuous;
    }
  };
  ++pictures_;
  count(looks.columns, columns_);
  count(looks.rows, rows_);
}

bool SeamVotes::is_seam(const Votes& votes) const {
  return pictures_ >= kLeastPictures && 2 * votes.seam > pictures_ &&
         votes.seam >= 10 * votes.continuous;
}

bool SeamVotes::is_continuous(const Votes& votes) const {
  return pictures_ >= kLeastPictures && 2 * votes.continuous > pictures_ &&
         votes.continuous >= 10 * votes.seam;
}

int SeamVotes::parts_seen(const LineVotes& lines) const {
  bool is_known = true;
  for (int parts = kMostViewParts; parts > 1; --parts) {
    int seams = 0, continuous = 0;
    for (int part = 1; part < parts; ++part) {
      const Votes& votes = lines[line_at(part, parts)];
      seams += is_seam(votes);
      continuous += is_continuous(votes);
    }
    if (seams == parts - 1) return parts;
    is_known = is_known && continuous > 0;
  }
  return is_known ? 1 : 0;
}

bool SeamVotes::contradicts(const LineVotes& lines, int parts) const {
  for (std::size_t i = 0; i < kDividingLines; ++i) {
    const bool is_given = parts * kFractions[i].part % kFractions[i].parts == 0;
    if (is_given ? is_continuous(lines[i]) : is_seam(lines[i])) return true;
  }
  return false;
}

ViewGrid SeamVotes::seen() const { return {parts_seen(rows_), parts_seen(columns_)}; }

std::optional<ViewGrid> SeamVotes::instead_of(ViewGrid given) const {
  const bool rows_differ = contradicts(rows_, given.rows);
  const bool columns_differ = contradicts(columns_, given.columns);
  if (!rows_differ && !columns_differ) return std::nullopt;
  ViewGrid grid = seen();
  if (grid.rows == 0 && !rows_differ && given.rows > 1) grid.rows = given.rows;
  if (grid.columns == 0 && !columns_differ && given.columns > 1) grid.columns = given.columns;
  return grid == given ? std::nullopt : std::optional(grid);
}

std::string to_text(ViewGrid grid) {
  return fmt::format("{} row{} of {} view{}", grid.rows, grid.rows == 1 ? "" : "s", grid.columns,
                     grid.columns == 1 ? "" : "s");
}

}  // namespace calib
