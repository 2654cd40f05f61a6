#pragma once
// What is too much to hold in memory until it is written.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace calib {

/// Bytes on disk in a file without a name in the folder for temporary files ($TMPDIR, or /tmp): it
/// is gone when the object or the process is. Not for several threads at once. Throws Error.
class ScratchFile {
 public:
  ScratchFile();
  /// Where the bytes start.
  std::uint64_t append(std::string_view bytes);
  std::string read(std::uint64_t start, std::size_t size) const;

 private:
  FileDescriptor file_;
  std::uint64_t size_ = 0;
};

}  // namespace calib
