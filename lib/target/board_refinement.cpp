#include "target/board_refinement.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/median.hpp"
#include "corner/refine_saddle.hpp"

namespace calib {
namespace {

// Radii of discs, pixels. Discs where the curvature of the lines is unknown, and hence its effect
// not corrected, are smaller.
constexpr float kLargestRadius = 20, kLargestUncorrectedRadius = 8;
constexpr float kSmallestRadius = 3;
// A corner that is nearer to the border of the image is rejected, because it may be outside.
// Pixels.
constexpr float kLeastRoomToBorder = 4;
constexpr float kShrink = 0.75f;
constexpr int kIterations = 4, kSpreadIterations = 20;
// The least distance between a disc and the neighboring lines, as a multiple of the blur.
constexpr float kBlursClear = 2.5f;
// The largest residuals, as multiples of the noise and of the corner's contrast.
// On OpenCV's stereo images, 0.06, 0.12 and 0.2 times SaddleModel::contrast give a reprojection RMS
// of 0.243, 0.163 and 0.157 px: real edges do not quite have the shape of erf, and small discs are
// less accurate.
constexpr float kNoises = 2, kShareOfContrast = 0.2f;

// A corner that is partly covered differs from its neighbors: in the size or sign of its contrast,
// in its blur, in the share of its contrast that the model leaves unexplained, or in its standard
// deviation. The largest ratios to the median of its neighbors; smaller shares than kCommonShare
// are common.
constexpr double kContrastRatio = 2.5, kBlurRatio = 2.2, kShareRatio = 4, kCommonShare = 0.12;
constexpr double kSpreadRatio = 6;

struct Scratch {
  FitScratch fit;
  std::vector<SaddleFit> fits;  // by id
};

SaddleModel start_of(const Grid& grid, int column, int row, float blur, float gap) {
  const auto angle = [&](int along_row, int along_column) {
    const cv::Point2d d = line_direction(grid, column, row, along_row, along_column);
    return static_cast<float>(std::atan2(d.y, d.x));
  };
  SaddleModel start;
  start.x = static_cast<float>(grid.at(column, row).x);
  start.y = static_cast<float>(grid.at(column, row).y);
  start.angle = {angle(1, 0), angle(0, 1)};
  start.blur = blur;
  start.gap = gap;
  return start;
}

bool is_explained(const SaddleFit& fit, float noise) {
  const float allowed = std::hypot(kNoises * noise, kShareOfContrast * fit.model.contrast);
  return fit.residual_rms <= allowed;
}

bool fit_model(const GrayView& picture, const SaddleModel& start, float radius, bool spread,
               FitScratch& scratch, SaddleFit& fit) {
  return spread ? fit_spread_saddle(picture, start, radius, kSpreadIterations, scratch, fit)
                : fit_saddle(picture, start, radius, kIterations, scratch, fit);
}

// Fits the largest disc whose content one of the models explains, or the smallest disc if there is
// none. If the start has a gap, the spread model is tried first.
bool fit_corner(const GrayView& picture, const SaddleModel& start, float radius, float noise,
                FitScratch& scratch, SaddleFit& fit) {
  bool any = false;
  const auto explains = [&](bool spread) {
    if (!fit_model(picture, start, radius, spread, scratch, fit)) return false;
    any = true;
    return is_explained(fit, noise);
  };
  for (;; radius = std::max(kSmallestRadius, radius * kShrink)) {
    const bool spreads = start.gap != 0;
    if (explains(spreads) || explains(!spreads)) return true;
    if (radius <= kSmallestRadius) return any;
  }
}

float median_of(const std::vector<SaddleFit>& fits, float SaddleModel::*value) {
  std::vector<double> values;
  values.reserve(fits.size());
  for (const SaddleFit& fit : fits) values.push_back(fit.model.*value);
  return static_cast<float>(median(std::move(values)));
}

// The curvature of the line through three neighboring corners at the middle one, and its normal.
struct Bend {
  double curvature = 0;
  cv::Point2d normal;
};

Bend bend_of(const cv::Point2d& before, const cv::Point2d& middle, const cv::Point2d& after) {
  const cv::Point2d chord = (after - before) / cv::norm(after - before);
  const cv::Point2d normal(-chord.y, chord.x);
  const double t1 = (after - middle).dot(chord), t2 = (before - middle).dot(chord);
  const double d1 = (after - middle).dot(normal), d2 = (before - middle).dot(normal);
  return {2 * (d1 / t1 - d2 / t2) / (t1 - t2), normal};
}

// The bend of a line of corners at this corner, or at its neighbor if the line ends here. Returns
// nullopt if there are no three detected corners in a row.
std::optional<Bend> bend_at(const Grid& grid, int column, int row, int along_row,
                            int along_column) {
  for (const int shift : {0, 1, -1}) {
    const int c = column + shift * along_row, r = row + shift * along_column;
    if (grid.has(c, r) && grid.has(c - along_row, r - along_column) &&
        grid.has(c + along_row, r + along_column))
      return bend_of(grid.at(c - along_row, r - along_column), grid.at(c, r),
                     grid.at(c + along_row, r + along_column));
  }
  return std::nullopt;
}

bool bends_are_known(const Grid& grid, int column, int row) {
  return bend_at(grid, column, row, 1, 0) && bend_at(grid, column, row, 0, 1);
}

float room_to_border(const GrayView& picture, const cv::Point2d& p) {
  return static_cast<float>(
      std::min(std::min(p.x, p.y), std::min(picture.width - 1 - p.x, picture.height - 1 - p.y)));
}

// The bias of a fit of straight lines to lines that the lens bends: curvature * radius^2 / 6 along
// each normal, which is the mean of curvature * t^2 / 2 along the line.
cv::Point2d curvature_bias(const Grid& grid, int column, int row, double radius) {
  const auto along = bend_at(grid, column, row, 1, 0), down = bend_at(grid, column, row, 0, 1);
  if (!along || !down) return {};
  const double determinant = along->normal.cross(down->normal);
  if (std::abs(determinant) < 0.1) return {};
  const double mean = radius * radius / 6;
  const double b1 = along->curvature * mean, b2 = down->curvature * mean;
  return {(b1 * down->normal.y - b2 * along->normal.y) / determinant,
          (along->normal.x * b2 - down->normal.x * b1) / determinant};
}

// Fits the corners of one board one after the other.
class Fitter {
 public:
  Fitter(const GrayView& picture, const Grid& grid, Scratch& scratch)
      : picture_(picture), grid_(grid), scratch_(scratch), noise_(estimate_noise(picture)) {
    scratch_.fits.resize(grid.points.size());
  }

