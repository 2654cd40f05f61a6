#include "camera/rescale_lens.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/errors.hpp"
#include "camera/model_list.hpp"

namespace calib {
namespace {

// The place of a parameter of the model, or -1.
int place_of(const std::string& model, const std::string& name) {
  const std::vector<std::string> names = parameter_names(model);
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

// Parameters that are the x and y of a vector in the picture: with p = (p2, p1), the tangential
// distortion is 2 (p . u) u + p |u|^2, and the thin prism's is (s1, s3) |u|^2 + (s2, s4) |u|^4.
// All other parameters, but for those of a tilted sensor and of a spline, do not change when the
// picture is turned or mirrored.
constexpr std::pair<const char*, const char*> kVectors[] = {
    {"p2", "p1"}, {"s1", "s3"}, {"s2", "s4"}};

// The rotation of a tilted sensor (opencv.hpp).
Eigen::Matrix3d tilt(double tau_x, double tau_y) {
  return (Eigen::AngleAxisd(-tau_y, Eigen::Vector3d::UnitY()) *
          Eigen::AngleAxisd(-tau_x, Eigen::Vector3d::UnitX()))
      .toRotationMatrix();
}

Eigen::Matrix2d quarter_turn(int turns) {
  Eigen::Matrix2d turn = Eigen::Matrix2d::Identity();
  for (int i = 0; i < turns; ++i) turn = Eigen::Matrix2d{{0, -1}, {1, 0}} * turn;
  return turn;
}

// The new control points of a spline, each from the old one that it takes the place of.
void turn_grid(int turns, bool mirrored, std::vector<double>& parameters, bool is_std) {
  require(
      turns % 2 == 0,
      "a splined lens cannot be turned by 90 degrees, because its grid is wider than high: turn "
      "the pictures by 180 degrees, or solve the lens with another --model");
  const std::vector<double> old = parameters;
  const bool reverse_columns = (turns == 2) != mirrored, reverse_rows = turns == 2;
  for (int row = 0; row < Splined::kRows; ++row) {
    for (int column = 0; column < Splined::kColumns; ++column) {
      const int from = (reverse_rows ? Splined::kRows - 1 - row : row) * Splined::kColumns +
                       (reverse_columns ? Splined::kColumns - 1 - column : column);
      const int to = row * Splined::kColumns + column;
      constexpr int kFirst = kLinearCount + Splined::kHeld;
      const auto copy = [&](int axis, bool reversed) {
        const double value = old[static_cast<std::size_t>(kFirst + axis + from)];
        parameters[static_cast<std::size_t>(kFirst + axis + to)] =
            reversed && !is_std ? -value : value;
      };
      copy(0, reverse_columns);
      copy(Splined::kPoints, reverse_rows);
    }
  }
}

// Turns and mirrors the vectors among the parameters by `map`.
void map_vectors(const std::string& model, const Eigen::Matrix2d& map,
                 std::vector<double>& parameters) {
  for (const auto& [x, y] : kVectors) {
    const int at_x = place_of(model, x), at_y = place_of(model, y);
    if (at_x < 0) continue;
    double& px = parameters[static_cast<std::size_t>(at_x)];
    double& py = parameters[static_cast<std::size_t>(at_y)];
    const Eigen::Vector2d mapped = map * Eigen::Vector2d(px, py);
    px = mapped.x();
    py = mapped.y();
  }
}

// Standard deviations of independent numbers: the squares of the map's elements map their squares.
Eigen::Matrix2d map_of_variances(const Eigen::Matrix2d& map) { return map.cwiseProduct(map); }

void for_each_squared(std::vector<double>& std, auto&& action) {
  for (double& value : std) value *= value;
  action();
  for (double& value : std) value = std::sqrt(value);
}

// The turn of the camera about its optical axis that belongs to a turn of the picture, and the new
// tilt of the sensor. The sensor's homography is that of the rotation R = tilt(tau_x, tau_y);
// turned by Z it is that of Z R, which is tilt(new tau_x, new tau_y) times a rotation about the
// optical axis (the Euler angles YXZ). That rotation is done by the camera.
Eigen::Matrix2d turn_tilt(const std::string& model, const Eigen::Matrix2d& turn,
                          std::vector<double>& parameters) {
  const int at = place_of(model, "tau_x");
  if (at < 0) return turn;
  double& tau_x = parameters[static_cast<std::size_t>(at)];
  double& tau_y = parameters[static_cast<std::size_t>(at) + 1];
  if (tau_x == 0 && tau_y == 0) return turn;
  Eigen::Matrix3d turned = tilt(tau_x, tau_y);
  turned.topRows<2>() = turn * turned.topRows<2>().eval();
  tau_x = std::asin(std::clamp(turned(1, 2), -1.0, 1.0));
  tau_y = std::atan2(-turned(0, 2), turned(2, 2));
  return (tilt(tau_x, tau_y).transpose() * turned).topLeftCorner<2, 2>();
}

void scale_std(const PictureChange& change, std::vector<double>& std) {
  std[0] *= change.scale_x;
  std[1] *= change.scale_y;
  std[2] *= change.scale_x;
  std[3] *= change.scale_y;
}

}  // namespace

PictureChange PictureChange::none(ImageSize size) { return {.cut = size, .resized = size}; }

ImageSize PictureChange::new_size() const {
  return quarter_turns % 2 == 0 ? resized : ImageSize{resized.height, resized.width};
}

Eigen::Vector2d new_pixel(const PictureChange& change, const Eigen::Vector2d& pixel) {
  Eigen::Vector2d p((pixel.x() + 0.5 - change.x) * change.scale_x - 0.5,
                    (pixel.y() + 0.5 - change.y) * change.scale_y - 0.5);
  double width = change.resized.width, height = change.resized.height;
  for (int i = 0; i < change.quarter_turns; ++i) {
    p = {height - 1 - p.y(), p.x()};
    std::swap(width, height);
  }
  if (change.mirrored) p.x() = width - 1 - p.x();
  return p;
}

RescaledLens rescale_lens(const Intrinsics& lens, const std::vector<double>& std,
                          const PictureChange& change) {
  RescaledLens result{{lens.model, change.new_size(), lens.parameters}, std, {}};
  std::vector<double>& p = result.intrinsics.parameters;
  const bool sideways = change.quarter_turns % 2 == 1;
  const Eigen::Vector2d center = new_pixel(change, {p[2], p[3]});
  const double fx = p[0] * change.scale_x, fy = p[1] * change.scale_y;
  p[0] = sideways ? fy : fx;
  p[1] = sideways ? fx : fy;
  p[2] = center.x();
  p[3] = center.y();
  const Eigen::Matrix2d picture_turn = quarter_turn(change.quarter_turns);
  const Eigen::Matrix2d mirror =
      Eigen::Vector2d(change.mirrored ? -1 : 1, 1).asDiagonal().toDenseMatrix();
  const Eigen::Matrix2d camera_turn = turn_tilt(lens.model, picture_turn, p);
  map_vectors(lens.model, mirror * camera_turn, p);
  if (const int at = place_of(lens.model, "tau_y"); at >= 0 && change.mirrored)
    p[static_cast<std::size_t>(at)] *= -1;
  const bool moves_grid = lens.model == Splined::name && (change.quarter_turns || change.mirrored);
  if (moves_grid) turn_grid(change.quarter_turns, change.mirrored, p, false);
  result.R_new_old.setIdentity();
  result.R_new_old.topLeftCorner<2, 2>() = mirror * camera_turn;
  if (std.empty()) return result;
  scale_std(change, result.std);
  if (sideways) {
    std::swap(result.std[0], result.std[1]);
    std::swap(result.std[2], result.std[3]);
  }
  for_each_squared(result.std,
                   [&] { map_vectors(lens.model, map_of_variances(camera_turn), result.std); });
  if (const int at = place_of(lens.model, "tau_x"); at >= 0 && sideways)
    std::swap(result.std[static_cast<std::size_t>(at)],
              result.std[static_cast<std::size_t>(at) + 1]);
  if (moves_grid) turn_grid(change.quarter_turns, change.mirrored, result.std, true);
  return result;
}

}  // namespace calib
