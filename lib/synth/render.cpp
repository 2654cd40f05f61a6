#include "synth/render.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <vector>

#include "base/errors.hpp"
#include "scene/board_faces.hpp"
#include "synth/background.hpp"
#include "synth/pixel_noise.hpp"
#include "synth/pixel_rays.hpp"
#include "synth/random.hpp"
#include "synth/visibility.hpp"
#include "target/board_pattern.hpp"
#include "target/chessboard_pattern.hpp"

namespace calib {
namespace {

// Gray levels in full light of ink, paper and the back of the sheet, and that of pixels without a
// ray.
constexpr double kDark = 40, kBright = 215, kBack = 150, kNoRay = 5;

const Intrinsics& intrinsics_of(const Camera& camera) {
  require(camera.intrinsics.has_value(),
          fmt::format("camera '{}' has no intrinsics, which rendering needs", camera.name));
  return *camera.intrinsics;
}

// 1 in the middle, 1 - loss in the corners, decreasing with the square of the radius.
cv::Mat make_gain(const ImageSize& size, double loss) {
  cv::Mat gain(size.height, size.width, CV_32F);
  const double cx = (size.width - 1) / 2.0, cy = (size.height - 1) / 2.0;
  const double corner = std::max(cx * cx + cy * cy, 1.0);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const double square = (x - cx) * (x - cx) + (y - cy) * (y - cy);
      gain.at<float>(y, x) = static_cast<float>(1 - loss * square / corner);
    }
  }
  return gain;
}

void blank_where_no_ray(const cv::Mat& rays, cv::Mat& background) {
  for (int y = 0; y < rays.rows; ++y) {
    for (int x = 0; x < rays.cols; ++x) {
      if (std::isnan(rays.at<cv::Vec3d>(y, x)[0])) {
        background.at<float>(y, x) = static_cast<float>(kNoRay);
      }
    }
  }
}

// Maps a ray to homogeneous board coordinates. The ray of the board's point (x, y) is (r1 r2 t)
// (x, y, 1) / s, so that the inverse of (r1 r2 t) maps it to (x, y, 1) / s. The point is in front
// of the camera if the last entry is positive.
Eigen::Matrix3d ray_to_board(const Pose& T_cam_board) {
  Eigen::Matrix3d plane = T_cam_board.rotation.toRotationMatrix();
  plane.col(2) = T_cam_board.translation;
  return plane.inverse();
}

// Where the board is visible, an image with kFine x kFine pixels for each pixel is drawn first.
constexpr int kFine = 3;

using BoardRow = std::vector<Eigen::Vector2d>;

// The points of the board's plane that the pixels [x0, x1) of row y see, or NaN.
void intersect_row(const cv::Mat& rays, const Eigen::Matrix3d& to_board, int y, int x0, int x1,
                   BoardRow& row) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const cv::Vec3d* ray = rays.ptr<cv::Vec3d>(y);
  row.resize(static_cast<std::size_t>(x1 - x0));
  for (int x = x0; x < x1; ++x) {
    const Eigen::Vector3d p = to_board * Eigen::Vector3d(ray[x][0], ray[x][1], ray[x][2]);
    row[static_cast<std::size_t>(x - x0)] =
        p.z() > 0 ? Eigen::Vector2d(p.head<2>() / p.z()) : Eigen::Vector2d(nan, nan);
  }
}

// The mean over the parallelogram around `center` with the sides `across` and `down`, if it is
// clearly of one color. `reach` is a factor for the distance that an edge must have.
std::optional<ChessboardMean> flat_mean(const Board& board, const Eigen::Vector2d& center,
                                        const Eigen::Vector2d& across, const Eigen::Vector2d& down,
                                        double reach = 1) {
  const Eigen::Vector2d a = (across + down) / 2, b = (across - down) / 2;
  const double radius = std::sqrt(std::max(a.squaredNorm(), b.squaredNorm()));
  if (!(chessboard_edge_distance(board, center.x(), center.y()) > reach * radius))
    return std::nullopt;
  return chessboard_mean(board, center);
}

