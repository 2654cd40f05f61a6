#include "base/folder_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// Another process that held the lock may have removed the lock file after it was opened here.
bool is_still_there(int descriptor, const fs::path& file) {
  struct stat held {
  }, named{};
  return ::fstat(descriptor, &held) == 0 && ::stat(file.c_str(), &named) == 0 &&
         held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

std::string holder(int descriptor) {
  char text[32] = {};
  const ssize_t size = ::pread(descriptor, text, sizeof text - 1, 0);
  return size > 0 ? fmt::format(" (process {})", text) : "";
}

void write_holder(int descriptor) {
  const std::string text = std::to_string(::getpid());
  if (::ftruncate(descriptor, 0) == 0) {
    // Only for the error message of other processes, so a failure does no harm.
    [[maybe_unused]] const ssize_t written = ::pwrite(descriptor, text.data(), text.size(), 0);
  }
}

// The topmost of `folder` and its parents that does not exist; "" if all exist.
fs::path topmost_missing(fs::path folder) {
  fs::path missing;
  for (; !folder.empty() && !fs::exists(folder); folder = folder.parent_path()) missing = folder;
  return missing;
}

// Creates the folder. Tries again because another command that ends without a result may remove the
// folder in between.
void make_folder(const fs::path& folder) {
  constexpr int kTries = 100;
  std::error_code error;
  for (int i = 0; i < kTries; ++i) {
    fs::create_directories(folder, error);
    if (!error && fs::is_directory(folder, error)) return;
    if (error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory) break;
  }
  throw Error(fmt::format("{}: cannot create the folder: {}", folder.string(), error.message()));
}

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path(".");
}

// The system allows 255 bytes for a name. Two long names with the same beginning share a lock, so
// that they are written one after the other.
constexpr std::size_t kLongestName = 240;

LockFile lock_beside(const fs::path& output) {
  const fs::path file = link_target(output);
  const std::string name = file.filename().string().substr(0, kLongestName);
  return {folder_of(file), "." + name + ".lock", output, "is writing this file"};
}

}  // namespace

LockFile::LockFile(const fs::path& folder, const std::string& name, const fs::path& output,
                   const char* use)
    : folder_(folder), file_(folder / name), topmost_made_(topmost_missing(folder)) {
  const fs::file_status status = fs::status(folder);
  require(!fs::exists(status) || fs::is_directory(status),
          folder.string() + ": is a file, expected a folder to write to; choose another --output");
  make_folder(folder);
  do {
    open_ = FileDescriptor(::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!open_.is_open() && errno == ENOENT) {
      make_folder(folder);
      continue;
    }
    if (!open_.is_open()) {
      throw Error(
          fmt::format("{}: cannot be written to: {}", output.string(), std::strerror(errno)));
    }
    if (::flock(open_.get(), LOCK_EX | LOCK_NB) == 0) continue;
    if (errno == EWOULDBLOCK) {
      throw Error(fmt::format("{}: another calib{} {}; wait for it, or choose another --output",
                              output.string(), holder(open_.get()), use));
    }
    throw Error(fmt::format("{}: cannot lock: {}", file_.string(), std::strerror(errno)));
  } while (!open_.is_open() || !is_still_there(open_.get(), file_));
  write_holder(open_.get());
}

LockFile::~LockFile() {
  std::error_code ignored;
  fs::remove(file_, ignored);
  open_.close();
  if (topmost_made_.empty()) return;
  for (fs::path made = folder_; fs::is_empty(made, ignored) && fs::remove(made, ignored);
       made = made.parent_path()) {
    if (made == topmost_made_) return;
  }
}

FolderLock::FolderLock(const fs::path& folder)
    : path_(folder), lock_(folder, ".calib.lock", folder, "is writing into this folder") {
  remove_abandoned(folder);
}

FileLock::FileLock(const fs::path& output) : lock_(lock_beside(output)) {
  const fs::path file = link_target(output);
  remove_abandoned(folder_of(file), file.filename().string());
}

}  // namespace calib
