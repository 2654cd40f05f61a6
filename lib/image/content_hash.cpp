#include "image/content_hash.hpp"

#include "base/errors.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "image/decode.hpp"

namespace calib {
namespace {

// Images are read into memory as for decoding; videos may be too large for that.
std::string hash_picture_file(const std::filesystem::path& path) {
  try {
    if (is_video_name(path)) return hash_file(path);
    const ImageBytes image = read_image_bytes(path);
    return image.problem.empty() ? hash_image(image.bytes) : hash_of_unreadable();
  } catch (const Error&) {
    return hash_of_unreadable();
  }
}

}  // namespace

std::string hash_image(std::string_view bytes) { return Hasher().add(bytes).hex(); }

std::string hash_of_unreadable() { return "unreadable"; }

std::string combine_hashes(std::span<const std::string> hashes) {
  Hasher hasher;
  for (const std::string& hash : hashes) hasher.add(hash);
  return hasher.hex();
}

std::string hash_picture_files(std::size_t count,
                               const std::function<std::filesystem::path(std::size_t)>& file,
                               int jobs) {
  std::vector<std::string> hashes(count);
  parallel_for(count, jobs, [&](std::size_t i) { hashes[i] = hash_picture_file(file(i)); });
  return combine_hashes(hashes);
}

std::string hash_picture_files(std::span<const std::filesystem::path> files, int jobs) {
  return hash_picture_files(
      files.size(), [&](std::size_t i) { return files[i]; }, jobs);
}

}  // namespace calib