// The mean over the parallelogram that a pixel sees.
ChessboardMean pixel_mean(const Board& board, const Eigen::Vector2d& center,
                          const Eigen::Vector2d& across, const Eigen::Vector2d& down) {
  if (const auto flat = flat_mean(board, center, across, down)) return *flat;
  const Eigen::Vector2d a = (across + down) / 2, b = (across - down) / 2;
  return chessboard_mean(board, {center - a, center - b, center + a, center + b});
}

// The board coordinates around a pixel, as a polynomial in pixels: of second degree, or of first
// degree at the border of the image and where the rays end.
struct LocalBoard {
  Eigen::Vector2d center, dx, dy, dxx, dyy, dxy;

  Eigen::Vector2d at(double x, double y) const {
    return center + x * dx + y * dy + (x * x / 2) * dxx + (y * y / 2) * dyy + (x * y) * dxy;
  }
  Eigen::Vector2d across(double x, double y) const { return dx + x * dxx + y * dxy; }
  Eigen::Vector2d down(double x, double y) const { return dy + x * dxy + y * dyy; }
  bool is_known() const { return dx.allFinite() && dy.allFinite(); }
};

cv::Mat flat_blocks(const cv::Mat& gray) {
  constexpr int kBlock = PatternTexture::kBlock;
  cv::Mat flat((gray.rows + kBlock - 1) / kBlock, (gray.cols + kBlock - 1) / kBlock, CV_8U);
  for (int y = 0; y < flat.rows; ++y) {
    for (int x = 0; x < flat.cols; ++x) {
      const cv::Rect block(x * kBlock, y * kBlock, kBlock, kBlock);
      double least = 0, most = 0;
      cv::minMaxLoc(gray(block & cv::Rect({}, gray.size())), &least, &most);
      const bool is_flat = least == most && (most == 0 || most == 255);
      flat.at<uchar>(y, x) =
          is_flat ? static_cast<uchar>(most) : static_cast<uchar>(PatternTexture::kMixed);
    }
  }
  return flat;
}

PatternTexture make_texture(const Board& board) {
  if (board.type == &kChessboard) return {};  // its pixels are known exactly
  constexpr double kPixelsASquare = 400;
  const BoardPattern pattern = board_pattern(board);
  const double scale = kPixelsASquare / board.square_m;
  cv::Mat gray = rasterize(pattern, scale);
  cv::Mat flat = flat_blocks(gray);
  return {std::move(gray), std::move(flat),
          pattern.low - Eigen::Vector2d::Constant(pattern.quiet_zone), scale};
}

// The mean over a pixel if all of it has one gray level or is outside the sheet, as most pixels do.
std::optional<ChessboardMean> flat_mean(const PatternTexture& texture, const LocalBoard& local) {
  const Eigen::Vector2d half =
      (local.dx.cwiseAbs() + local.dy.cwiseAbs()) / 2 +
      (local.dxx.cwiseAbs() + local.dyy.cwiseAbs() + 2 * local.dxy.cwiseAbs()) / 4;
  const Eigen::Vector2d low = texture.scale * (local.center - half - texture.origin);
  const Eigen::Vector2d high = texture.scale * (local.center + half - texture.origin);
  const int columns = texture.gray.cols, rows = texture.gray.rows;
  if (high.x() < 0 || high.y() < 0 || low.x() > columns || low.y() > rows) return ChessboardMean{};
  if (low.x() < 0 || low.y() < 0 || high.x() >= columns || high.y() >= rows) return std::nullopt;
  const auto block = [](double at) { return static_cast<int>(at) / PatternTexture::kBlock; };
  const uchar gray = texture.flat.at<uchar>(block(low.y()), block(low.x()));
  if (gray == PatternTexture::kMixed) return std::nullopt;
  for (int y = block(low.y()); y <= block(high.y()); ++y) {
    for (int x = block(low.x()); x <= block(high.x()); ++x) {
      if (texture.flat.at<uchar>(y, x) != gray) return std::nullopt;
    }
  }
  return ChessboardMean{1, gray / 255.0};
}