  /// Returns the grid of the fitted corners. Corners that cannot be fitted become holes.
  Grid fit_all() {
    Grid fitted = grid_;
    for_each_corner([&](int column, int row, int id) {
      const bool known = bends_are_known(grid_, column, row);
      const bool done = fit(column, row, known ? kLargestRadius : kLargestUncorrectedRadius);
      fitted.points[id] = done ? position(id) : kHole;
      if (done) learn(scratch_.fits[id]);
    });
    const Grid first = fitted;
    // Corners whose neighbors became holes are fitted again in a smaller disc.
    for_each_corner([&](int column, int row, int id) {
      if (!first.has(column, row) || scratch_.fits[id].radius <= kLargestUncorrectedRadius ||
          bends_are_known(first, column, row))
        return;
      fitted.points[id] = fit(column, row, kLargestUncorrectedRadius) ? position(id) : kHole;
    });
    return fitted;
  }

  /// Fits corners again in smaller discs as long as their fits are unlike those of the others, and
  /// leaves out those that stay so.
  void check(Grid& fitted) {
    double parity = 0;
    for_each_corner([&](int column, int row, int id) {
      if (fitted.has(column, row)) parity += std::copysign(1.0, signed_contrast(column, row, id));
    });
    const Look usual = usual_look(fitted, 0, 0, std::max(grid_.columns, grid_.rows));
    Grid checked = fitted;
    for_each_corner([&](int column, int row, int id) {
      if (!fitted.has(column, row)) return;
      const auto is_credible = [&](const Look& others) {
        return signed_contrast(column, row, id) * parity > 0 && is_like(look_of(id), others);
      };
      if (is_credible(usual)) return;
      const Look nearby = usual_look(fitted, column, row, 2);
      const SaddleModel start = start_of(grid_, column, row, blur_, gap_);
      bool fits = is_credible(nearby);
      for (float radius = kShrink * scratch_.fits[id].radius; !fits && radius >= kSmallestRadius;
           radius *= kShrink)
        fits =
            fit_model(picture_, start, radius, start.gap != 0, scratch_.fit, scratch_.fits[id]) &&
            is_credible(nearby);
      checked.points[id] = fits ? position(id) : kHole;
    });
    fitted = std::move(checked);
  }

 private:
  // What corners of one board have in common.
  struct Look {
    double contrast = 0, blur = 0;
    double unexplained = 0;  // RMS of the residuals as a share of the contrast
    double spread = 0;       // standard deviation, pixels, without the effect of the disc's size
  };

