#pragma once
// Temporary storage on disk for data that do not fit into memory.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace calib {

/// A file without a name in the folder for temporary files ($TMPDIR, or /tmp). The system removes
/// it when the object is destroyed or the process ends. Not thread-safe. All members throw Error.
class ScratchFile {
 public:
  ScratchFile();
  /// Returns the offset at which the bytes start.
  std::uint64_t append(std::string_view bytes);
  std::string read(std::uint64_t start, std::size_t size) const;

 private:
  FileDescriptor file_;
  std::uint64_t size_ = 0;
};

}  // namespace calib
