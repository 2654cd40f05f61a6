#include "base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <limits>
#include <optional>

#include "base/errors.hpp"
#include "base/file_descriptor.hpp"
#include "base/interrupt.hpp"
#include "base/paths.hpp"
#include "base/text.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const fs::path& path, std::string_view action) {
  const int error = errno;
  const char* remedy = error == ENOSPC ? "; free space on this disk, and start again" : "";
  throw Error(
      fmt::format("{}: cannot {}: {}{}", path.string(), action, std::strerror(error), remedy));
}

// When the process started, in clock ticks since the boot of the machine (proc(5): field 22; the
// fields are counted after the program's name, which is in parentheses), or "" if the system does
// not tell. Distinguishes processes that have the same id one after the other, as in containers.
std::string start_of(std::int64_t process) {
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string text;
  std::getline(file, text);
  const std::vector<std::string> fields = split(text.substr(text.rfind(')') + 1), ' ');
  constexpr std::size_t kStart = 20;
  return fields.size() > kStart ? fields[kStart] : "";
}

// The part of a file's name that its temporary file has, so that a name that is as long as the
// system allows leaves room for the rest.
std::string beginning_of(const std::string& name) { return name.substr(0, 180); }

// A name for a temporary file: unique among all threads and processes that write to the folder.
fs::path temporary_beside(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  return path.parent_path() / fmt::format(".{}.{}-{}.{}.tmp",
                                          beginning_of(path.filename().string()), ::getpid(),
                                          start_of(::getpid()), counter++);
}

bool is_running(std::int64_t process, const std::string& start) {
  const std::string found = start_of(process);
  if (!found.empty()) return found == start;
  return ::kill(static_cast<pid_t>(process), 0) == 0 || errno != ESRCH;
}

// Whether `name` was made by temporary_beside() for a file called `wanted` ("": any file) in a
// process that has ended.
bool is_abandoned(const std::string& name, const std::string& wanted) {
  if (!name.starts_with('.') || !name.ends_with(".tmp")) return false;
  const std::vector<std::string> parts =
      split(name, '.');  // "", NAME (with dots), PID-START, N, tmp
  if (parts.size() < 5) return false;
  const std::string &of = parts[parts.size() - 3], &number = parts[parts.size() - 2];
  const std::size_t dash = of.find('-');
  const auto process = parse_integer(of.substr(0, dash));
  if (dash == std::string::npos || !process || *process <= 0 || !parse_integer(number))
    return false;
  const std::size_t tail = 3 + of.size() + number.size() + 3;
  if (!wanted.empty() && name.substr(1, name.size() - 1 - tail) != beginning_of(wanted))
    return false;
  return !is_running(*process, of.substr(dash + 1));
}

// Creates a new temporary file in the folder of `path`. Its name may exist already if the system
// does not tell when processes started: a killed process with the same id may have left it.
FileDescriptor create_beside(const fs::path& path, fs::path& temporary) {
  int fd = -1;
  do {
    temporary = temporary_beside(path);
    fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  } while (fd < 0 && errno == EEXIST);
  if (fd >= 0) return FileDescriptor(fd);
  temporary.clear();
  fail(path, "write");
}

void append_all(int fd, const fs::path& path, const Pieces& pieces) {
  pieces([&](std::string_view bytes) {
    if (!write_all(fd, bytes)) fail(path, "write");
  });
}

// The N of /dev/fd/N, also if the path links to it as /dev/stdout does; otherwise nullopt.
std::optional<int> descriptor_of(const fs::path& path) {
  const fs::path own = fmt::format("/proc/{}/fd", ::getpid());
  std::error_code error;
  for (const fs::path& link : link_chain(path)) {
    const fs::path name = fs::absolute(link, error).lexically_normal();
    const fs::path folder = name.parent_path();
    if (folder != "/dev/fd" && folder != "/proc/self/fd" && folder != "/proc/thread-self/fd" &&
        folder != own)
      continue;
    const auto number = parse_integer(name.filename().string());
    if (!number || *number < 0 || *number > std::numeric_limits<int>::max()) return std::nullopt;
    return static_cast<int>(*number);
  }
  return std::nullopt;
}

// Duplicates a file descriptor of this process instead of opening the file behind it again: a new
// descriptor would have its own file position and overwrite what others write. Otherwise waits
// until the pipe has a reader, or throws Interrupted at Ctrl-C.
FileDescriptor open_special(const fs::path& path) {
  int fd = -1;
  if (const std::optional<int> own = descriptor_of(path)) {
    if ((fd = ::fcntl(*own, F_DUPFD_CLOEXEC, 0)) < 0) fail(path, "write");
    return FileDescriptor(fd);
  }
  while ((fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK)) < 0) {
    if (errno != ENXIO) fail(path, "write");
    throw_if_interrupted();
    ::usleep(20'000);
  }
  ::fcntl(fd, F_SETFL, 0);
  return FileDescriptor(fd);
}

void write_special(const fs::path& path, const Pieces& pieces) {
  FileDescriptor fd = open_special(path);
  append_all(fd.get(), path, pieces);
  if (!fd.close()) fail(path, "write");
}

