#include "io/map_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "image/codecs.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

static_assert(std::endian::native == std::endian::little, "files hold numbers as memory does");

// cv::remap's two matrices, of either kind.
struct TwoMaps {
  cv::Mat first, second;
};

TwoMaps matrices(const PixelMaps& maps) { return {maps.x, maps.y}; }
TwoMaps matrices(const FixedMaps& maps) { return {maps.xy, maps.weights}; }

// What distinguishes the two kinds in files.
struct MapKind {
  const char* name;
  int first_type, second_type;
  const char* npy_type;
  int npy_depth, npy_channels;
};
constexpr MapKind kFloat{"float", CV_32FC1, CV_32FC1, "<f4", CV_32F, 2};
constexpr MapKind kFixed{"fixed", CV_16SC2, CV_16UC1, "<i2", CV_16S, 3};

std::string_view bytes_of(const cv::Mat& matrix) {
  return {reinterpret_cast<const char*>(matrix.data), matrix.total() * matrix.elemSize()};
}

std::size_t size_in_bytes(cv::Size size, int type) {
  return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) *
         static_cast<std::size_t>(CV_ELEM_SIZE(type));
}

// --- NumPy: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0

constexpr std::string_view kNpyMagic("\x93NUMPY\x01\x00", 8);

std::string npy_header(cv::Size size, const MapKind& kind) {
  std::string text =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}, {}, {}), }}",
                  kind.npy_type, size.height, size.width, kind.npy_channels);
  // magic, a length of two bytes and the text with its newline fill a multiple of 64 bytes
  const std::size_t before = kNpyMagic.size() + 2;
  text.append(63 - (before + text.size()) % 64, ' ');
  text += '\n';
  std::string header(kNpyMagic);
  header += static_cast<char>(text.size() & 0xFF);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

std::string npy_bytes(const TwoMaps& maps, const MapKind& kind) {
  cv::Mat weights, merged;
  maps.second.convertTo(weights, kind.npy_depth);  // weights of fixed maps are below 1024
  cv::merge(std::vector<cv::Mat>{maps.first, weights}, merged);
  std::string bytes = npy_header(merged.size(), kind);
  return bytes.append(bytes_of(merged));
}

// The text between `key` and the next of `ends`, e.g. "<f4" or "480, 640, 2".
std::string npy_value(std::string_view header, std::string_view key, std::string_view ends) {
  const std::size_t at = header.find(key);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = header.substr(at + key.size());
  return std::string(rest.substr(0, rest.find_first_of(ends)));
}

cv::Size npy_size(std::string_view header, const MapKind& kind, const std::string& place) {
  const std::string type = npy_value(header, "'descr': '", "'");
  const std::string order = npy_value(header, "'fortran_order': ", ",}");
  const std::string shape = npy_value(header, "'shape': (", ")");
  const std::vector<std::string> lengths = split(shape, ',');
  std::vector<std::int64_t> numbers;
  for (const std::string& length : lengths) {
    if (const auto number = parse_integer(length)) numbers.push_back(*number);
  }
  const bool ok = type == kind.npy_type && order == "False" && lengths.size() == 3 &&
                  numbers.size() == 3 && numbers[2] == kind.npy_channels &&
                  std::min(numbers[0], numbers[1]) > 0 &&
                  std::max(numbers[0], numbers[1]) < 1 << 20;
  require(ok, fmt::format("{}: found an array of type '{}', fortran_order {}, shape ({}), expected "
                          "'{}', False, (height, width, {}) as 'calib rectify --maps npy "
                          "--map-type {}' writes it",
                          place, type, order, shape, kind.npy_type, kind.npy_channels, kind.name));
  return {static_cast<int>(numbers[1]), static_cast<int>(numbers[0])};
}

void require_length(std::size_t found, std::size_t expected, cv::Size size,
                    const std::string& place) {
  require(found == expected,
          fmt::format("{}: found {} bytes, expected {} for maps of {}x{}; the file is damaged, "
                      "write it again",
                      place, found, expected, size.width, size.height));
}

TwoMaps npy_maps(const std::string& bytes, const MapKind& kind, const fs::path& file) {
  const std::string place = file.string();
  const std::size_t before = kNpyMagic.size() + 2;
  require(bytes.size() >= before && bytes.starts_with(kNpyMagic),
          place + ": not a NumPy file of version 1.0; write it with 'calib rectify --maps npy'");
  const std::size_t length =
      static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
  const cv::Size size = npy_size(std::string_view(bytes).substr(before, length), kind, place);
  const std::size_t start = before + length;
  const int type = CV_MAKETYPE(kind.npy_depth, kind.npy_channels);
  require_length(bytes.size(), start + size_in_bytes(size, type), size, place);
  cv::Mat merged(size, type);
  std::memcpy(merged.data, bytes.data() + start, bytes.size() - start);
  std::vector<cv::Mat> channels;
  cv::split(merged, channels);
  TwoMaps maps;
  maps.second = channels.back();
  channels.pop_back();
  cv::merge(channels, maps.first);
  maps.second.convertTo(maps.second, CV_MAT_DEPTH(kind.second_type));
  return maps;
}

