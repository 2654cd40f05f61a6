#include "measure/control_points.hpp"

#include <Eigen/Dense>
#include <cmath>

#include "measure/tracks.hpp"

namespace calib {
namespace {

// Where the parameters stand: 6 of each camera, then 3 of each point that may move.
struct ControlLayout {
  std::vector<int> points;  // first column of each point; -1: exact
  int size = 0;
};

ControlLayout layout_of(const ControlNetwork& network) {
  ControlLayout layout;
  layout.size = 6 * static_cast<int>(network.T_cam_world.size());
  for (const MeasuredPoint& point : network.measured) {
    layout.points.push_back(point.sigma_m > 0 ? layout.size : -1);
    if (point.sigma_m > 0) layout.size += 3;
  }
  return layout;
}

// A sight at the current values: its error, and derivatives of the projected pixel.
struct LinearSight {
  Eigen::Vector2d error;
  Eigen::Matrix<double, 2, 6> by_pose;
  Eigen::Matrix<double, 2, 3> by_point;
  Eigen::Matrix<double, 2, Eigen::Dynamic> by_lens;
};

bool linearize(const ControlNetwork& network, const ControlSight& sight, LinearSight& result) {
  const auto camera = static_cast<std::size_t>(sight.camera);
  const Pose& pose = network.T_cam_world[camera];
  const Eigen::Vector3d turned =
      pose.rotation * network.positions[static_cast<std::size_t>(sight.point)];
  PixelJacobian jacobian;
  if (!network.lenses[camera].project(turned + pose.translation, Projector::Wanted::kByAll,
                                      jacobian))
    return false;
  result.error = sight.pixel - jacobian.pixel;
  result.by_pose << -jacobian.by_point * cross_matrix(turned), jacobian.by_point;
  result.by_point = jacobian.by_point * pose.rotation.toRotationMatrix();
  result.by_lens = jacobian.by_parameters;
  return true;
}

struct ControlEquations {
  Eigen::MatrixXd normal;
  Eigen::VectorXd gradient;
};

ControlEquations equations_of(const ControlNetwork& network, const ControlLayout& layout) {
  ControlEquations sum{Eigen::MatrixXd::Zero(layout.size, layout.size),
                       Eigen::VectorXd::Zero(layout.size)};
  for (const ControlSight& sight : network.sights) {
    LinearSight at;
    if (!sight.is_used || !linearize(network, sight, at)) continue;
    const double weight = std::pow(network.sigma_of(sight), -2);
    const int pose = 6 * sight.camera;
    const int point = layout.points[static_cast<std::size_t>(sight.point)];
    sum.normal.block<6, 6>(pose, pose) += weight * at.by_pose.transpose() * at.by_pose;
    sum.gradient.segment<6>(pose) += weight * at.by_pose.transpose() * at.error;
    if (point < 0) continue;
    const Eigen::Matrix<double, 6, 3> cross = weight * at.by_pose.transpose() * at.by_point;
    sum.normal.block<6, 3>(pose, point) += cross;
    sum.normal.block<3, 6>(point, pose) += cross.transpose();
    sum.normal.block<3, 3>(point, point) += weight * at.by_point.transpose() * at.by_point;
    sum.gradient.segment<3>(point) += weight * at.by_point.transpose() * at.error;
  }
  for (std::size_t i = 0; i < network.measured.size(); ++i) {
    if (layout.points[i] < 0) continue;
    const double weight = std::pow(network.measured[i].sigma_m, -2);
    sum.normal.diagonal().segment<3>(layout.points[i]).array() += weight;
    sum.gradient.segment<3>(layout.points[i]) +=
        weight * (network.measured[i].position_m - network.positions[i]);
  }
  return sum;
}

// The sum of squares; infinite where a camera cannot see one of its points.
double cost_of(const ControlNetwork& network) {
  double sum = 0;
  for (const ControlSight& sight : network.sights) {
    if (!sight.is_used) continue;
    const double square = error_of(network, sight).squaredNorm();
    if (!std::isfinite(square)) return std::numeric_limits<double>::infinity();
    sum += square * std::pow(network.sigma_of(sight), -2);
  }
  for (std::size_t i = 0; i < network.measured.size(); ++i) {
    const MeasuredPoint& point = network.measured[i];
    if (point.sigma_m > 0)
      sum += (point.position_m - network.positions[i]).squaredNorm() / std::pow(point.sigma_m, 2);
  }
  return sum;
}

void move(const ControlLayout& layout, const Eigen::VectorXd& change, ControlNetwork& network) {
  for (std::size_t c = 0; c < network.T_cam_world.size(); ++c) {
    const Eigen::Matrix<double, 6, 1> motion = change.segment<6>(6 * static_cast<Eigen::Index>(c));
    network.T_cam_world[c] = retract(network.T_cam_world[c], motion);
  }
  for (std::size_t i = 0; i < network.positions.size(); ++i)
    if (layout.points[i] >= 0) network.positions[i] += change.segment<3>(layout.points[i]);
}

int used_coordinates(const ControlNetwork& network) {
  int count = 0;
  for (const ControlSight& sight : network.sights) count += sight.is_used ? 2 : 0;
  return count;
}

// Estimates the standard deviation of the sights that state none: the sum of their squared errors
// over their part of the degrees of freedom (Foerstner's estimate of a variance component).
void set_shown_sigma(const ControlNetwork& network, const ControlLayout& layout,
                     const Eigen::MatrixXd& inverse, ControlErrors& errors) {
  double squares = 0;
  for (const ControlSight& sight : network.sights) {
    LinearSight at;
    if (!sight.is_used || sight.sigma_px > 0 || !linearize(network, sight, at)) continue;
    const int pose = 6 * sight.camera;
    const int point = layout.points[static_cast<std::size_t>(sight.point)];
    Eigen::Matrix2d fitted = at.by_pose * inverse.block<6, 6>(pose, pose) * at.by_pose.transpose();
    if (point >= 0) {
      const Eigen::Matrix2d cross =
          at.by_pose * inverse.block<6, 3>(pose, point) * at.by_point.transpose();
      fitted += cross + cross.transpose() +
                at.by_point * inverse.block<3, 3>(point, point) * at.by_point.transpose();
    }
    errors.freedom += 2 - fitted.trace() * std::pow(network.sigma_px, -2);
    squares += at.error.squaredNorm();
  }
  constexpr double kLeastFreedom = 1;
  if (errors.freedom >= kLeastFreedom) errors.shown_sigma_px = std::sqrt(squares / errors.freedom);
}

}  // namespace

Eigen::Vector2d error_of(const ControlNetwork& network, const ControlSight& sight) {
  const auto camera = static_cast<std::size_t>(sight.camera);
  const auto pixel = network.lenses[camera].project(
      network.T_cam_world[camera] * network.positions[static_cast<std::size_t>(sight.point)]);
  if (!pixel) return Eigen::Vector2d::Constant(kMissing);
  return sight.pixel - *pixel;
}

void adjust(ControlNetwork& network) {
  constexpr int kMostSteps = 50;
  constexpr double kLeastGain = 1e-12, kMostDamping = 1e8;
  const ControlLayout layout = layout_of(network);
  double cost = cost_of(network), damping = 1e-6;
  for (int step = 0; step < kMostSteps && damping < kMostDamping; ++step) {
    ControlEquations equations = equations_of(network, layout);
    equations.normal.diagonal() *= 1 + damping;
    ControlNetwork trial = network;
    move(layout, equations.normal.ldlt().solve(equations.gradient), trial);
    const double now = cost_of(trial);
    if (!(now <= cost)) {
      damping *= 10;
      continue;
    }
    const bool is_done = cost - now <= kLeastGain * cost;
    network = std::move(trial);
    cost = now;
    damping = std::max(damping / 10, 1e-12);
    if (is_done) break;
  }
}

ControlErrors errors_of(const ControlNetwork& network) {
  const ControlLayout layout = layout_of(network);
  const ControlEquations equations = equations_of(network, layout);
  const Eigen::MatrixXd inverse =
      equations.normal.ldlt().solve(Eigen::MatrixXd::Identity(layout.size, layout.size));
  ControlErrors errors;
  int lens_columns = 0;
  for (const Projector& lens : network.lenses) {
    errors.first_lens.push_back(lens_columns);
    lens_columns += static_cast<int>(lens.intrinsics().parameters.size());
  }
  Eigen::MatrixXd gradients = Eigen::MatrixXd::Zero(layout.size, lens_columns);
  for (const ControlSight& sight : network.sights) {
    LinearSight at;
    if (!sight.is_used || !linearize(network, sight, at)) continue;
    const double weight = std::pow(network.sigma_of(sight), -2);
    const int first = errors.first_lens[static_cast<std::size_t>(sight.camera)];
    const int point = layout.points[static_cast<std::size_t>(sight.point)];
    gradients.block(6 * sight.camera, first, 6, at.by_lens.cols()) +=
        weight * at.by_pose.transpose() * at.by_lens;
    if (point >= 0)
      gradients.block(point, first, 3, at.by_lens.cols()) +=
          weight * at.by_point.transpose() * at.by_lens;
  }
  const auto poses = 6 * static_cast<Eigen::Index>(network.T_cam_world.size());
  errors.noise = inverse.topLeftCorner(poses, poses);
  errors.by_lens = -inverse.topRows(poses) * gradients;
  const int freedom = used_coordinates(network) - static_cast<int>(poses);
  if (freedom > 0) errors.chi = std::sqrt(cost_of(network) / freedom);
  set_shown_sigma(network, layout, inverse, errors);
  return errors;
}

}  // namespace calib
