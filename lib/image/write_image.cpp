#include "image/write_image.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <opencv2/imgcodecs.hpp>
#include <vector>

#include "base/errors.hpp"
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
  const fs::path temporary =
      path.parent_path() / fmt::format(".{}.{}.tmp", path.filename().string(), ::getpid());
  errno = 0;
  std::ofstream file(temporary, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file.good() && ::rename(temporary.c_str(), path.c_str()) == 0) return;
  const std::string reason = std::strerror(errno);
  ::unlink(temporary.c_str());
  throw Error(fmt::format("{}: cannot write: {}", path.string(), reason));
}

void flush_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::syncfs(descriptor);
  ::close(descriptor);
}

void create_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  require(!error,
          fmt::format("{}: cannot create the folder: {}", folder.string(), error.message()));
}

}  // namespace calib
