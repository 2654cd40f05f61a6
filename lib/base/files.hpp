#pragma once
// Files read whole and written whole: a reader sees the old file or the new one, never half of one.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace calib {

/// More than any file that is read whole has.
inline constexpr std::size_t kMostBytes = std::size_t{1} << 32;

/// All bytes of a file, or of a pipe that somebody writes to. Throws Error "PATH: no such file",
/// "PATH: is a folder", ..., and when there are more than `max_bytes`.
std::string read_file(const std::filesystem::path& path, std::size_t max_bytes = kMostBytes);

/// A device or pipe.
bool is_special(const std::filesystem::path& path);

/// A device or pipe, or a descriptor of this process (/dev/stdout, /dev/fd/N) whatever it leads to:
/// a file renamed over it would remove it.
bool is_written_in_place(const std::filesystem::path& path);

/// Writes to a temporary file in the same folder, flushes it to disk, renames it over `path`.
/// Creates missing folders. A link is kept and what it points to is written. What
/// is_written_in_place() is only added to.
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// The same for bytes that are made piece by piece: `pieces` passes each on, in order. What it
/// throws leaves the old file as it was.
using Append = std::function<void(std::string_view)>;
using Pieces = std::function<void(const Append&)>;
void write_file(const std::filesystem::path& path, const Pieces& pieces);

/// The same in a folder that exists, without flushing, which takes 2 ms and more: for files by the
/// thousand, which one call of flush_folder() then brings to disk before anything says that they
/// are there.
void write_file_unflushed(const std::filesystem::path& path, std::string_view bytes);

/// Removes what processes that are no more have left in `folder` of writing `name` there ("": any).
void remove_abandoned(const std::filesystem::path& folder, const std::string& name = "");

/// Brings everything written below the folder to disk. Throws Error.
void flush_folder(const std::filesystem::path& folder);

/// Brings the names of the folder's files to disk: which there are, and what was renamed.
void flush_names(const std::filesystem::path& folder);

/// Creates the folder and those above it. Throws Error.
void create_folder(const std::filesystem::path& folder);

/// Whether `name` can name a file or folder of its own: not empty, not hidden ("." and ".." are),
/// no slash, backslash or control character, at most 200 bytes.
bool is_file_name(const std::string& name);

/// Whether `is_ours` says so of everything in `folder`; also where there is no folder.
bool holds_only(const std::filesystem::path& folder,
                const std::function<bool(const std::filesystem::path& entry)>& is_ours);

/// The same of files NUMBER.SUFFIX with one of these suffixes: ".png".
bool holds_only_numbered(const std::filesystem::path& folder,
                         const std::vector<std::string>& suffixes);
bool is_numbered(const std::filesystem::path& file, const std::vector<std::string>& suffixes);

/// Throws Error when `path` exists and `force` is not set: nothing is overwritten unasked; and,
/// `force` or not, when it is one of the files or folders `inputs`, which are read. What
/// is_written_in_place() loses nothing.
void refuse_overwrite(const std::filesystem::path& path, bool force,
                      const std::vector<std::string>& inputs = {});

}  // namespace calib