// --- OpenCV's FileStorage, which describes a file of raw numbers

std::string type_text(int type) {
  static const std::pair<int, const char*> kNames[] = {
      {CV_32FC1, "CV_32FC1"}, {CV_16SC2, "CV_16SC2"}, {CV_16UC1, "CV_16UC1"}};
  for (const auto& [known, name] : kNames)
    if (known == type) return name;
  return "";
}

std::string yaml_text(const TwoMaps& maps, const MapKind& kind, const std::string& raw) {
  return fmt::format(
      "%YAML:1.0\n---\n"
      "# The two matrices for cv::remap in {0}, one after another, row by row, little-endian.\n"
      "kind: {1}\nwidth: {2}\nheight: {3}\nraw: \"{0}\"\nmap1: {4}\nmap2: {5}\n"
      "map2_offset: {6}\n",
      raw, kind.name, maps.first.cols, maps.first.rows, type_text(kind.first_type),
      type_text(kind.second_type), bytes_of(maps.first).size());
}

TwoMaps yaml_maps(const std::string& text, const MapKind& kind, const fs::path& file) {
  std::string found, raw;
  cv::Size size;
  try {
    const cv::FileStorage storage(
        text, cv::FileStorage::READ | cv::FileStorage::MEMORY | cv::FileStorage::FORMAT_YAML);
    storage["kind"] >> found;
    storage["raw"] >> raw;
    storage["width"] >> size.width;
    storage["height"] >> size.height;
  } catch (const cv::Exception& error) {
    throw Error(fmt::format("{}: not a YAML file of OpenCV's FileStorage ({}); write it again",
                            file.string(), error.err));
  }
  const bool ok = found == kind.name && !raw.empty() && fs::path(raw) == fs::path(raw).filename() &&
                  size.width > 0 && size.height > 0 && std::max(size.width, size.height) < 1 << 20;
  require(ok,
          fmt::format("{}: found kind '{}', raw '{}', {}x{}, expected {} maps as 'calib rectify "
                      "--maps yaml --map-type {}' writes them",
                      file.string(), found, raw, size.width, size.height, kind.name, kind.name));
  const std::string bytes = read_file(file.parent_path() / raw);
  const std::size_t split_at = size_in_bytes(size, kind.first_type);
  require_length(bytes.size(), split_at + size_in_bytes(size, kind.second_type), size,
                 (file.parent_path() / raw).string());
  TwoMaps maps{cv::Mat(size, kind.first_type), cv::Mat(size, kind.second_type)};
  std::memcpy(maps.first.data, bytes.data(), split_at);
  std::memcpy(maps.second.data, bytes.data() + split_at, bytes.size() - split_at);
  return maps;
}

// --- OpenEXR

// Debian's OpenCV leaves OpenEXR out unless this is set before its first use. A value that the
// user has set stays.
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

TwoMaps exr_maps(const std::string& bytes, const fs::path& file) {
  const std::string place = file.string();
  constexpr std::string_view kMagic("\x76\x2f\x31\x01", 4);
  require(bytes.starts_with(kMagic), place + ": not an OpenEXR file; write it again");
  enable_exr();
  cv::Mat bgr;
  try {
    bgr = codecs().decode(bytes.data(), bytes.size(), cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception& error) {
    if (error.code == cv::Error::StsNotImplemented) refuse_exr(place);  // else: damaged, as below
  }
  require(!bgr.empty() && bgr.type() == CV_32FC3,
          place +
              ": found no picture of three float channels, expected R = x, G = y; the file is "
              "damaged or of another kind, write it again");
  TwoMaps maps;
  cv::extractChannel(bgr, maps.first, 2);
  cv::extractChannel(bgr, maps.second, 1);
  return maps;
}

// --- all of them

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

TwoMaps read_kind(const fs::path& file, const MapKind& kind) {
  const std::string extension = file.extension().string();
  if (extension == ".npy") return npy_maps(read_file(file), kind, file);
  if (extension == ".yml" || extension == ".yaml") return yaml_maps(read_file(file), kind, file);
  require(extension == ".exr",
          fmt::format("{}: found extension '{}', expected maps in .npy, .yml or .exr",
                      file.string(), extension));
  require(kind.first_type == CV_32FC1,
          file.string() + ": OpenEXR files hold float maps, expected fixed ones");
  return exr_maps(read_file(file), file);
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

PixelMaps read_maps(const fs::path& file) {
  const TwoMaps maps = read_kind(file, kFloat);
  return {maps.first, maps.second};
}

FixedMaps read_fixed_maps(const fs::path& file) {
  const TwoMaps maps = read_kind(file, kFixed);
  return {maps.first, maps.second};
}

}  // namespace calib
