#include "synth/board_path.hpp"

#include <algorithm>
#include <cmath>

namespace calib {
namespace {

constexpr double kStep_s = 0.25;  // between two control poses: corners are rounded within a second
// A turn by a radian takes as long as a way of 0.2 m: about what an elbow does.
constexpr double kWayOfTurn_m = 0.2;

Eigen::Vector3d center_of(const Board& board) {
  const Eigen::Vector2d middle = flat_extent(board) / 2;
  return {middle.x(), middle.y(), 0};
}

}  // namespace

double travel_time_s(const Pose& from, const Pose& to, const Board& board, double speed_m_s) {
  const Eigen::Vector3d center = center_of(board);
  const double way = (to * center - from * center).norm();
  return (way + kWayOfTurn_m * angle_between(from.rotation, to.rotation)) / speed_m_s;
}

BoardPath::BoardPath(const std::vector<Pose>& stops, const Board& board, double speed_m_s,
                     double start_s)
    : board_center_(center_of(board)), start_s_(start_s) {
  const auto add = [&](const Pose& a, const Pose& b, double part) {
    const Eigen::Vector3d from = a * board_center_, to = b * board_center_;
    controls_.push_back({from + part * (to - from), a.rotation.slerp(part, b.rotation)});
  };
  add(stops.front(), stops.front(), 0);  // twice, so that the spline begins at its first interval
  double next_s = 0;                     // of the next control pose, after the stop before it
  for (std::size_t i = 0; i + 1 < stops.size(); ++i) {
    const double travel_s = travel_time_s(stops[i], stops[i + 1], board, speed_m_s);
    for (; next_s < travel_s; next_s += kStep_s) add(stops[i], stops[i + 1], next_s / travel_s);
    next_s -= travel_s;
  }
  for (int i = 0; i < 3; ++i) add(stops.back(), stops.back(), 0);
}

double BoardPath::end_s() const {
  return start_s_ + kStep_s * static_cast<double>(controls_.size() - 3);
}

Pose BoardPath::pose_of(const Control& control) const {
  return {control.rotation, control.center - control.rotation * board_center_};
}

// The cumulative form of the spline (Kim, Kim, Shin, "A general construction scheme for unit
// quaternion curves with simple high order derivatives", SIGGRAPH 1995, equation 7).
Pose BoardPath::at(double time_s) const {
  const double steps = std::clamp((time_s - start_s_) / kStep_s, 0.0,
                                  static_cast<double>(controls_.size() - 3) - 1e-9);
  const auto first = static_cast<std::size_t>(steps);
  const double u = steps - static_cast<double>(first);
  const double weights[] = {(5 + u * (3 + u * (-3 + u))) / 6, (1 + u * (3 + u * (3 - 2 * u))) / 6,
                            u * u * u / 6};
  Control now = controls_[first];
  for (std::size_t k = 0; k < 3; ++k) {
    const Control &a = controls_[first + k], &b = controls_[first + k + 1];
    now.center += weights[k] * (b.center - a.center);
    now.rotation =
        now.rotation * exp_so3(weights[k] * log_so3(a.rotation.conjugate() * b.rotation));
  }
  now.rotation.normalize();
  return pose_of(now);
}

}  // namespace calib
