#include "base/file_descriptor.hpp"

#include <unistd.h>

namespace calib {

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

// On Linux the descriptor is closed even if close() fails with EINTR.
bool FileDescriptor::close() { return ::close(std::exchange(fd_, -1)) == 0 || errno == EINTR; }

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = 0;
    if (!succeeds([&] { return written = ::write(fd, bytes.data(), bytes.size()); })) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace calib
