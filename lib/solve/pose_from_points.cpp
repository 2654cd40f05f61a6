#include "solve/pose_from_points.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <opencv2/calib3d.hpp>

#include "base/subsample.hpp"

namespace calib {
namespace {

constexpr std::size_t kMostInTriples = 24;  // points: they have 2024 triples

using Triple = std::array<const PointOnRay*, 3>;

cv::Point3d to_cv(const Eigen::Vector3d& v) { return {v.x(), v.y(), v.z()}; }

// Points on a line, or seen in one direction, have no pose.
bool is_degenerate(const Triple& triple) {
  constexpr double kLeastSine = 0.02;
  const Eigen::Vector3d a = triple[1]->in_world - triple[0]->in_world;
  const Eigen::Vector3d b = triple[2]->in_world - triple[0]->in_world;
  const Eigen::Vector3d c = triple[2]->in_world - triple[1]->in_world;
  const double longest = std::max({a.norm(), b.norm(), c.norm()});
  return !(a.cross(b).norm() > kLeastSine * longest * longest);
}

// P3P needs rays in front of a plane: the camera is turned so that it looks at the three points.
std::vector<Pose> poses_of(const Triple& triple) {
  const Eigen::Vector3d middle = triple[0]->ray + triple[1]->ray + triple[2]->ray;
  if (is_degenerate(triple) || middle.norm() < 1e-3) return {};
  const Eigen::Quaterniond turn =
      Eigen::Quaterniond::FromTwoVectors(middle, Eigen::Vector3d::UnitZ());
  std::vector<cv::Point3d> points;
  std::vector<cv::Point2d> pixels;
  for (const PointOnRay* each : triple) {
    const Eigen::Vector3d ray = turn * each->ray;
    if (!(ray.z() > 1e-3)) return {};
    points.push_back(to_cv(each->in_world));
    pixels.emplace_back(ray.x() / ray.z(), ray.y() / ray.z());
  }
  std::vector<cv::Mat> rotations, translations;
  cv::solveP3P(points, pixels, cv::Matx33d::eye(), cv::noArray(), rotations, translations,
               cv::SOLVEPNP_P3P);
  std::vector<Pose> poses;
  for (std::size_t i = 0; i < rotations.size(); ++i) {
    const Eigen::Map<const Eigen::Vector3d> rotation(rotations[i].ptr<double>());
    const Eigen::Map<const Eigen::Vector3d> translation(translations[i].ptr<double>());
    if (!rotation.allFinite() || !translation.allFinite()) continue;
    const Eigen::Quaterniond back = turn.conjugate();
    poses.push_back({back * exp_so3(rotation), back * translation});
  }
  return poses;
}

double cost_of(const std::vector<PointOnRay>& points, const Pose& pose) {
  double sum = 0;
  for (const PointOnRay& point : points) {
    const double angle = std::min(ray_angle(point, pose), kGrossAngle_rad);
    sum += angle * angle;
  }
  return sum;
}

}  // namespace

double ray_angle(const PointOnRay& point, const Pose& T_cam_world) {
  const Eigen::Vector3d seen = T_cam_world * point.in_world;
  return std::atan2(seen.cross(point.ray).norm(), seen.dot(point.ray));
}

std::optional<Pose> pose_from_points(const std::vector<PointOnRay>& points) {
  if (points.size() < 4) return std::nullopt;
  const std::vector<std::size_t> chosen = evenly_spread(points.size(), kMostInTriples);
  std::optional<Pose> best;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    for (std::size_t j = i + 1; j < chosen.size(); ++j) {
      for (std::size_t k = j + 1; k < chosen.size(); ++k) {
        const Triple triple{&points[chosen[i]], &points[chosen[j]], &points[chosen[k]]};
        for (const Pose& pose : poses_of(triple)) {
          const double cost = cost_of(points, pose);
          if (!(cost < least)) continue;
          least = cost;
          best = pose;
        }
      }
    }
  }
  return best;
}

}  // namespace calib