// Removes a file on destruction unless `path` has been cleared.
struct Removal {
  fs::path path;
  ~Removal() {
    if (!path.empty()) ::unlink(path.c_str());
  }
};

enum class Flush { kNow, kLater };

// A replaced file keeps its permissions.
void keep_permissions(const fs::path& of, int fd) {
  struct stat info {};
  if (::stat(of.c_str(), &info) == 0) ::fchmod(fd, info.st_mode & 0777);
}

void write_beside_and_rename(const fs::path& path, const Pieces& pieces, Flush flush) {
  Removal removal;
  FileDescriptor fd = create_beside(path, removal.path);
  keep_permissions(path, fd.get());
  append_all(fd.get(), path, pieces);
  const bool written = (flush == Flush::kLater || succeeds([&] { return ::fsync(fd.get()); })) &&
                       fd.close() &&
                       succeeds([&] { return ::rename(removal.path.c_str(), path.c_str()); });
  if (!written) fail(path, "write");
  removal.path.clear();
}

// O_NONBLOCK: open() must not wait until another process opens the pipe for writing.
FileDescriptor open_to_read(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd >= 0) return FileDescriptor(fd);
  if (errno == ENOENT) throw Error(fmt::format("{}: no such file", path.string()));
  fail(path, "open");
}

// "; it holds calibration.yaml, ...", since a folder of results is often given in place of a file
// in it. Returns "" for a folder without such files.
std::string yaml_files_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code unreadable;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, unreadable))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  constexpr std::size_t kMost = 5;
  if (names.size() > kMost) names.resize(kMost);
  return names.empty() ? "" : "; it holds " + join(names, ", ");
}

// Waits until the writer of a pipe has written something, or throws Interrupted at Ctrl-C.
ssize_t read_some(int fd, char* to, std::size_t size) {
  while (true) {
    const ssize_t got = ::read(fd, to, size);
    if (got >= 0 || (errno != EAGAIN && errno != EINTR)) return got;
    throw_if_interrupted();
    pollfd waits{fd, POLLIN, 0};
    ::poll(&waits, 1, 50);
  }
}

}  // namespace

std::string read_file(const fs::path& path, std::size_t max_bytes) {
  const FileDescriptor fd = open_to_read(path);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) fail(path, "read");
  if (S_ISDIR(info.st_mode)) {
    throw Error(
        fmt::format("{}: is a folder, expected a file{}", path.string(), yaml_files_in(path)));
  }
  const auto require_size = [&](std::size_t size) {
    require(size <= max_bytes, fmt::format("{}: has more than {} bytes; is this the right file?",
                                           path.string(), max_bytes));
  };
  if (S_ISREG(info.st_mode)) require_size(static_cast<std::size_t>(info.st_size));
  // One byte more than the size, so that the end of the file is found without growing the buffer.
  std::string bytes(static_cast<std::size_t>(info.st_size) + 1, '\0');
  std::size_t size = 0;
  while (true) {
    if (size == bytes.size()) bytes.resize(2 * bytes.size());
    const ssize_t got = read_some(fd.get(), &bytes[size], bytes.size() - size);
    if (got < 0) fail(path, "read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    require_size(size);
  }
  require(size > 0 || !S_ISFIFO(info.st_mode),
          path.string() + ": is a pipe that nobody writes to, expected a file");
  bytes.resize(size);
  return bytes;
}

bool is_special(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

bool is_written_in_place(const fs::path& path) { return is_special(path) || descriptor_of(path); }

void write_file(const fs::path& given, const Pieces& pieces) {
  if (is_written_in_place(given)) return write_special(given, pieces);
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

void remove_abandoned(const fs::path& folder, const std::string& name) {
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (is_abandoned(entry.path().filename().string(), name)) fs::remove(entry.path(), ignored);
  }
}

// Some file systems cannot flush a folder and need not: fsync() then fails with EINVAL.
void flush_names(const fs::path& folder) {
  const FileDescriptor fd(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open() || (!succeeds([&] { return ::fsync(fd.get()); }) && errno != EINVAL))
    fail(folder, "flush to disk");
}

void flush_folder(const fs::path& folder) {
  const FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
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

bool holds_only(const fs::path& folder, const std::function<bool(const fs::path& entry)>& is_ours) {
  if (!fs::exists(folder)) return true;
  if (!fs::is_directory(folder)) return false;
  const fs::directory_iterator entries(folder);
  return std::all_of(begin(entries), end(entries),
                     [&](const fs::directory_entry& entry) { return is_ours(entry.path()); });
}

bool holds_only_numbered(const fs::path& folder, const std::vector<std::string>& suffixes) {
  return holds_only(folder, [&](const fs::path& entry) { return is_numbered(entry, suffixes); });
}

bool is_numbered(const fs::path& file, const std::vector<std::string>& suffixes) {
  return parse_integer(file.stem().string()) && !fs::is_directory(file) &&
         std::find(suffixes.begin(), suffixes.end(), file.extension()) != suffixes.end();
}

void refuse_overwrite(const fs::path& path, bool force, const std::vector<std::string>& inputs) {
  if (!fs::exists(fs::symlink_status(path)) || is_written_in_place(path)) return;
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
