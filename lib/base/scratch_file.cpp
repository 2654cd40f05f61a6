#include "base/scratch_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/errors.hpp"

namespace calib {
namespace {

std::string folder() {
  const char* named = std::getenv("TMPDIR");
  return named && *named ? named : "/tmp";
}

[[noreturn]] void fail(const char* action) {
  throw Error(fmt::format("{}: cannot {} a temporary file: {}; set TMPDIR to a folder with space",
                          folder(), action, std::strerror(errno)));
}

// File systems without O_TMPFILE need a name, which is removed as soon as the file is open.
int open_nameless() {
  const int nameless = ::open(folder().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (nameless >= 0) return nameless;
  std::string name = folder() + "/calib.XXXXXX";  // mkostemp() fills in the last six
  const int fd = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd >= 0) ::unlink(name.c_str());
  return fd;
}

}  // namespace

ScratchFile::ScratchFile() : file_(open_nameless()) {
  if (!file_.is_open()) fail("open");
}

std::uint64_t ScratchFile::append(std::string_view bytes) {
  if (!write_all(file_.get(), bytes)) fail("write");
  const std::uint64_t start = size_;
  size_ += bytes.size();
  return start;
}

std::string ScratchFile::read(std::uint64_t start, std::size_t size) const {
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    ssize_t got = 0;
    const auto place = static_cast<off_t>(start + done);
    if (!succeeds([&] { return got = ::pread(file_.get(), &bytes[done], size - done, place); }))
      fail("read");
    require(got > 0, folder() + ": a temporary file is shorter than expected");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace calib
