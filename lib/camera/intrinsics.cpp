#include "camera/intrinsics.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "camera/distorted.hpp"

namespace calib {
namespace {

std::size_t model_index(const std::string& model) {
  const std::vector<std::string> names = model_names();
  const auto found = std::find(names.begin(), names.end(), model);
  if (found == names.end()) {
    throw Error(fmt::format("unknown camera model '{}', {}", model, expected_one_of(model, names)));
  }
  return static_cast<std::size_t>(found - names.begin());
}

// Rays are parameterized by stereographic coordinates: (X, Y) = 2 (x, y) / (1 + z) of the unit ray.
// They are regular in every direction except straight backwards.
Eigen::Vector3d ray_from_stereographic(const Eigen::Vector2d& s) {
  const double square = s.squaredNorm() / 4, scale = 1 / (1 + square);
  return {s.x() * scale, s.y() * scale, (1 - square) * scale};
}

Eigen::Matrix<double, 3, 2> ray_by_stereographic(const Eigen::Vector2d& s) {
  const double scale = 1 / (1 + s.squaredNorm() / 4), by_half = scale * scale / 2;
  Eigen::Matrix<double, 3, 2> result;
  result << scale - s.x() * s.x() * by_half, -s.x() * s.y() * by_half,  //
      -s.x() * s.y() * by_half, scale - s.y() * s.y() * by_half,        //
      -2 * s.x() * by_half, -2 * s.y() * by_half;
  return result;
}

// The angle from the axis at which a point in `direction` is projected to `radius` (in focal
// lengths) in that direction, accurate enough to start Newton's method. The radius is monotonic in
// the valid region but for the tangential terms. Bisection therefore comes near the angle first,
// also where the radius of the larger angle is not known; then the secant of two angles around it
// finds it faster (Illinois method).
template <class Model>
double angle_of_radius(const double* distortion, const Eigen::Vector2d& direction, double radius,
                       double max_angle) {
  constexpr int kBisections = 4;
  double low = 0, high = max_angle;
  double below = -radius, above = 0;  // the differences there from `radius`; above is 0 if unknown
  double angle = max_angle / 2;
  bool was_low = false, was_high = false;
  for (int i = 0; i < 12; ++i) {
    const double side = std::sin(angle);
    const double point[3] = {side * direction.x(), side * direction.y(), std::cos(angle)};
    Eigen::Vector2d shape;
    const bool seen = Model::distort(distortion, point, shape.data());
    const double difference = seen ? shape.dot(direction) - radius : 0;
    if (seen && std::abs(difference) < 1e-4 * radius) return angle;
    const bool is_low = seen && difference < 0;
    (is_low ? low : high) = angle;
    (is_low ? below : above) = difference;
    // The same end twice: the other one would stay, and the secant would creep toward it.
    if (is_low && was_low) above /= 2;
    if (!is_low && was_high) below /= 2;
    was_low = is_low;
    was_high = !is_low;
    const bool bisect = i < kBisections || above <= 0;
    angle = low + (bisect ? 0.5 : below / (below - above)) * (high - low);
  }
  return low;
}

// Newton's method with step halving. It starts from the ray that would be exact without tangential
// distortion. Returns false if no ray within `max_angle` of the axis is found.
template <class Model>
bool invert(const double* parameters, double max_angle, const Eigen::Vector2d& pixel,
            Eigen::Vector3d& ray) {
  const double max_norm = 2 * std::tan(max_angle / 2);
  Distorted<Model> distorted;
  const auto evaluate = [&](const Eigen::Vector2d& s, Eigen::Vector2d& error,
                            Eigen::Matrix2d& jacobian) {
    if (s.norm() > max_norm) return false;
    if (!distorted.by_point_only(parameters + kLinearCount, ray_from_stereographic(s)))
      return false;
    const Eigen::Matrix<double, 3, 2> by_s = ray_by_stereographic(s);
    for (int r = 0; r < 2; ++r) {
      error[r] = parameters[r] * distorted.value[r] + parameters[2 + r] - pixel[r];
      jacobian.row(r) = parameters[r] * distorted.by_point[r] * by_s;
    }
    return error.allFinite();
  };

  const Eigen::Vector2d plane((pixel.x() - parameters[2]) / parameters[0],
                              (pixel.y() - parameters[3]) / parameters[1]);
  const double radius = plane.norm();
  Eigen::Vector2d s = plane;
  if (radius > 0) {
    const Eigen::Vector2d direction = plane / radius;
    const double angle =
        angle_of_radius<Model>(parameters + kLinearCount, direction, radius, max_angle);
    s = 2 * std::tan(angle / 2) * direction;
  }

  Eigen::Vector2d error, trial_error;
  Eigen::Matrix2d jacobian, trial_jacobian;
  if (!evaluate(s, error, jacobian)) return false;
  for (int iteration = 0; iteration < 100 && error.norm() > 1e-11; ++iteration) {
    const Eigen::Vector2d step = -jacobian.inverse() * error;
    if (!step.allFinite()) return false;
    double fraction = 1;
    while (!evaluate(s + fraction * step, trial_error, trial_jacobian) ||
           trial_error.norm() >= error.norm()) {
      fraction /= 2;
      if (fraction < 1e-6) break;
    }
    if (fraction < 1e-6) break;  // no improvement: rounding errors, or the end of the valid region
    s += fraction * step;
    error = trial_error;
    jacobian = trial_jacobian;
  }
  ray = ray_from_stereographic(s);
  return error.norm() < 1e-9;
}

// The model of the initial guesses: StartsAs if the model has it, otherwise the model itself.
template <class Model>
struct StartModel {
  using Type = Model;
};
template <class Model>
requires requires { typename Model::StartsAs; }
struct StartModel<Model> {
  using Type = typename Model::StartsAs;
};

template <class Model>
std::vector<std::vector<double>> starting_distortions() {
  if constexpr (requires { Model::starts(); }) {
    return Model::starts();
  } else {
    return {std::vector<double>(Model::distortion_names.size(), 0.0)};
  }
}

// The ratio of the distorted radius (focal lengths) to a small angle from the axis.
template <class Model>
double magnification(const std::vector<double>& distortion) {
  constexpr double kSmall = 1e-6;
  const double point[3] = {kSmall, 0, 1};
  double shape[2] = {0, 0};
  const bool seen = Model::distort(distortion.data(), point, shape);
  require(seen && shape[0] > 0,
          "the starting distortion of a camera model is not valid on the axis");
  return shape[0] / kSmall;
}

}  // namespace

std::string to_text(const ImageSize& size) { return fmt::format("{}x{}", size.width, size.height); }

std::vector<std::string> model_names() {
  std::vector<std::string> names;
  for_each_type(ModelList{}, [&]<class Model>() { names.emplace_back(Model::name); });
  return names;
}

void require_model(const std::string& model) { model_index(model); }

std::vector<std::string> parameter_names(const std::string& model) {
  std::vector<std::string> names = {"fx", "fy", "cx", "cy"};
  visit_type<void>(ModelList{}, model_index(model), [&]<class Model>() {
    names.insert(names.end(), Model::distortion_names.begin(), Model::distortion_names.end());
  });
  return names;
}

Intrinsics make_intrinsics(const std::string& model, ImageSize size, double fx, double fy,
                           double cx, double cy) {
  return as_model({model, size, {fx, fy, cx, cy}}, model);
}

Intrinsics as_model(Intrinsics lens, const std::string& model) {
  lens.model = model;
  lens.parameters.resize(parameter_names(model).size(), 0.0);
  return lens;
}

std::vector<Intrinsics> starting_intrinsics(const std::string& model, ImageSize size,
                                            double focal_px) {
  std::vector<Intrinsics> all;
  visit_type<void>(ModelList{}, model_index(model), [&]<class Wanted>() {
    using Model = typename StartModel<Wanted>::Type;
    for (const std::vector<double>& distortion : starting_distortions<Model>()) {
      const double fx = focal_px / magnification<Model>(distortion);
      Intrinsics start{std::string(Model::name),
                       size,
                       {fx, fx, (size.width - 1) / 2.0, (size.height - 1) / 2.0}};
      start.parameters.insert(start.parameters.end(), distortion.begin(), distortion.end());
      all.push_back(std::move(start));
    }
  });
  return all;
}

std::vector<LensPrior> lens_priors(const Intrinsics& intrinsics) {
  std::vector<LensPrior> priors;
  visit_type<void>(ModelList{}, model_index(intrinsics.model), [&]<class Model>() {
    if constexpr (requires { Model::prior_sigmas(); }) {
      const auto sigmas = Model::prior_sigmas();
      for (std::size_t k = 0; k < sigmas.size(); ++k) {
        if (std::isfinite(sigmas[k]))
          priors.push_back({{{kLinearCount + static_cast<int>(k), 1 / sigmas[k]}}});
      }
    }
    if constexpr (requires { Model::kSupport; }) {
      // The standard deviation of a third difference is one pixel.
      const double focal = intrinsics.parameters[0];
      Model::visit_third_differences([&](const std::array<int, 4>& at) {
        priors.push_back({{{kLinearCount + at[0], -focal},
                           {kLinearCount + at[1], 3 * focal},
                           {kLinearCount + at[2], -3 * focal},
                           {kLinearCount + at[3], focal}}});
      });
      const auto add_gauge = [&](const std::vector<std::pair<int, double>>& terms) {
        constexpr double kSigmaPx = 1e-4;
        LensPrior& gauge = priors.emplace_back();
        for (const auto& [number, weight] : terms)
          gauge.terms.push_back({kLinearCount + number, focal / kSigmaPx * weight});
      };
      Model::visit_gauges(intrinsics.parameters.data() + kLinearCount, add_gauge);
    }
  });
  return priors;
}

int held_parameters(const std::string& model) {
  return visit_type<int>(ModelList{}, model_index(model), []<class Model>() {
    if constexpr (requires { Model::kHeld; }) return kLinearCount + Model::kHeld;
    return 0;
  });
}

void check_intrinsics(const Intrinsics& intrinsics) {
  const std::size_t expected = parameter_names(intrinsics.model).size();
  require(intrinsics.parameters.size() == expected,
          fmt::format("model {} has {} parameters, found {}", intrinsics.model, expected,
                      intrinsics.parameters.size()));
  require(std::all_of(intrinsics.parameters.begin(), intrinsics.parameters.end(),
                      [](double value) { return std::isfinite(value); }),
          "a camera parameter is not a finite number");
  require(intrinsics.parameters[0] > 0 && intrinsics.parameters[1] > 0,
          "fx and fy must be positive");
  require(intrinsics.image_size.width > 0 && intrinsics.image_size.height > 0,
          "the image size must be positive");
}

Projector::Projector(Intrinsics intrinsics) : intrinsics_(std::move(intrinsics)) {
  check_intrinsics(intrinsics_);
  model_ = model_index(intrinsics_.model);
  visit_type<void>(ModelList{}, model_, [&]<class Model>() {
    sees_behind_ = Model::kSeesBehind;
    max_radius_ = Model::max_radius(intrinsics_.parameters.data() + kLinearCount);
  });
}

bool Projector::inside_valid_region(const Eigen::Vector3d& point) const {
  const double square = point.x() * point.x() + point.y() * point.y();
  if (sees_behind_) return std::atan2(std::sqrt(square), point.z()) <= max_radius_;
  const double reach = max_radius_ * point.z();
  return point.z() > 0 && square <= reach * reach;
}

std::optional<Eigen::Vector2d> Projector::project(const Eigen::Vector3d& point) const {
  if (!inside_valid_region(point)) return std::nullopt;
  Eigen::Vector2d pixel;
  const bool valid = visit_type<bool>(ModelList{}, model_, [&]<class Model>() {
    return calib::project<Model>(intrinsics_.parameters.data(), point.data(), pixel.data());
  });
  if (!valid || !pixel.allFinite()) return std::nullopt;
  return pixel;
}

void Projector::project(const Eigen::Matrix3Xd& points, Eigen::Matrix2Xd& pixels) const {
  const Eigen::Vector2d none = Eigen::Vector2d::Constant(std::numeric_limits<double>::quiet_NaN());
  for (Eigen::Index i = 0; i < points.cols(); ++i)
    pixels.col(i) = project(Eigen::Vector3d(points.col(i))).value_or(none);
}

bool Projector::project(const Eigen::Vector3d& point, Wanted wanted, PixelJacobian& result) const {
  if (!inside_valid_region(point)) return false;
  const double* parameters = intrinsics_.parameters.data();
  const bool by_all = wanted == Wanted::kByAll;
  return visit_type<bool>(ModelList{}, model_, [&]<class Model>() {
    Distorted<Model> distorted;
    const double* distortion = parameters + kLinearCount;
    if (!(by_all ? distorted.by_all(distortion, point)
                 : distorted.by_point_only(distortion, point)))
      return false;
    if (by_all) result.by_parameters.setZero(2, kParameterCount<Model>);
    for (int r = 0; r < 2; ++r) {
      result.pixel[r] = parameters[r] * distorted.value[r] + parameters[2 + r];
      result.by_point.row(r) = parameters[r] * distorted.by_point[r];
      if (!by_all) continue;
      for_each_parameter(parameters, distorted, r, [&](int parameter, double value) {
        result.by_parameters(r, parameter) = value;
      });
    }
    return true;
  });
}

double Projector::axis_focal_px() const {
  constexpr double kSmall = 1e-4;
  const auto right = project({kSmall, 0, 1}), left = project({-kSmall, 0, 1});
  const auto down = project({0, kSmall, 1}), up = project({0, -kSmall, 1});
  const std::vector<double>& k = intrinsics_.parameters;
  if (!right || !left || !down || !up) return std::sqrt(k[0] * k[1]);
  const Eigen::Vector2d across = (*right - *left) / (2 * kSmall),
                        along = (*down - *up) / (2 * kSmall);
  return std::sqrt(std::abs(across.x() * along.y() - across.y() * along.x()));
}

std::optional<Eigen::Vector3d> Projector::unproject(const Eigen::Vector2d& pixel) const {
  if (!pixel.allFinite()) return std::nullopt;
  const double max_angle = sees_behind_ ? max_radius_ : std::atan(max_radius_);
  Eigen::Vector3d ray;
  const bool found = visit_type<bool>(ModelList{}, model_, [&]<class Model>() {
    return invert<Model>(intrinsics_.parameters.data(), max_angle, pixel, ray);
  });
  if (!found || !inside_valid_region(ray)) return std::nullopt;
  return ray;
}

}  // namespace calib
