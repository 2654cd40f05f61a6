// Points in the long form: one line for each frame, camera and point.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "io/csv.hpp"
#include "io/track_files.hpp"

namespace calib {
namespace {

constexpr std::size_t kKeysOfPiece = 4096;  // written by one thread at a time
constexpr int kCovarianceDigits = 6;

// A value as it is written: to 1e-6 px or 1e-9 m.
double on_decimals(double value, double steps) { return std::round(value * steps) / steps; }

template <class WriteKey>
std::string lines_of_keys(std::string header, std::size_t keys, int jobs,
                          const WriteKey& write_key) {
  std::vector<std::string> pieces((keys + kKeysOfPiece - 1) / kKeysOfPiece);
  parallel_for(pieces.size(), jobs, [&](std::size_t i) {
    for (std::size_t k = i * kKeysOfPiece; k < std::min(keys, (i + 1) * kKeysOfPiece); ++k)
      write_key(k, pieces[i]);
  });
  std::size_t size = header.size();
  for (const std::string& piece : pieces) size += piece.size();
  header.reserve(size);
  for (const std::string& piece : pieces) header += piece;
  return header;
}

std::vector<std::string> fields_of(const std::vector<std::string>& names) {
  std::vector<std::string> fields;
  fields.reserve(names.size());
  for (const std::string& name : names) fields.push_back(csv_field(name));
  return fields;
}

}  // namespace

PixelTracks read_pixel_csv(const std::filesystem::path& file, int jobs) {
  CsvTable table =
      read_csv(file, {{"frame"}, {"camera", "point"}, {"x", "y"}, {"sigma", "sigma_px"}}, jobs);
  std::vector<TrackRow> rows(table.rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double* numbers = &table.numbers[4 * i];
    const double sigma = std::isnan(numbers[2]) ? numbers[3] : numbers[2];
    require(!(sigma <= 0),
            fmt::format("{}: found the sigma {} of point '{}' in frame {}, expected "
                        "a positive number of pixels",
                        file.string(), sigma,
                        table.names[1][static_cast<std::size_t>(table.texts[2 * i + 1])],
                        table.integers[i]));
    rows[i] = {table.integers[i],
               table.texts[2 * i],
               table.texts[2 * i + 1],
               {numbers[0], numbers[1]},
               sigma};
  }
  return tracks_of_rows(std::move(table.names[0]), std::move(table.names[1]), rows, file.string());
}

PointTracks read_point_csv(const std::filesystem::path& file, int jobs) {
  CsvTable table = read_csv(file,
                            {{"frame"},
                             {"point|name"},
                             {"x", "y", "z"},
                             {"cov_xx", "cov_xy", "cov_xz", "cov_yy", "cov_yz", "cov_zz"},
                             true},
                            jobs);
  std::vector<std::size_t> order(table.rows);
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto key = [&](std::size_t i) { return TrackKey{table.integers[i], table.texts[i]}; };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  PointTracks tracks{std::move(table.names[0]), {}, {}};
  for (const std::size_t i : order) {
    require(
        tracks.keys.empty() || tracks.keys.back() != key(i),
        fmt::format("{}: point '{}' is in frame {} twice, expected once", file.string(),
                    tracks.points[static_cast<std::size_t>(table.texts[i])], table.integers[i]));
    tracks.keys.push_back(key(i));
    Point3d& point = tracks.values.emplace_back();
    point.position = Eigen::Map<const Eigen::Vector3d>(&table.numbers[9 * i]);
    point.covariance = Eigen::Map<const Eigen::Matrix<double, 6, 1>>(&table.numbers[9 * i + 3]);
  }
  return tracks;
}

std::vector<MeasuredPoint> read_measured_points(const std::filesystem::path& file) {
  const CsvTable table = read_csv(file, {{}, {"name"}, {"x", "y", "z"}, {"sigma"}}, 1);
  require(table.names[0].size() == table.rows,
          fmt::format("{}: has {} lines for {} names, expected each name once", file.string(),
                      table.rows, table.names[0].size()));
  std::vector<MeasuredPoint> points;
  for (std::size_t i = 0; i < table.rows; ++i) {
    const double* numbers = &table.numbers[4 * i];
    const bool is_whole = std::isfinite(numbers[0] + numbers[1] + numbers[2]);
    require(is_whole && !(numbers[3] < 0),
            fmt::format("{}: point '{}' lacks a coordinate or has a negative sigma, expected x, y "
                        "and z in meters",
                        file.string(), table.names[0][i]));
    points.push_back({table.names[0][i], Eigen::Map<const Eigen::Vector3d>(numbers),
                      std::isnan(numbers[3]) ? 0 : numbers[3]});
  }
  require(!points.empty(), file.string() + ": has no points");
  return points;
}

std::string csv_bytes(const PixelTracks& tracks, int jobs) {
  const bool has_sigma = !tracks.sigma_px.empty();
  const std::vector<std::string> cameras = fields_of(tracks.cameras),
                                 points = fields_of(tracks.points);
  return lines_of_keys(has_sigma ? "frame,camera,point,x,y,sigma\n" : "frame,camera,point,x,y\n",
                       tracks.keys.size(), jobs, [&](std::size_t key, std::string& text) {
                         for (std::size_t c = 0; c < cameras.size(); ++c) {
                           const std::size_t at = tracks.at(key, c);
                           text += fmt::format(
                               "{},{},{},", tracks.keys[key].frame, cameras[c],
                               points[static_cast<std::size_t>(tracks.keys[key].point)]);
                           append_number(text, on_decimals(tracks.pixels[at].x(), 1e6));
                           text += ',';
                           append_number(text, on_decimals(tracks.pixels[at].y(), 1e6));
                           if (has_sigma) {
                             text += ',';
                             append_number(text, tracks.sigma_px[at], kCovarianceDigits);
                           }
                           text += '\n';
                         }
                       });
}

std::string csv_bytes(const PointTracks& tracks, int jobs) {
  const std::vector<std::string> points = fields_of(tracks.points);
  return lines_of_keys(
      "frame,point,x,y,z,residual_px,views,cov_xx,cov_xy,cov_xz,cov_yy,cov_yz,cov_zz\n",
      tracks.keys.size(), jobs, [&](std::size_t key, std::string& text) {
        const Point3d& point = tracks.values[key];
        text += fmt::format("{},{}", tracks.keys[key].frame,
                            points[static_cast<std::size_t>(tracks.keys[key].point)]);
        for (const double value : point.position) {
          text += ',';
          append_number(text, on_decimals(value, 1e9));
        }
        text += ',';
        append_number(text, on_decimals(point.residual_px, 1e6));
        text += fmt::format(",{}", point.views);
        for (const double value : point.covariance) {
          text += ',';
          append_number(text, value, kCovarianceDigits);
        }
        text += '\n';
      });
}

}  // namespace calib