// The mean over a parallelogram around `center`, from a few samples of the texture.
ChessboardMean texture_mean(const PatternTexture& texture, const Eigen::Vector2d& center,
                            const Eigen::Vector2d& across, const Eigen::Vector2d& down) {
  constexpr int kSamples = 4;
  ChessboardMean mean;
  for (int i = 0; i < kSamples * kSamples; ++i) {
    const double u = (i % kSamples + 0.5) / kSamples - 0.5,
                 v = (i / kSamples + 0.5) / kSamples - 0.5;
    const Eigen::Vector2d p = texture.scale * (center + u * across + v * down - texture.origin);
    const int x = static_cast<int>(std::floor(p.x())), y = static_cast<int>(std::floor(p.y()));
    if (x < 0 || y < 0 || x >= texture.gray.cols || y >= texture.gray.rows) continue;
    mean.sheet += 1.0 / (kSamples * kSamples);
    mean.bright += texture.gray.at<uchar>(y, x) / (255.0 * kSamples * kSamples);
  }
  return mean;
}

struct Slope {
  Eigen::Vector2d first, second;
};

Slope slope(const Eigen::Vector2d& before, const Eigen::Vector2d& center,
            const Eigen::Vector2d& after) {
  const Eigen::Vector2d zero(0, 0);
  if (std::isnan(before.x())) return {after - center, zero};
  if (std::isnan(after.x())) return {center - before, zero};
  return {(after - before) / 2, before + after - 2 * center};
}

// Three rows of intersect_row(); pixels outside them are NaN.
struct ThreeRows {
  BoardRow above, here, below;

  static Eigen::Vector2d at(const BoardRow& row, std::size_t i) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return i < row.size() ? row[i] : Eigen::Vector2d(nan, nan);
  }
  LocalBoard around(std::size_t i) const {
    const Slope x = slope(at(here, i - 1), here[i], at(here, i + 1));
    const Slope y = slope(at(above, i), here[i], at(below, i));
    Eigen::Vector2d mixed =
        (at(above, i - 1) + at(below, i + 1) - at(above, i + 1) - at(below, i - 1)) / 4;
    if (!mixed.allFinite()) mixed.setZero();
    return {here[i], x.first, y.first, x.second, y.second, mixed};
  }
};

// Calls paint(mean, pixel) for the fine pixels of one pixel. `flat` is their mean if all have the
// same; otherwise mean_of(center, across, down) computes it.
template <class MeanOf, class Paint>
void paint_pixel(const std::optional<ChessboardMean>& flat, const LocalBoard& local, cv::Mat fine,
                 const MeanOf& mean_of, const Paint& paint) {
  if (flat && flat->sheet == 0) return;
  for (int row = 0; row < kFine; ++row)
    for (int column = 0; column < kFine; ++column) {
      const double x = (column + 0.5) / kFine - 0.5, y = (row + 0.5) / kFine - 0.5;
      paint(flat ? *flat
                 : mean_of(local.at(x, y), local.across(x, y) / kFine, local.down(x, y) / kFine),
            fine.at<float>(row, column));
    }
}

void blur(cv::Mat& picture, double sigma) {
  cv::GaussianBlur(picture, picture, cv::Size(), sigma, sigma, cv::BORDER_REFLECT_101);
}

}  // namespace

Renderer::Renderer(const Camera& camera, const Board& board, const SynthOptions& options)
    : projector_(intrinsics_of(camera)),
      rays_(pixel_rays(projector_)),
      gain_(make_gain(projector_.intrinsics().image_size, options.falloff)),
      background_(make_background(rays_.size(), named_seed(options.seed, camera.name))),
      noise_(options.noise),
      blur_px_(options.blur_px),
      is_panel_(is_panel(board)) {
  blank_where_no_ray(rays_, background_);
  if (board.parts.empty()) sheets_.push_back({board, make_texture(board), Pose{}});
  for (const Board& part : board.parts) {
    require(part.T_board_part.has_value(), "a board without a pose cannot be drawn");
    sheets_.push_back({part, make_texture(part), *part.T_board_part});
  }
}

