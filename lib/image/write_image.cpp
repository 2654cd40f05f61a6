#include "image/write_image.hpp"

#include <fmt/format.h>

#include <opencv2/imgcodecs.hpp>
#include <vector>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "image/codecs.hpp"
#include "image/png.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

std::vector<unsigned char> encode(const fs::path& path, const cv::Mat& pixels) {
  std::vector<unsigned char> bytes;
  if (path.extension() == ".png") bytes = encode_png(pixels);
  if (!bytes.empty()) return bytes;
  bool encoded = false;
  try {
    encoded =
        codecs().encode(path.extension().c_str(), pixels, {cv::IMWRITE_JPEG_QUALITY, 95}, bytes);
  } catch (const cv::Exception& error) {
    throw Error(fmt::format("{}: cannot encode: {}", path.string(), error.err));
  }
  require(encoded,
          fmt::format("{}: cannot encode as {}", path.string(), path.extension().string()));
  return bytes;
}

}  // namespace

void write_image(const fs::path& path, const cv::Mat& pixels) {
  const std::vector<unsigned char> bytes = encode(path, pixels);
  write_file_unflushed(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

}  // namespace calib
