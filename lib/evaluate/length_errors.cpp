#include "evaluate/length_errors.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "base/parallel.hpp"
#include "base/subsample.hpp"
#include "evaluate/camera_pairs.hpp"
#include "geometry/small_systems.hpp"

namespace calib {
namespace {

constexpr double kMinParallax = 5e-3;  // radians; with less the depth is noise
constexpr int kMinLongSquares = 2;     // the number of squares that a long length spans at least

// For each corner of the board its rays from all cameras of a group in one frame.
using CornerRays = std::vector<std::vector<PlacedRay>>;
// The triangulated corners of the board in one frame.
using Points = std::vector<std::optional<Eigen::Vector3d>>;

Points triangulated(const CornerRays& corners) {
  Points points;
  points.reserve(corners.size());
  for (const auto& rays : corners) points.push_back(triangulate(rays));
  return points;
}

// Sums the errors of the lengths over the frames.
class LengthSums {
 public:
  void add_frame(const Board& board, const Points& points) {
    for (const auto& [single, first_id] : single_boards(board)) {
      const auto first = points.begin() + first_id;
      add_board(*single, {first, first + corner_count(*single)});
    }
  }

  LengthErrors finish() {
    result_.lengths = magnitudes_mm_.size();
    if (!magnitudes_mm_.empty()) {
      const double count = static_cast<double>(magnitudes_mm_.size());
      result_.mean_mm /= count;
      result_.rms_mm = std::sqrt(result_.rms_mm / count);
      const auto p95 = magnitudes_mm_.begin() + static_cast<long>(0.95 * (count - 1) + 0.5);
      std::nth_element(magnitudes_mm_.begin(), p95, magnitudes_mm_.end());
      result_.p95_mm = *p95;
    }
    if (long_count_ > 0) result_.long_rms_mm = std::sqrt(result_.long_rms_mm / long_count_);
    finish_scale();
    return result_;
  }

 private:
  void add_board(const Board& board, const Points& points) {
    for (int id = 0; id < corner_count(board); ++id) {
      if (!points[id]) continue;
      ++result_.points;
      if ((id + 1) % board.corners_x != 0) add_neighbors(board, points, id, id + 1);
      add_neighbors(board, points, id, id + board.corners_x);
    }
    add_long(board, points);
  }

  static double true_length(const Board& board, int a, int b) {
    return (corner_position(board, a) - corner_position(board, b)).norm();
  }

  void add_neighbors(const Board& board, const Points& points, int a, int b) {
    if (b >= corner_count(board) || !points[b]) return;
    const double error_mm = 1000 * ((*points[a] - *points[b]).norm() - true_length(board, a, b));
    result_.mean_mm += error_mm;
    result_.rms_mm += error_mm * error_mm;
    magnitudes_mm_.push_back(std::abs(error_mm));
  }

  // The pair of triangulated corners that are farthest apart in a row, in a column, and along each
  // diagonal; {-1, -1} if there is none.
  std::array<std::pair<int, int>, 4> longest(const Board& board, const Points& points) const {
    std::array<std::pair<int, int>, 4> best;
    best.fill({-1, -1});
    std::array<double, 4> lengths{};
    const auto offer = [&](std::size_t direction, int a, int b) {
      const double length = true_length(board, a, b);
      if (length <= lengths[direction]) return;
      lengths[direction] = length;
      best[direction] = {a, b};
    };
    std::vector<int> first_in_row(board.corners_y, -1), first_in_column(board.corners_x, -1);
    // The corners with the smallest and largest x + y, and the smallest and largest x - y.
    std::array<int, 4> ends{-1, -1, -1, -1};
    for (int id = 0; id < corner_count(board); ++id) {
      if (!points[id]) continue;
      const int x = id % board.corners_x, y = id / board.corners_x;
      if (first_in_row[y] < 0) first_in_row[y] = id;
      if (first_in_column[x] < 0) first_in_column[x] = id;
      offer(0, first_in_row[y], id);
      offer(1, first_in_column[x], id);
      const auto sum = [&](int i) { return i % board.corners_x + i / board.corners_x; };
      const auto difference = [&](int i) { return i % board.corners_x - i / board.corners_x; };
      if (ends[0] < 0 || sum(id) < sum(ends[0])) ends[0] = id;
      if (ends[1] < 0 || sum(id) > sum(ends[1])) ends[1] = id;
      if (ends[2] < 0 || difference(id) < difference(ends[2])) ends[2] = id;
      if (ends[3] < 0 || difference(id) > difference(ends[3])) ends[3] = id;
    }
    if (ends[0] >= 0) {
      offer(2, ends[0], ends[1]);
      offer(3, ends[2], ends[3]);
    }
    return best;
  }

  void add_long(const Board& board, const Points& points) {
    double measured = 0, actual = 0;
    for (const auto& [a, b] : longest(board, points)) {
      if (a < 0 || true_length(board, a, b) < (kMinLongSquares - 0.5) * board.square_m) continue;
      const double length = (*points[a] - *points[b]).norm();
      measured += length;
      actual += true_length(board, a, b);
      const double error_mm = 1000 * (length - true_length(board, a, b));
      result_.long_rms_mm += error_mm * error_mm;
      ++long_count_;
    }
    if (actual > 0) scales_percent_.push_back(100 * (measured / actual - 1));
  }