// The pixels that can show the sheet: the bounding box of its outline, or the whole image if a part
// of the outline has no projection.
cv::Rect Renderer::pose_region(const Sheet& sheet, const Pose& T_cam_sheet) const {
  // Larger than the curvature of the outline between its points and the reach of the blur.
  const int margin = 8 + static_cast<int>(std::ceil(4 * blur_px_));
  Eigen::Vector2d first(1e9, 1e9), last(-1e9, -1e9);
  for (const Eigen::Vector3d& p : board_outline(sheet.board, 4 * quiet_zone_m(sheet.board), 64)) {
    const auto pixel = projector_.project(T_cam_sheet * p);
    if (!pixel) return cv::Rect(0, 0, rays_.cols, rays_.rows);
    first = first.cwiseMin(*pixel);
    last = last.cwiseMax(*pixel);
  }
  // Clamping also keeps distant boards within the range of integers.
  const Eigen::Vector2d end(rays_.cols, rays_.rows);
  first = (first.array() - margin).floor().matrix().cwiseMax(0).cwiseMin(end);
  last = (last.array() + margin).ceil().matrix().cwiseMax(0).cwiseMin(end);
  return cv::Rect(cv::Point(static_cast<int>(first.x()), static_cast<int>(first.y())),
                  cv::Point(static_cast<int>(last.x()), static_cast<int>(last.y())));
}

// The region while the rows are exposed: a hand moves less than the region's margin between these.
cv::Rect Renderer::sheet_region(const Sheet& sheet, const BoardAtRow& T_cam_board) const {
  constexpr int kTimes = 5;
  cv::Rect region;
  for (int i = 0; i < kTimes; ++i)
    region |= pose_region(sheet,
                          T_cam_board(i * (rays_.rows - 1) / (kTimes - 1.0)) * sheet.T_board_sheet);
  return region;
}

// `fine` has kFine x kFine pixels for each pixel of `region`.
void Renderer::draw_sheet(const Sheet& sheet, const BoardAtRow& T_cam_board, const cv::Rect& region,
                          cv::Mat& fine) const {
  const auto to_board = [&](int row) {
    return ray_to_board(T_cam_board(row) * sheet.T_board_sheet);
  };
  const bool front = sees_printed_side(T_cam_board((rays_.rows - 1) / 2.0) * sheet.T_board_sheet);
  const int x0 = region.x, x1 = region.x + region.width, y1 = region.y + region.height;
  const auto paint = [&](const ChessboardMean& mean, float& pixel) {
    const double gray =
        front ? kDark * mean.sheet + (kBright - kDark) * mean.bright : kBack * mean.sheet;
    pixel = static_cast<float>(pixel * (1 - mean.sheet) + gray);
  };
  ThreeRows rows;
  intersect_row(rays_, to_board(region.y), region.y, x0, x1, rows.here);
  for (int y = region.y; y < y1; ++y) {
    rows.below.clear();
    if (y + 1 < y1) intersect_row(rays_, to_board(y + 1), y + 1, x0, x1, rows.below);
    for (int i = 0; i < region.width; ++i) {
      const LocalBoard local = rows.around(static_cast<std::size_t>(i));
      if (std::isnan(local.center.x()) || !local.is_known()) continue;
      const cv::Mat pixels = fine(cv::Rect(i * kFine, (y - region.y) * kFine, kFine, kFine));
      if (sheet.texture.gray.empty()) {
        const auto flat = flat_mean(sheet.board, local.center, local.dx, local.dy, 1.1);
        const auto mean_of = [&](const auto&... area) { return pixel_mean(sheet.board, area...); };
        paint_pixel(flat, local, pixels, mean_of, paint);
      } else {
        const auto mean_of = [&](const auto&... area) {
          return texture_mean(sheet.texture, area...);
        };
        paint_pixel(flat_mean(sheet.texture, local), local, pixels, mean_of, paint);
      }
    }
    std::swap(rows.above, rows.here);
    std::swap(rows.here, rows.below);
  }
}

