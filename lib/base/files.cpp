#include "base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/descriptor.hpp"
#include "base/errors.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const fs::path& path, std::string_view action) {
  throw Error(fmt::format("{}: cannot {}: {}", path.string(), action, std::strerror(errno)));
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

// Passes all pieces to the file; false as soon as one cannot be written.
bool write_pieces(int fd, const Pieces& pieces) {
  bool written = true;
  pieces([&](std::string_view bytes) { written = written && write_all(fd, bytes); });
  return written;
}

void write_special(const fs::path& path, const Pieces& pieces) {
  Descriptor fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.is_open() || !write_pieces(fd.get(), pieces) || !fd.close()) fail(path, "write");
}

// Removes a file at the end, unless its name was taken away.
struct Removal {
  fs::path path;
  ~Removal() {
    if (!path.empty()) ::unlink(path.c_str());
  }
};

enum class Flush { kNow, kLater };

void write_beside_and_rename(const fs::path& path, const Pieces& pieces, Flush flush) {
  const fs::path temporary = temporary_beside(path);
  Descriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
  if (!fd.is_open()) fail(path, "write");
  Removal removal{temporary};
  const bool written = write_pieces(fd.get(), pieces) &&
                       (flush == Flush::kLater || succeeds([&] { return ::fsync(fd.get()); })) &&
                       fd.close() &&
                       succeeds([&] { return ::rename(temporary.c_str(), path.c_str()); });
  if (!written) fail(path, "write");
  removal.path.clear();
}

// Does not wait until somebody writes to a pipe.
Descriptor open_to_read(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    if (errno == ENOENT) throw Error(fmt::format("{}: no such file", path.string()));
    fail(path, "open");
  }
  ::fcntl(fd, F_SETFL, 0);  // but for what a writer has yet to write
  return Descriptor(fd);
}

}  // namespace

std::string read_file(const fs::path& path, std::size_t max_bytes) {
  const Descriptor fd = open_to_read(path);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) fail(path, "read");
  require(!S_ISDIR(info.st_mode), fmt::format("{}: is a folder, expected a file", path.string()));
  // One more than there is, so that the end is met without growing.
  std::string bytes(std::min(static_cast<std::size_t>(info.st_size), max_bytes) + 1, '\0');
  std::size_t size = 0;
  while (true) {
    if (size == bytes.size()) bytes.resize(2 * bytes.size());
    ssize_t got = 0;
    if (!succeeds([&] { return got = ::read(fd.get(), &bytes[size], bytes.size() - size); }))
      fail(path, "read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    require(size <= max_bytes, fmt::format("{}: has more than {} bytes; is this the right file?",
                                           path.string(), max_bytes));
  }
  require(size > 0 || !S_ISFIFO(info.st_mode),
          path.string() + ": is a pipe that nobody writes to, expected a file");
  bytes.resize(size);
  return bytes;
}

void write_file(const fs::path& given, const Pieces& pieces) {
  if (is_special(given)) return write_special(given, pieces);
  const fs::path path = link_target(given);
  if (path.has_parent_path()) create_folder(path.parent_path());
  write_beside_and_rename(path, pieces, Flush::kNow);
  flush_names(path.parent_path());
}

void write_file(const fs::path& path, std::string_view bytes) {
  write_file(path, [&](const Append& append) { append(bytes); });
}

void write_file_unflushed(const fs::path& path, std::string_view bytes) {
  write_beside_and_rename(
      path, [&](const Append& append) { append(bytes); }, Flush::kLater);
}

// File systems that cannot flush a folder (EINVAL) have no need to.
void flush_names(const fs::path& folder) {
  const Descriptor fd(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open() || (!succeeds([&] { return ::fsync(fd.get()); }) && errno != EINVAL))
    fail(folder, "flush to disk");
}

void flush_folder(const fs::path& folder) {
  const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open() || !succeeds([&] { return ::syncfs(fd.get()); })) fail(folder, "flush to disk");
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
  if (!fs::exists(fs::symlink_status(path)) || is_special(path)) return;
  for (const std::string& input : inputs) {
    std::error_code is_not_a_path;
    require(!fs::equivalent(input, path, is_not_a_path),
            fmt::format("{}: is read by this command, and would be overwritten; choose another "
                        "--output",
                        path.string()));
  }
  require(force, fmt::format(
                     "{}: exists already; choose another --output, or pass --force to overwrite it",
                     path.string()));
}

}  // namespace calib
