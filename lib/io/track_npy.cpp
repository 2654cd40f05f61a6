// Points as arrays of NumPy: pixels of shape (cameras, frames, points, 2), positions of shape
// (frames, points, 3) or, with x y z residual_px views and the covariance xx xy xz yy yz zz,
// (frames, points, 11). NaN: missing.

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "io/npy.hpp"
#include "io/track_files.hpp"

namespace calib {
namespace {

constexpr std::size_t kPointNumbers = 11;

std::vector<std::string> numbered_points(std::size_t count) {
  std::vector<std::string> names;
  names.reserve(count);
  for (std::size_t i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

// The frames of some keys, ascending, and the row of each key in an array of frames x points.
struct DenseRows {
  std::size_t frames = 0;
  std::vector<std::size_t> row_of_key;
};

DenseRows dense_rows(const std::vector<TrackKey>& keys, std::size_t points) {
  DenseRows dense;
  dense.row_of_key.reserve(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i == 0 || keys[i].frame != keys[i - 1].frame) ++dense.frames;
    dense.row_of_key.push_back((dense.frames - 1) * points +
                               static_cast<std::size_t>(keys[i].point));
  }
  constexpr std::size_t kMostRows = std::size_t{1} << 28;
  require(points == 0 || dense.frames <= kMostRows / points,
          fmt::format("an array of {} frames x {} points would be almost empty: choose .csv for "
                      "the output",
                      dense.frames, points));
  return dense;
}

std::string array_bytes(const std::vector<std::size_t>& shape, const std::vector<double>& values) {
  std::string bytes = npy_header("<f8", shape);
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double));
  return bytes;
}

}  // namespace

PixelTracks read_pixel_npy(const std::filesystem::path& file,
                           const std::vector<std::string>& cameras) {
  const NpyArray array = read_npy(file);
  require(!cameras.empty() && array.shape.size() == 4 && array.shape[0] == cameras.size() &&
              array.shape[3] == 2,
          fmt::format("{}: has the shape ({}), expected ({} cameras, frames, points, 2)",
                      file.string(), shape_text(array.shape), cameras.size()));
  const std::size_t frames = array.shape[1], points = array.shape[2], rows = frames * points;
  PixelTracks tracks{cameras, numbered_points(rows > 0 ? points : 0)};
  tracks.keys.reserve(rows);
  tracks.pixels.reserve(rows * cameras.size());
  for (std::size_t row = 0; row < rows; ++row) {
    tracks.keys.push_back(
        {static_cast<std::int64_t>(row / points), static_cast<int>(row % points)});
    for (std::size_t c = 0; c < cameras.size(); ++c)
      tracks.pixels.emplace_back(&array.values[2 * (c * rows + row)]);
  }
  return tracks;
}

PointTracks read_point_npy(const std::filesystem::path& file) {
  const NpyArray array = read_npy(file);
  const bool is_whole = array.shape.size() == 3 && array.shape[2] == kPointNumbers;
  require(is_whole || (array.shape.size() == 3 && array.shape[2] == 3),
          fmt::format("{}: has the shape ({}), expected (frames, points, 3)", file.string(),
                      shape_text(array.shape)));
  const std::size_t points = array.shape[1], rows = array.shape[0] * points;
  PointTracks tracks{numbered_points(rows > 0 ? points : 0), {}, std::vector<Point3d>(rows)};
  tracks.keys.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const double* values = &array.values[array.shape[2] * row];
    tracks.keys.push_back(
        {static_cast<std::int64_t>(row / points), static_cast<int>(row % points)});
    tracks.values[row].position = Eigen::Map<const Eigen::Vector3d>(values);
    if (is_whole) {
      tracks.values[row].covariance =
          Eigen::Map<const Eigen::Matrix<double, 6, 1>>(values + kPointNumbers - 6);
    }
  }
  return tracks;
}

std::string npy_bytes(const PixelTracks& tracks, const std::vector<std::string>& cameras) {
  const DenseRows dense = dense_rows(tracks.keys, tracks.points.size());
  const std::size_t rows = dense.frames * tracks.points.size();
  std::vector<double> values(2 * rows * cameras.size(), kMissing);
  for (std::size_t c = 0; c < tracks.cameras.size(); ++c) {
    const auto found = std::find(cameras.begin(), cameras.end(), tracks.cameras[c]);
    if (found == cameras.end()) continue;
    const std::size_t first = static_cast<std::size_t>(found - cameras.begin()) * rows;
    for (std::size_t key = 0; key < tracks.keys.size(); ++key) {
      const Eigen::Vector2d& pixel = tracks.pixels[tracks.at(key, c)];
      std::copy_n(pixel.data(), 2, &values[2 * (first + dense.row_of_key[key])]);
    }
  }
  return array_bytes({cameras.size(), dense.frames, tracks.points.size(), 2}, values);
}

std::string npy_bytes(const PointTracks& tracks) {
  const DenseRows dense = dense_rows(tracks.keys, tracks.points.size());
  std::vector<double> values(kPointNumbers * dense.frames * tracks.points.size(), kMissing);
  for (std::size_t key = 0; key < tracks.keys.size(); ++key) {
    const Point3d& point = tracks.values[key];
    double* const row = &values[kPointNumbers * dense.row_of_key[key]];
    std::copy_n(point.position.data(), 3, row);
    row[3] = point.residual_px;
    row[4] = point.views;
    std::copy_n(point.covariance.data(), 6, row + 5);
  }
  return array_bytes({dense.frames, tracks.points.size(), kPointNumbers}, values);
}

}  // namespace calib