// A lens blurs the image before the sensor samples it. Therefore the sheets are drawn and blurred
// in a finer image; blurring the final image would move corners by up to 0.03 px. The sheet whose
// middle is farthest is drawn first: of a cube, the faces that are seen come last.
void Renderer::add_sheets(const BoardAtRow& T_cam_board, cv::Mat& picture) const {
  const Pose in_the_middle = T_cam_board((rays_.rows - 1) / 2.0);
  std::vector<std::pair<const Sheet*, double>> seen;  // with their distances
  cv::Rect region;
  for (const Sheet& sheet : sheets_) {
    const bool is_hidden = is_panel_ && !sees_printed_side(in_the_middle * sheet.T_board_sheet);
    const cv::Rect own = sheet_region(sheet, T_cam_board);
    if (is_hidden || own.empty()) continue;
    region |= own;
    const Eigen::Vector3d middle = sheet.T_board_sheet * board_middle(sheet.board);
    seen.emplace_back(&sheet, (in_the_middle * middle).norm());
  }
  if (region.empty()) return;
  std::stable_sort(seen.begin(), seen.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  cv::Mat fine;
  cv::resize(background_(region), fine, {}, kFine, kFine, cv::INTER_NEAREST);
  for (const auto& [sheet, distance] : seen) draw_sheet(*sheet, T_cam_board, region, fine);
  if (blur_px_ > 0) blur(fine, kFine * blur_px_);
  cv::resize(fine, picture(region), region.size(), 0, 0, cv::INTER_AREA);
}

// How far the outlines of the sheets move in the image while a row is exposed, in quarters of a
// pixel.
int Renderer::exposure_steps(const MovingBoard& motion) const {
  constexpr double kStep_px = 0.25;
  constexpr int kMost = 256;
  const double middle_s = motion.line_delay_s * (rays_.rows - 1) / 2;
  const Pose before = motion.T_cam_board(middle_s - motion.exposure_s / 2);
  const Pose after = motion.T_cam_board(middle_s + motion.exposure_s / 2);
  double farthest_px = 0;
  for (const Sheet& sheet : sheets_) {
    for (const Eigen::Vector3d& p : board_outline(sheet.board, 0, 4)) {
      const auto from = projector_.project(before * sheet.T_board_sheet * p);
      const auto to = projector_.project(after * sheet.T_board_sheet * p);
      if (from && to) farthest_px = std::max(farthest_px, (*to - *from).norm());
    }
  }
  return std::clamp(static_cast<int>(std::ceil(farthest_px / kStep_px)), 1, kMost);
}

cv::Mat Renderer::finished(cv::Mat picture, std::uint64_t noise_seed) const {
  cv::multiply(picture, gain_, picture);
  if (noise_ > 0) add_pixel_noise(picture, noise_, noise_seed);
  cv::Mat gray;
  picture.convertTo(gray, CV_8U);
  return gray;
}

cv::Mat Renderer::render(const Pose& T_cam_board, std::uint64_t noise_seed) const {
  return render(MovingBoard{[&](double) { return T_cam_board; }}, noise_seed);
}

cv::Mat Renderer::render(const MovingBoard& motion, std::uint64_t noise_seed) const {
  cv::Mat without_board = background_.clone();
  if (blur_px_ > 0) blur(without_board, blur_px_);
  const int steps = exposure_steps(motion);
  cv::Mat sum;
  for (int i = 0; i < steps; ++i) {
    const double shift_s = motion.exposure_s * ((i + 0.5) / steps - 0.5);
    cv::Mat picture = without_board.clone();
    add_sheets([&](double row) { return motion.T_cam_board(motion.line_delay_s * row + shift_s); },
               picture);
    sum = i == 0 ? picture : cv::Mat(sum + picture);
  }
  if (steps > 1) sum /= steps;
  return finished(std::move(sum), noise_seed);
}

}  // namespace calib
