#pragma once
// Decodes image files. A broken file is reported as a value, not an exception, so that a few bad
// images do not end a run.

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>

#include "camera/intrinsics.hpp"

namespace calib {

enum class PixelFormat {
  kGray8,    ///< one channel of 8 bits: see to_gray8() in gray_range.hpp
  kGray,     ///< one channel with the depth of the file
  kAsStored  ///< the channels and depth of the file
};

struct DecodedImage {
  cv::Mat pixels;       ///< empty if there is a problem
  std::string problem;  ///< "no such file", "truncated JPEG", ...; empty: the image was decoded
};

/// The most pixels that an image may have: a corrupt header of a few bytes can claim any size.
/// Larger images are a problem. Applies to the whole process; default: kMostPixels.
void limit_pixels(std::uint64_t most);
inline constexpr std::uint64_t kMostPixels = 250'000'000;
/// Returns "has 30000x30000 pixels, more than ..." if the size exceeds the limit, otherwise "".
std::string size_problem(std::uint64_t width, std::uint64_t height);
/// Throws Error if the size exceeds the limit. `name` is the option or file that asks for an image
/// of this size.
void require_size(const std::string& name, ImageSize size);

/// Does not throw if the file is broken. A truncated JPEG or PNG is a problem, not an image that is
/// partly gray. EXIF rotation is ignored, because calibration needs the pixels as on the sensor.
DecodedImage decode_image(const std::filesystem::path& path, PixelFormat format);
/// The same from bytes in memory.
DecodedImage decode_image(std::string_view bytes, PixelFormat format);

/// The bytes of an image file, for callers that also hash them.
struct ImageBytes {
  std::string bytes;
  std::string problem;  ///< "no such file", ...; empty: the file was read
};
/// Does not throw if the file cannot be read.
ImageBytes read_image_bytes(const std::filesystem::path& path);

/// Turns off OpenCV's own messages on stderr. Call it before using its codecs.
void silence_opencv();

/// Whether the file name has the suffix of an image that decode_image() supports (.png .jpg .jpeg
/// .bmp .tif .tiff .pgm .ppm .webp), in any case.
bool is_image_name(const std::filesystem::path& path);
/// Whether it has the suffix of an image that decode_image() does not support (.heic, .dng
/// and others of phones and cameras), in any case.
bool is_unsupported_image_name(const std::filesystem::path& path);
/// Whether the file name has the suffix of a video (.mp4 .avi .mkv .mov .m4v .webm), in any case.
bool is_video_name(const std::filesystem::path& path);

}  // namespace calib
