#include "image/write_image.hpp"

#include <fmt/format.h>

#include <opencv2/imgcodecs.hpp>
#include <vector>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "image/codecs.hpp"
#include "image/png.hpp"

namespace calib {

std::string encode_image(const std::filesystem::path& name, const cv::Mat& pixels,
                         int jpeg_quality) {
  const std::string suffix = name.extension().string();
  std::vector<unsigned char> bytes;
  if (suffix == ".png") bytes = encode_png(pixels);
  try {
    const std::vector<int> options = {cv::IMWRITE_JPEG_QUALITY, jpeg_quality};
    require(!bytes.empty() || codecs().encode(suffix.c_str(), pixels, options, bytes),
            fmt::format("{}: cannot encode as {}", name.string(), suffix));
  } catch (const cv::Exception& error) {
    throw Error(fmt::format("{}: cannot encode: {}", name.string(), error.err));
  }
  return {bytes.begin(), bytes.end()};
}

void write_image(const std::filesystem::path& path, const cv::Mat& pixels) {
  write_file_unflushed(path, encode_image(path, pixels));
}

}  // namespace calib
