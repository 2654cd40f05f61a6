#include "base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/errors.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const fs::path& path, std::string_view action) {
  throw Error(fmt::format("{}: cannot {}: {}", path.string(), action, std::strerror(errno)));
}

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  // Linux has closed the file even where a signal cut the call short.
  bool close() { return ::close(std::exchange(fd_, -1)) == 0 || errno == EINTR; }

 private:
  int fd_;
};

// A call that a signal cut short is made again.
template <class Call>
bool succeeds(const Call& call) {
  while (call() < 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = 0;
    if (!succeeds([&] { return written = ::write(fd, bytes.data(), bytes.size()); })) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// Distinct for every thread and process that writes into the same folder.
fs::path temporary_beside(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  return path.parent_path() /
         fmt::format(".{}.{}.{}.tmp", path.filename().string(), ::getpid(), counter++);
}

// What a chain of links points to, so that writing keeps the link; `path` itself when it is none.
fs::path link_target(const fs::path& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  const fs::path target = fs::weakly_canonical(path, error);
  return error ? path : target;
}

// A device or pipe, such as /dev/stdout: renaming a file over it would remove it.
bool is_special(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

void write_special(const fs::path& path, std::string_view bytes) {
  Descriptor fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (fd.get() < 0 || !write_all(fd.get(), bytes) || !fd.close()) fail(path, "write");
}

enum class Flush { kNow, kLater };

void write_beside_and_rename(const fs::path& path, std::string_view bytes, Flush flush) {
  const fs::path temporary = temporary_beside(path);
  Descriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (fd.get() < 0) fail(path, "write");
  const bool written = write_all(fd.get(), bytes) &&
                       (flush == Flush::kLater || succeeds([&] { return ::fsync(fd.get()); })) &&
                       fd.close() &&
                       succeeds([&] { return ::rename(temporary.c_str(), path.c_str()); });
  if (!written) {
    const int reason = errno;
    ::unlink(temporary.c_str());
    errno = reason;
    fail(path, "write");
  }
}

}  // namespace

std::string read_file(const fs::path& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) {
    if (errno == ENOENT) throw Error(fmt::format("{}: no such file", path.string()));
    fail(path, "open");
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) fail(path, "read");
  require(!S_ISDIR(info.st_mode), fmt::format("{}: is a folder, expected a file", path.string()));
  // One more than there is, so that the end is met without growing.
  std::string bytes(static_cast<std::size_t>(info.st_size) + 1, '\0');
  std::size_t size = 0;
  while (true) {
    if (size == bytes.size()) bytes.resize(bytes.size() + 4096);
    const ssize_t got = ::read(fd.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path, "read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  bytes.resize(size);
  return bytes;
}

void write_file(const fs::path& given, std::string_view bytes) {
  if (is_special(given)) return write_special(given, bytes);
  const fs::path path = link_target(given);
  if (path.has_parent_path()) create_folder(path.parent_path());
  write_beside_and_rename(path, bytes, Flush::kNow);
  flush_names(path.parent_path());
}

void write_file_unflushed(const fs::path& path, std::string_view bytes) {
  write_beside_and_rename(path, bytes, Flush::kLater);
}

// File systems that cannot flush a folder (EINVAL) have no need to.
void flush_names(const fs::path& folder) {
  const Descriptor fd(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || (!succeeds([&] { return ::fsync(fd.get()); }) && errno != EINVAL))
    fail(folder, "flush to disk");
}

void flush_folder(const fs::path& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || !succeeds([&] { return ::syncfs(fd.get()); })) fail(folder, "flush to disk");
}

void create_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  require(!error,
          fmt::format("{}: cannot create the folder: {}", folder.string(), error.message()));
}

bool is_file_name(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.size() <= 200 &&
         std::none_of(name.begin(), name.end(),
                      [](unsigned char c) { return c < ' ' || c == '/' || c == '\\' || c == 127; });
}

void refuse_overwrite(const fs::path& path, bool force, const std::vector<std::string>& inputs) {
  if (!fs::exists(fs::symlink_status(path))) return;
  for (const std::string& input : inputs) {
    std::error_code is_not_a_path;
    require(is_special(path) || !fs::equivalent(input, path, is_not_a_path),
            fmt::format("{}: is read by this command, and would be overwritten; choose another "
                        "--output",
                        path.string()));
  }
  require(force, fmt::format(
                     "{}: exists already; choose another --output, or pass --force to overwrite it",
                     path.string()));
}

}  // namespace calib
