#include "base/hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <cstdint>
#include <fstream>
#include <vector>

#include "base/errors.hpp"
#include "base/files.hpp"

namespace calib {

Hasher::Hasher() : state_(XXH3_createState(), [](XXH3_state_t* state) { XXH3_freeState(state); }) {
  XXH3_128bits_reset(state_.get());
}

Hasher& Hasher::add(std::string_view bytes) {
  const std::uint64_t size = bytes.size();
  XXH3_128bits_update(state_.get(), &size, sizeof size);
  XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
  return *this;
}

std::string Hasher::hex() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string hash_file(const std::filesystem::path& path) {
  require(!is_special(path), path.string() + ": is a pipe or device, expected a file");
  std::ifstream file(path, std::ios::binary);
  require(file.good(), fmt::format("{}: cannot be read", path.string()));
  Hasher hasher;
  std::vector<char> block(1 << 20);
  while (file.good()) {
    file.read(block.data(), static_cast<std::streamsize>(block.size()));
    hasher.add({block.data(), static_cast<std::size_t>(file.gcount())});
  }
  require(file.eof(), fmt::format("{}: reading stopped before the end of the file", path.string()));
  return hasher.hex();
}

}  // namespace calib
