#include "image/decode.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <initializer_list>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>
#include <optional>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "image/codecs.hpp"
#include "image/gray_range.hpp"
#include "image/integrity.hpp"
#include "image/jpeg.hpp"
#include "image/png.hpp"
#include "image/tiff.hpp"

namespace calib {
namespace {

DecodedImage unreadable(std::string problem) { return {cv::Mat(), std::move(problem)}; }

// The flags of cv::imdecode. ANYDEPTH keeps 16 bits, which are brought to 8 bits here.
int decode_flags(PixelFormat format) {
  if (format == PixelFormat::kAsStored) return cv::IMREAD_UNCHANGED;
  return cv::IMREAD_GRAYSCALE | cv::IMREAD_ANYDEPTH | cv::IMREAD_IGNORE_ORIENTATION;
}

bool has_suffix_of(const std::filesystem::path& path,
                   std::initializer_list<std::string_view> suffixes) {
  std::string suffix = path.extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(suffixes.begin(), suffixes.end(), suffix) != suffixes.end();
}

std::atomic<std::uint64_t> most_pixels{kMostPixels};

// The largest accepted file: 16-bit color pixels, and 64 MiB for metadata.
std::size_t most_bytes() { return 8 * most_pixels + (std::size_t{1} << 26); }

// Decodes without OpenCV's codecs. Returns nullopt for the formats that need them.
std::optional<cv::Mat> decode_directly(const std::string& kind, std::string_view bytes,
                                       PixelFormat format) {
  const bool gray = format != PixelFormat::kAsStored;
  if (kind == "JPEG") return decode_jpeg(bytes, gray);
  if (kind == "TIFF") return decode_gray_tiff(bytes);
  if (kind == "PNG") return decode_png(bytes, gray);
  return std::nullopt;
}

// Returns an empty image if the data are corrupt.
cv::Mat decode_pixels(const std::string& kind, std::string_view bytes, PixelFormat format) {
  try {
    if (const auto direct = decode_directly(kind, bytes, format)) return *direct;
    // OpenCV always applies the orientation tag of a TIFF file.
    const std::string unrotated = kind == "TIFF" ? without_rotation(bytes) : std::string();
    if (!unrotated.empty()) bytes = unrotated;
    return codecs().decode(bytes.data(), bytes.size(), decode_flags(format));
  } catch (const cv::Exception&) {
    return {};
  }
}

}  // namespace

void limit_pixels(std::uint64_t most) { most_pixels = most; }

std::string size_problem(std::uint64_t width, std::uint64_t height) {
  if (height == 0 || width <= most_pixels / height) return "";
  return fmt::format("has {}x{} pixels, more than the {} million that --max-pixels allows", width,
                     height, to_text(1e-6 * static_cast<double>(most_pixels.load())));
}

void require_size(const std::string& name, ImageSize size) {
  const std::string problem =
      size_problem(static_cast<std::uint64_t>(size.width), static_cast<std::uint64_t>(size.height));
  require(problem.empty(), name + ": an image of this size " + problem);
}

void silence_opencv() {
  static const auto once = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  static_cast<void>(once);
}

DecodedImage decode_image(std::string_view bytes, PixelFormat format) {
  silence_opencv();
  if (bytes.empty()) return unreadable("zero bytes");
  const Integrity integrity = check_integrity(bytes);
  if (integrity.format.empty()) return unreadable("not an image in a known format");
  if (!integrity.damage.empty()) return unreadable(integrity.damage);
  std::string too_large = size_problem(integrity.size.width, integrity.size.height);
  if (!too_large.empty()) return unreadable(std::move(too_large));
  cv::Mat pixels = decode_pixels(integrity.format, bytes, format);
  if (pixels.empty()) return unreadable("corrupt " + integrity.format);
  if (pixels.depth() != CV_8U && pixels.depth() != CV_16U)
    return unreadable("pixels are neither 8 nor 16 bit integers");
  if (format == PixelFormat::kGray8) pixels = to_gray8(pixels);
  return {pixels, ""};
}

ImageBytes read_image_bytes(const std::filesystem::path& path) {
  if (is_special(path)) return {"", "is a pipe or device, expected a file"};
  try {
    return {read_file(path, most_bytes()), ""};
  } catch (const Error& error) {
    const std::string message = error.what();
    const std::string place = path.string() + ": ";
    return {"", message.starts_with(place) ? message.substr(place.size()) : message};
  }
}

DecodedImage decode_image(const std::filesystem::path& path, PixelFormat format) {
  ImageBytes file = read_image_bytes(path);
  if (!file.problem.empty()) return unreadable(std::move(file.problem));
  return decode_image(std::string_view(file.bytes), format);
}

bool is_image_name(const std::filesystem::path& path) {
  return has_suffix_of(path,
                       {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".pgm", ".ppm", ".webp"});
}

bool is_unsupported_image_name(const std::filesystem::path& path) {
  return has_suffix_of(path, {".heic", ".heif", ".avif", ".jp2", ".jxl", ".dng", ".cr2", ".cr3",
                              ".nef", ".arw", ".raf", ".orf", ".rw2"});
}

bool is_video_name(const std::filesystem::path& path) {
  return has_suffix_of(path, {".mp4", ".avi", ".mkv", ".mov", ".m4v", ".webm"});
}

}  // namespace calib
