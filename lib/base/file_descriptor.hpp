#pragma once
// POSIX file descriptors, for operations that the standard library's streams do not offer.

#include <cerrno>
#include <string_view>
#include <utility>

namespace calib {

/// Owns a file descriptor and closes it on destruction. Negative if opening failed.
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
  /// Returns false if written data may be lost; errno then tells the reason.
  bool close();

 private:
  int fd_;
};

/// Makes a system call and repeats it while a signal interrupts it (EINTR). Returns false if the
/// call fails, which it reports by a negative result; errno then tells the reason.
template <class Call>
bool succeeds(const Call& call) {
  while (call() < 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

/// Writes all bytes at the current position. Returns false on failure; errno then tells the reason.
bool write_all(int fd, std::string_view bytes);

}  // namespace calib
