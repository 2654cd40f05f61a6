#include "base/folder_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>
#include <set>
#include <string>
#include <system_error>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/paths.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// The holder of an earlier lock may have removed the file after it was opened here.
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
    // Only to be told to others: no harm if it fails.
    [[maybe_unused]] const ssize_t written = ::pwrite(descriptor, text.data(), text.size(), 0);
  }
}

// The first of the folders that lead to `folder` that is not there; "" when all are.
fs::path topmost_missing(fs::path folder) {
  fs::path missing;
  for (; !folder.empty() && !fs::exists(folder); folder = folder.parent_path()) missing = folder;
  return missing;
}

// Another command may remove a folder that it has made just now, when it ends without a result.
fs::path canonical_when_made(const fs::path& folder) {
  constexpr int kTries = 100;
  std::error_code error;
  for (int i = 0; i < kTries; ++i) {
    fs::create_directories(folder, error);
    const fs::path canonical = error ? fs::path() : fs::canonical(folder, error);
    if (!error) return canonical;
    if (error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory) break;
  }
  throw Error(fmt::format("{}: cannot create the folder: {}", folder.string(), error.message()));
}

// The files of the locks that this process holds.
std::mutex held_mutex;
std::set<fs::path> held_files;

}  // namespace

FolderLock::FolderLock(const fs::path& folder)
    : FolderLock(folder, ".calib.lock", folder, "is writing into this folder") {
  if (is_first_) remove_abandoned(folder);
}

FileLock::FileLock(const fs::path& file) : FileLock(file, link_target(file)) {}

FileLock::FileLock(const fs::path& told, const fs::path& file)
    : FolderLock(file.has_parent_path() ? file.parent_path() : ".",
                 "." + file.filename().string() + ".lock", told, "is writing this file") {
  remove_abandoned(file.has_parent_path() ? file.parent_path() : ".", file.filename().string());
}

FolderLock::FolderLock(const fs::path& folder, const std::string& name, const fs::path& output,
                       const char* held)
    : folder_(folder), file_(folder / name), topmost_made_(topmost_missing(folder)) {
  const fs::file_status status = fs::status(folder);
  require(!fs::exists(status) || fs::is_directory(status),
          folder.string() + ": is a file, expected a folder to write to; choose another --output");
  key_ = canonical_when_made(folder) / name;
  const std::lock_guard guard(held_mutex);
  if (held_files.contains(key_)) return;
  do {
    open_ = FileDescriptor(::open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!open_.is_open() && errno == ENOENT) {
      canonical_when_made(folder);
      continue;
    }
    if (!open_.is_open()) {
      throw Error(
          fmt::format("{}: cannot be written to: {}", output.string(), std::strerror(errno)));
    }
    if (::flock(open_.get(), LOCK_EX | LOCK_NB) == 0) continue;
    if (errno == EWOULDBLOCK) {
      throw Error(fmt::format("{}: another calib{} {}; wait for it, or choose another --output",
                              output.string(), holder(open_.get()), held));
    }
    throw Error(fmt::format("{}: cannot lock: {}", file_.string(), std::strerror(errno)));
  } while (!open_.is_open() || !is_still_there(open_.get(), file_));
  write_holder(open_.get());
  is_first_ = held_files.insert(key_).second;
}

FolderLock::~FolderLock() {
  if (!is_first_) return;
  const std::lock_guard guard(held_mutex);
  held_files.erase(key_);
  std::error_code ignored;
  fs::remove(file_, ignored);
  open_.close();
  if (topmost_made_.empty()) return;
  for (fs::path made = folder_; fs::is_empty(made, ignored) && fs::remove(made, ignored);
       made = made.parent_path()) {
    if (made == topmost_made_) return;
  }
}

}  // namespace calib
