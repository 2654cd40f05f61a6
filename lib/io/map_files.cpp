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
#include <string_view>
#include <utility>
#include <vector>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

static_assert(std::endian::native == std::endian::little, "'<f4' is written as it lies in memory");

// --- NumPy: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, version 1.0

constexpr std::string_view kNpyMagic("\x93NUMPY\x01\x00", 8);

std::string npy_header(cv::Size size) {
  std::string text =
      fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}, 2), }}", size.height,
                  size.width);
  // magic, a length of two bytes and the text with its newline fill a multiple of 64 bytes
  const std::size_t before = kNpyMagic.size() + 2;
  text.append(63 - (before + text.size()) % 64, ' ');
  text += '\n';
  std::string header(kNpyMagic);
  header += static_cast<char>(text.size() & 0xFF);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

std::string npy_bytes(const PixelMaps& maps) {
  cv::Mat pairs;
  cv::merge(std::vector<cv::Mat>{maps.x, maps.y}, pairs);
  std::string bytes = npy_header(pairs.size());
  bytes.append(reinterpret_cast<const char*>(pairs.data), pairs.total() * pairs.elemSize());
  return bytes;
}

// The text between `key` and the next of `ends`, e.g. "<f4" or "480, 640, 2".
std::string npy_value(std::string_view header, std::string_view key, std::string_view ends) {
  const std::size_t at = header.find(key);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = header.substr(at + key.size());
  return std::string(rest.substr(0, rest.find_first_of(ends)));
}

cv::Size npy_size(std::string_view header, const std::string& place) {
  const std::string type = npy_value(header, "'descr': '", "'");
  const std::string order = npy_value(header, "'fortran_order': ", ",}");
  const std::string shape = npy_value(header, "'shape': (", ")");
  const std::vector<std::string> lengths = split(shape, ',');
  std::vector<std::int64_t> numbers;
  for (const std::string& length : lengths) {
    if (const auto number = parse_integer(length)) numbers.push_back(*number);
  }
  const bool ok = type == "<f4" && order == "False" && lengths.size() == 3 && numbers.size() == 3 &&
                  numbers[2] == 2 && std::min(numbers[0], numbers[1]) > 0 &&
                  std::max(numbers[0], numbers[1]) < 1 << 20;
  require(ok,
          fmt::format("{}: found an array of type '{}', fortran_order {}, shape ({}), expected "
                      "'<f4', False, (height, width, 2) as 'calib rectify --maps npy' writes it",
                      place, type, order, shape));
  return {static_cast<int>(numbers[1]), static_cast<int>(numbers[0])};
}

PixelMaps npy_maps(const std::string& bytes, const std::string& place) {
  const std::size_t before = kNpyMagic.size() + 2;
  require(bytes.size() >= before && bytes.starts_with(kNpyMagic),
          place + ": not a NumPy file of version 1.0; write it with 'calib rectify --maps npy'");
  const std::size_t length =
      static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
  const cv::Size size = npy_size(std::string_view(bytes).substr(before, length), place);
  const std::size_t start = before + length;
  const std::size_t expected = start + static_cast<std::size_t>(size.area()) * 2 * sizeof(float);
  require(bytes.size() == expected,
          fmt::format("{}: found {} bytes, expected {} for maps of {}x{}; the file is damaged, "
                      "write it again",
                      place, bytes.size(), expected, size.width, size.height));
  cv::Mat pairs(size, CV_32FC2);
  std::memcpy(pairs.data, bytes.data() + start, bytes.size() - start);
  PixelMaps maps;
  cv::extractChannel(pairs, maps.x, 0);
  cv::extractChannel(pairs, maps.y, 1);
  return maps;
}

// --- OpenCV's FileStorage

std::string yaml_text(const PixelMaps& maps) {
  cv::FileStorage storage(
      "maps.yml", cv::FileStorage::WRITE | cv::FileStorage::MEMORY | cv::FileStorage::FORMAT_YAML);
  storage << "map_x" << maps.x << "map_y" << maps.y;
  return storage.releaseAndGetString();
}