  Look look_of(int id) const {
    const SaddleFit& fit = scratch_.fits[id];
    const double contrast = std::abs(fit.model.contrast);
    return {contrast, fit.model.blur, fit.residual_rms / contrast,
            fit.sigma_px * std::sqrt(fit.radius)};
  }

  static bool is_like(const Look& look, const Look& usual) {
    const auto is_near = [](double value, double median, double ratio) {
      return value < ratio * median && median < ratio * value;
    };
    return is_near(look.contrast, usual.contrast, kContrastRatio) &&
           is_near(look.blur, usual.blur, kBlurRatio) &&
           look.unexplained < std::max(kCommonShare, kShareRatio * usual.unexplained) &&
           look.spread < kSpreadRatio * usual.spread;
  }

  // The medians over the corners up to `reach` lines away.
  Look usual_look(const Grid& fitted, int column, int row, int reach) const {
    std::vector<Look> looks;
    for (int r = std::max(0, row - reach); r <= std::min(grid_.rows - 1, row + reach); ++r)
      for (int c = std::max(0, column - reach); c <= std::min(grid_.columns - 1, column + reach);
           ++c)
        if (fitted.has(c, r)) looks.push_back(look_of(r * grid_.columns + c));
    const auto middle = [&](double Look::*member) {
      std::vector<double> values;
      for (const Look& look : looks) values.push_back(look.*member);
      return median(std::move(values));
    };
    if (looks.empty()) return {};
    return {middle(&Look::contrast), middle(&Look::blur), middle(&Look::unexplained),
            middle(&Look::spread)};
  }

  // Neighboring corners have contrasts of opposite sign.
  double signed_contrast(int column, int row, int id) const {
    const double contrast = scratch_.fits[id].model.contrast;
    return (column + row) % 2 == 0 ? contrast : -contrast;
  }

  template <class Work>
  void for_each_corner(const Work& work) const {
    for (int row = 0; row < grid_.rows; ++row)
      for (int column = 0; column < grid_.columns; ++column)
        if (grid_.has(column, row)) work(column, row, row * grid_.columns + column);
  }

  cv::Point2d position(int id) const {
    return {scratch_.fits[id].model.x, scratch_.fits[id].model.y};
  }

  bool fit(int column, int row, float largest_radius) {
    const int id = row * grid_.columns + column;
    const auto room = static_cast<float>(grid_.clear * line_spacing(grid_, column, row));
    if (room == 0) return false;
    const float room_inside =
        std::min(room - kBlursClear * blur_ - 0.5f, room_to_border(picture_, grid_.points[id]));
    const float radius = std::clamp(room_inside, kSmallestRadius, largest_radius);
    return fit_corner(picture_, start_of(grid_, column, row, blur_, gap_), radius, noise_,
                      scratch_.fit, scratch_.fits[id]) &&
           room_to_border(picture_, position(id)) >= kLeastRoomToBorder;
  }

  // The median blur and gap of the first few corners are the start values of the other fits.
  void learn(const SaddleFit& fit) {
    constexpr std::size_t kFirst = 9;
    if (first_fits_.size() == kFirst) return;
    first_fits_.push_back(fit);
    blur_ = median_of(first_fits_, &SaddleModel::blur);
    gap_ = median_of(first_fits_, &SaddleModel::gap);
  }

  const GrayView& picture_;
  const Grid& grid_;
  Scratch& scratch_;
  float noise_, blur_ = 1, gap_ = 0;
  std::vector<SaddleFit> first_fits_;
};

}  // namespace

std::vector<Corner> refine_board(const cv::Mat& gray, const Grid& grid) {
  thread_local Scratch scratch;
  const GrayView picture = to_gray_view(gray);
  Fitter fitter(picture, grid, scratch);
  Grid fitted = fitter.fit_all();
  fitter.check(fitted);
  erase_irregular(fitted);
  Grid refined = fitted;
  std::vector<Corner> corners;
  for (int row = 0; row < grid.rows; ++row)
    for (int column = 0; column < grid.columns; ++column) {
      if (!fitted.has(column, row)) continue;
      const int id = row * grid.columns + column;
      const SaddleFit& fit = scratch.fits[id];
      refined.points[id] -= curvature_bias(fitted, column, row, fit.radius);
      corners.push_back({id, refined.points[id].x, refined.points[id].y, fit.sigma_px});
    }
  if (!is_unfolded(refined)) return {};
  return corners;
}

}  // namespace calib
