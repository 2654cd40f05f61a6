#include "base/hash.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <cstdint>
#include <fstream>
#include <vector>

#include "base/errors.hpp"
#include "base/files.hpp"

namespace calib {

struct Hasher::State {
  XXH3_state_t* xxh = XXH3_createState();
  State() { XXH3_128bits_reset(xxh); }
  ~State() { XXH3_freeState(xxh); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

Hasher::Hasher() : state_(std::make_unique<State>()) {}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

Hasher& Hasher::add(std::string_view bytes) {
  const std::uint64_t size = bytes.size();
  XXH3_128bits_update(state_->xxh, &size, sizeof size);
  XXH3_128bits_update(state_->xxh, bytes.data(), bytes.size());
  return *this;
}

std::string Hasher::hex() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(state_->xxh);
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
