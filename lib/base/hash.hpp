#pragma once
// Content hashes (XXH3, 128 bit) for the provenance in artifacts and for checking whether the
// inputs of a stage have changed.

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct XXH3_state_s;  // of xxhash.h

namespace calib {

/// Hashes a sequence of byte strings. The length of each is hashed too, so that ("ab", "c") and
/// ("a", "bc") differ.
class Hasher {
 public:
  Hasher();
  Hasher& add(std::string_view bytes);
  /// The hash of everything added so far: 32 lower-case hexadecimal digits.
  std::string hex() const;

 private:
  std::unique_ptr<XXH3_state_s, void (*)(XXH3_state_s*)> state_;
};

/// The hash of the file's bytes. Throws Error if the file cannot be read.
std::string hash_file(const std::filesystem::path& path);

}  // namespace calib