PixelMaps yaml_maps(const std::string& text, const std::string& place) {
  PixelMaps maps;
  try {
    const cv::FileStorage storage(
        text, cv::FileStorage::READ | cv::FileStorage::MEMORY | cv::FileStorage::FORMAT_YAML);
    storage["map_x"] >> maps.x;
    storage["map_y"] >> maps.y;
  } catch (const cv::Exception& error) {
    throw Error(fmt::format("{}: not a YAML file of OpenCV's FileStorage ({}); write it again",
                            place, error.err));
  }
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

std::string exr_bytes(const PixelMaps& maps, const std::string& place) {
  enable_exr();
  cv::Mat bgr;
  cv::merge(std::vector<cv::Mat>{cv::Mat::zeros(maps.x.size(), CV_32FC1), maps.y, maps.x}, bgr);
  std::vector<uchar> bytes;
  try {
    if (!cv::imencode(".exr", bgr, bytes, {cv::IMWRITE_EXR_TYPE, cv::IMWRITE_EXR_TYPE_FLOAT})) {
      refuse_exr(place);
    }
  } catch (const cv::Exception&) {
    refuse_exr(place);
  }
  return {bytes.begin(), bytes.end()};
}

PixelMaps exr_maps(const std::string& bytes, const std::string& place) {
  constexpr std::string_view kMagic("\x76\x2f\x31\x01", 4);
  require(bytes.starts_with(kMagic), place + ": not an OpenEXR file; write it again");
  enable_exr();
  cv::Mat bgr;
  try {
    bgr = cv::imdecode(std::vector<uchar>(bytes.begin(), bytes.end()), cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception& error) {
    if (error.code == cv::Error::StsNotImplemented) refuse_exr(place);  // else: damaged, as below
  }
  require(bgr.type() == CV_32FC3,
          place +
              ": found no picture of three float channels, expected R = x, G = y; the file is "
              "damaged or of another kind, write it again");
  PixelMaps maps;
  cv::extractChannel(bgr, maps.x, 2);
  cv::extractChannel(bgr, maps.y, 1);
  return maps;
}

// --- all of them

struct Format {
  std::string_view name, extension;
  std::string (*write)(const PixelMaps&, const std::string& place);
  PixelMaps (*read)(const std::string& bytes, const std::string& place);
};

constexpr Format kFormats[] = {
    {"npy", ".npy", [](const PixelMaps& maps, const std::string&) { return npy_bytes(maps); },
     npy_maps},
    {"yaml", ".yml", [](const PixelMaps& maps, const std::string&) { return yaml_text(maps); },
     yaml_maps},
    {"exr", ".exr", exr_bytes, exr_maps},
};

bool are_maps(const PixelMaps& maps) {
  return !maps.x.empty() && maps.x.type() == CV_32FC1 && maps.y.type() == CV_32FC1 &&
         maps.x.size() == maps.y.size();
}

}  // namespace

std::string write_maps(const PixelMaps& maps, const std::filesystem::path& folder,
                       const std::string& stem, const std::string& format) {
  if (format == "none") return "";
  const Format* found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                     [&](const Format& f) { return f.name == format; });
  require(found != std::end(kFormats),
          fmt::format("unknown map format '{}', expected one of npy, yaml, exr, none{}", format,
                      did_you_mean(format, {"npy", "yaml", "exr", "none"})));
  const std::string name = stem + std::string(found->extension);
  const std::filesystem::path file = folder / name;
  require(are_maps(maps), file.string() + ": the maps are empty or of different sizes");
  write_file(file, found->write(maps, file.string()));
  return name;
}

PixelMaps read_maps(const std::filesystem::path& file) {
  const std::string extension = file.extension() == ".yaml" ? ".yml" : file.extension().string();
  const Format* found = std::find_if(std::begin(kFormats), std::end(kFormats),
                                     [&](const Format& f) { return f.extension == extension; });
  require(found != std::end(kFormats),
          fmt::format("{}: found extension '{}', expected maps in .npy, .yml or .exr",
                      file.string(), file.extension().string()));
  PixelMaps maps = found->read(read_file(file), file.string());
  require(are_maps(maps), file.string() +
                              ": expected two float maps of one size, map_x and map_y; "
                              "write them with 'calib rectify --maps'");
  return maps;
}

}  // namespace calib
