#pragma once
// Content hashes: provenance in artifacts, and the test whether a stage's inputs have changed
// (XXH3, 128 bit).

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace calib {

/// Hashes a sequence of byte strings. Each is hashed with its length, so that ("ab","c") differs
/// from ("a","bc").
class Hasher {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  Hasher& add(std::string_view bytes);
  /// 32 lower-case hexadecimal digits of everything added so far.
  std::string hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The hash of the file's bytes. Throws Error when it cannot be read.
std::string hash_file(const std::filesystem::path& path);

}  // namespace calib
