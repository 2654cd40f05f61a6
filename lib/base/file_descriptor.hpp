#pragma once
// Open files by their descriptors, for what the standard library's streams cannot do.

#include <cerrno>
#include <string_view>
#include <utility>

namespace calib {

/// A file descriptor that closes itself. Not valid when opening failed.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  bool close();  ///< false: what was written may be lost; errno says why

 private:
  int fd_;
};

/// A system call that fails below 0, made again when a signal cut it short.
template <class Call>
bool succeeds(const Call& call) {
  while (call() < 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

/// Writes all bytes at the current place; false: errno says why.
bool write_all(int fd, std::string_view bytes);

}  // namespace calib
