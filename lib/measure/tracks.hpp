#pragma once
// Named points over frames: their pixels in the cameras, and their positions in space. Both hold
// only those (frame, point) that some camera has seen, so that their size follows the data.

#include <Eigen/Core>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace calib {

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// One point in one frame.
struct TrackKey {
  std::int64_t frame = 0;
  int point = 0;  ///< index into the names of points
  auto operator<=>(const TrackKey&) const = default;
};

/// The pixels of points. `pixels` has one row of `cameras` entries for each key.
struct PixelTracks {
  std::vector<std::string> cameras = {}, points = {};
  std::vector<TrackKey> keys = {};           ///< ascending, each once
  std::vector<Eigen::Vector2d> pixels = {};  ///< NaN: not seen
  std::vector<double> sigma_px = {};         ///< as `pixels`; NaN: not stated. Empty: none is

  std::size_t at(std::size_t key, std::size_t camera) const {
    return key * cameras.size() + camera;
  }
};

/// A point in space, in the frame of the world, or of the rig if there is no world.
struct Point3d {
  Eigen::Vector3d position = Eigen::Vector3d::Constant(kMissing);  ///< meters; NaN: not known
  /// xx xy xz yy yz zz, square meters; NaN: not known.
  Eigen::Matrix<double, 6, 1> covariance = Eigen::Matrix<double, 6, 1>::Constant(kMissing);
  double residual_px = kMissing;  ///< sqrt(mean |e|^2) over the cameras that were used
  int views = 0;                  ///< how many these are

  bool known() const { return position.allFinite(); }
};

struct PointTracks {
  std::vector<std::string> points;
  std::vector<TrackKey> keys;   ///< ascending, each once
  std::vector<Point3d> values;  ///< one for each key
};

/// The symmetric matrix of xx xy xz yy yz zz, and its inverse.
inline Eigen::Matrix3d to_matrix(const Eigen::Matrix<double, 6, 1>& c) {
  return Eigen::Matrix3d{{c[0], c[1], c[2]}, {c[1], c[3], c[4]}, {c[2], c[4], c[5]}};
}
inline Eigen::Matrix<double, 6, 1> to_six(const Eigen::Matrix3d& m) {
  return {m(0, 0), m(0, 1), m(0, 2), m(1, 1), m(1, 2), m(2, 2)};
}

}  // namespace calib
