#pragma once
// Image files as pixels. A broken file is a value with its reason, so that 3 bad images of 400 do
// not end a run.

#include <cstdint>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <string>
#include <string_view>

#include "camera/intrinsics.hpp"

namespace calib {

enum class PixelFormat {
  kGray8,    ///< one channel, 8 bit; 16-bit files are scaled from the 8, 10, 12, 14 or 16 bits
             ///< that they use
  kAsStored  ///< channels and depth as in the file
};

struct DecodedImage {
  cv::Mat pixels;       ///< empty when there is a problem
  std::string problem;  ///< "no such file", "zero bytes", "truncated JPEG", "not an image in a
                        ///< known format", ...
};

/// Pictures of more pixels are a problem, not an attempt to find memory for them: a header of a few
/// bytes can promise any size. For the whole process; 250 million unless set.
void limit_pixels(std::uint64_t most);
inline constexpr std::uint64_t kMostPixels = 250'000'000;
/// "has 30000x30000 pixels, more than ..." when that is over the limit; otherwise "".
std::string size_problem(std::uint64_t width, std::uint64_t height);
/// Throws Error when a picture to be made, of the size that the option `name` asks for, is over it.
void require_size(const std::string& name, ImageSize size);

/// Never throws for a bad file. A truncated JPEG or PNG is a problem, not a half-gray picture. EXIF
/// rotation is ignored: calibration needs the sensor's own pixels.
DecodedImage decode_image(const std::filesystem::path& path, PixelFormat format);
/// The same from bytes in memory.
DecodedImage decode_image(std::string_view bytes, PixelFormat format);

/// An image file's bytes, for whoever needs them besides the pixels; never throws for a bad file.
struct ImageBytes {
  std::string bytes;
  std::string problem;  ///< "no such file", ...; empty: they were read
};
ImageBytes read_image_bytes(const std::filesystem::path& path);

/// Keeps OpenCV from printing its own warnings: problems are values here. Called by whatever here
/// uses its codecs.
void silence_opencv();

/// Whether the name ends like an image file that decode_image reads (.png .jpg .jpeg .bmp .tif
/// .tiff .pgm .ppm .webp).
bool is_image_name(const std::filesystem::path& path);
/// Whether the name ends like a video file (.mp4 .avi .mkv .mov .m4v .webm).
bool is_video_name(const std::filesystem::path& path);

}  // namespace calib