  void finish_scale() {
    result_.frames = static_cast<int>(scales_percent_.size());
    const double count = static_cast<double>(scales_percent_.size());
    double squares = 0;
    for (const double scale : scales_percent_) result_.scale_percent += scale / count;
    for (const double scale : scales_percent_)
      squares += (scale - result_.scale_percent) * (scale - result_.scale_percent);
    if (result_.frames >= kLeastScaleFrames)
      result_.scale_std_percent = std::sqrt(squares / (count * (count - 1)));
  }

  LengthErrors result_;
  std::vector<double> magnitudes_mm_, scales_percent_;
  int long_count_ = 0;
};

CornerRays corner_rays(const Rays& rays, std::int64_t frame, std::span<const std::size_t> cameras) {
  CornerRays result(static_cast<std::size_t>(corner_count(rays.board)));
  for (const std::size_t camera : cameras) {
    const auto view = rays.views[camera].find(frame);
    if (view == rays.views[camera].end() || view->second.rejected) continue;
    const Pose T_rig_cam = rays.cameras[camera].T_cam_rig->inverse();
    for (const RayCorner& corner : view->second.corners) {
      if (corner.rejected) continue;
      result[corner.id].push_back(
          {T_rig_cam.translation, T_rig_cam.rotation * corner.ray, rays.cameras[camera].focal_px});
    }
  }
  return result;
}

// The frames in which more than one of the cameras sees the board.
std::vector<std::int64_t> common_frames(const Rays& rays, std::span<const std::size_t> cameras) {
  std::map<std::int64_t, int> counts;
  for (const std::size_t camera : cameras) {
    for (const auto& [frame, view] : rays.views[camera]) ++counts[frame];
  }
  std::vector<std::int64_t> frames;
  for (const auto& [frame, count] : counts) {
    if (count > 1) frames.push_back(frame);
  }
  return frames;
}

LengthErrors length_errors(const Rays& rays, std::span<const std::size_t> cameras,
                           const std::vector<std::int64_t>& frames, int jobs) {
  std::vector<Points> points(frames.size());
  parallel_for(frames.size(), jobs, [&](std::size_t i) {
    points[i] = triangulated(corner_rays(rays, frames[i], cameras));
  });
  LengthSums lengths;
  for (const Points& of_frame : points) lengths.add_frame(rays.board, of_frame);
  return lengths.finish();
}

LengthErrors pair_lengths(const Rays& rays, const CameraPair& pair, std::size_t most_frames) {
  const std::array<std::size_t, 2> cameras{pair.first, pair.second};
  std::vector<std::int64_t> frames = common_frames(rays, cameras);
  subsample(frames, most_frames);
  return length_errors(rays, cameras, frames, 1);
}

}  // namespace

std::optional<Eigen::Vector3d> triangulate(const std::vector<PlacedRay>& rays) {
  double least_cosine = 1;
  for (const PlacedRay& ray : rays)
    least_cosine = std::min(least_cosine, ray.direction.dot(rays.front().direction));
  if (!(least_cosine < std::cos(kMinParallax))) return std::nullopt;
  Eigen::Vector3d point = Eigen::Vector3d::Zero();
  // Iteratively reweighted least squares. After the first solution with equal weights, two more
  // make the weights exact to one in a thousand.
  for (int iteration = 0; iteration < 3; ++iteration) {
    Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
    Eigen::Vector3d right = Eigen::Vector3d::Zero();
    for (const PlacedRay& ray : rays) {
      const double weight =
          iteration == 0 ? 1 : ray.focal_px * ray.focal_px / (point - ray.center).squaredNorm();
      const Eigen::Matrix3d across =
          weight * (Eigen::Matrix3d::Identity() - ray.direction * ray.direction.transpose());
      normal += across;
      right += across * ray.center;
    }
    point = solve_normal(normal, right);
  }
  if (!point.allFinite()) return std::nullopt;
  for (const PlacedRay& ray : rays) {
    if ((point - ray.center).dot(ray.direction) <= 0) return std::nullopt;
  }
  return point;
}

RigLengthErrors length_errors(const Rays& rays, int jobs) {
  const std::vector<std::size_t> posed = posed_cameras(rays);
  const std::vector<CameraPair> pairs = camera_pairs(posed);
  RigLengthErrors result;
  result.rig = length_errors(rays, posed, common_frames(rays, posed), jobs);
  result.pairs.resize(pairs.size());
  parallel_for(pairs.size(), jobs, [&](std::size_t i) {
    result.pairs[i] = {rays.cameras[pairs[i].first].name, rays.cameras[pairs[i].second].name,
                       pair_lengths(rays, pairs[i], most_pair_frames(posed.size()))};
  });
  std::erase_if(result.pairs, [](const PairLengths& pair) { return pair.errors.lengths == 0; });
  return result;
}

}  // namespace calib
