#include "io/map_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string_view>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "image/codecs.hpp"
#include "io/npy.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

static_assert(std::endian::native == std::endian::little, "files are little-endian");

// The two matrices that cv::remap needs, for float or fixed-point maps.
struct TwoMaps {
  cv::Mat first, second;
};

TwoMaps matrices(const PixelMaps& maps) { return {maps.x, maps.y}; }
TwoMaps matrices(const FixedMaps& maps) { return {maps.xy, maps.weights}; }

// How the files of float and fixed-point maps differ.
struct MapKind {
  const char* name;
  const char *first_type, *second_type;
  const char* npy_type;
  int npy_depth, npy_channels;
};
constexpr MapKind kFloat{"float", "CV_32FC1", "CV_32FC1", "<f4", CV_32F, 2};
constexpr MapKind kFixed{"fixed", "CV_16SC2", "CV_16UC1", "<i2", CV_16S, 3};

std::string_view bytes_of(const cv::Mat& matrix) {
  return {reinterpret_cast<const char*>(matrix.data), matrix.total() * matrix.elemSize()};
}

std::string npy_bytes(const TwoMaps& maps, const MapKind& kind) {
  cv::Mat weights, merged;
  maps.second.convertTo(weights,
                        kind.npy_depth);  // The weights of fixed-point maps are below 1024.
  cv::merge(std::vector<cv::Mat>{maps.first, weights}, merged);
  std::string bytes = npy_header(
      kind.npy_type, {static_cast<std::size_t>(merged.rows), static_cast<std::size_t>(merged.cols),
                      static_cast<std::size_t>(kind.npy_channels)});
  return bytes.append(bytes_of(merged));
}

// --- OpenCV's FileStorage, which describes a file of raw numbers.

std::string yaml_text(const TwoMaps& maps, const MapKind& kind, const std::string& raw) {
  return fmt::format(
      "%YAML:1.0\n---\n"
      "# The two matrices for cv::remap in {0}, one after another, row by row, little-endian.\n"
      "kind: {1}\nwidth: {2}\nheight: {3}\nraw: \"{0}\"\nmap1: {4}\nmap2: {5}\n"
      "map2_offset: {6}\n",
      raw, kind.name, maps.first.cols, maps.first.rows, kind.first_type, kind.second_type,
      bytes_of(maps.first).size());
}

// --- OpenEXR

// Debian's OpenCV disables OpenEXR unless this variable is set before its first use. A value that
// the user has set is kept.
void enable_exr() {
  static std::once_flag once;
  std::call_once(once, [] { ::setenv("OPENCV_IO_ENABLE_OPENEXR", "1", 0); });
}

[[noreturn]] void refuse_exr(const std::string& place) {
  throw Error(place +
              ": OpenCV on this machine cannot use OpenEXR files (it is built without OpenEXR, or "
              "the environment sets OPENCV_IO_ENABLE_OPENEXR=0); choose --maps npy or yaml");
}

std::string exr_bytes(const TwoMaps& maps, const std::string& place) {
  enable_exr();
  cv::Mat bgr;
  cv::merge(
      std::vector<cv::Mat>{cv::Mat::zeros(maps.first.size(), CV_32FC1), maps.second, maps.first},
      bgr);
  std::vector<uchar> bytes;
  try {
    if (!codecs().encode(".exr", bgr, {cv::IMWRITE_EXR_TYPE, cv::IMWRITE_EXR_TYPE_FLOAT}, bytes)) {
      refuse_exr(place);
    }
  } catch (const cv::Exception&) {
    refuse_exr(place);
  }
  return {bytes.begin(), bytes.end()};
}

std::string write_kind(const TwoMaps& maps, const MapKind& kind, const fs::path& folder,
                       const std::string& stem, MapFormat format) {
  const fs::path file = folder / stem;
  if (format == MapFormat::kNpy) {
    write_file(file.string() + ".npy", npy_bytes(maps, kind));
    return stem + ".npy";
  }
  if (format == MapFormat::kYaml) {
    std::string raw(bytes_of(maps.first));
    write_file(file.string() + ".raw", raw.append(bytes_of(maps.second)));
    write_file(file.string() + ".yml", yaml_text(maps, kind, stem + ".raw"));
    return stem + ".yml";
  }
  write_file(file.string() + ".exr", exr_bytes(maps, file.string() + ".exr"));
  return stem + ".exr";
}

}  // namespace

void check_map_choice(MapFormat format, MapType type) {
  require(!(format == MapFormat::kExr && type == MapType::kFixed),
          "OpenEXR files cannot hold fixed-point maps; choose --maps npy or yaml");
}

std::string write_maps(const PixelMaps& maps, const fs::path& folder, const std::string& stem,
                       MapFormat format, MapType type) {
  check_map_choice(format, type);
  if (format == MapFormat::kNone) return "";
  require(
      !maps.x.empty() && maps.x.type() == CV_32FC1 && maps.y.type() == CV_32FC1 &&
          maps.x.size() == maps.y.size(),
      fmt::format("{}: the maps for it are empty or of different sizes", (folder / stem).string()));
  if (type == MapType::kFloat) return write_kind(matrices(maps), kFloat, folder, stem, format);
  return write_kind(matrices(fixed_maps(maps)), kFixed, folder, stem, format);
}

}  // namespace calib
