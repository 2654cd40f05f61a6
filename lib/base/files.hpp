#pragma once
// Reading and writing complete files. Writing is atomic: a reader sees the old file or the new one,
// never a part of one.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace calib {

/// The default size limit of read_file(): 4 GiB.
inline constexpr std::size_t kMostBytes = std::size_t{1} << 32;

/// Returns all bytes of a file, or of a pipe that another process writes to. Throws Error ("PATH:
/// no such file", "PATH: is a folder", ...), also if there are more than `max_bytes`.
std::string read_file(const std::filesystem::path& path, std::size_t max_bytes = kMostBytes);

/// Whether the path is a device, a pipe or a socket.
bool is_special(const std::filesystem::path& path);

/// Whether write_file() writes directly to the path instead of renaming a temporary file over it:
/// it is a device or pipe, or an open file descriptor of this process (/dev/stdout, /dev/fd/N).
bool is_written_in_place(const std::filesystem::path& path);

/// Writes a temporary file in the same folder, flushes it to disk, and renames it to `path`.
/// Creates missing folders. A symbolic link is kept; its target is written. To a path for which
/// is_written_in_place() is true, the bytes are written directly. Throws Error.
void write_file(const std::filesystem::path& path, std::string_view bytes);

/// The same for a file that is produced piece by piece: `pieces` calls its argument with each piece
/// in order. If `pieces` throws, the old file is unchanged.
using Append = std::function<void(std::string_view)>;
using Pieces = std::function<void(const Append&)>;
void write_file(const std::filesystem::path& path, const Pieces& pieces);

/// The same without flushing, which takes 2 ms or more per file: for thousands of files, which one
/// call of flush_folder() then flushes together. The folder must exist.
void write_file_unflushed(const std::filesystem::path& path, std::string_view bytes);

/// Removes the temporary files that killed processes have left in `folder` when they wrote the file
/// `name` there (any file if `name` is empty).
void remove_abandoned(const std::filesystem::path& folder, const std::string& name = "");

/// Flushes all files below the folder to disk. Throws Error.
void flush_folder(const std::filesystem::path& folder);

/// Flushes the folder's list of files to disk, so that new and renamed files keep their names after
/// a crash. Throws Error.
void flush_names(const std::filesystem::path& folder);

/// Creates the folder and its missing parents. Throws Error.
void create_folder(const std::filesystem::path& folder);

/// Whether `name` is usable as the name of a file or folder: not empty, no leading dot (so neither
/// "." nor ".."), no slash, backslash or control character, at most 200 bytes.
bool is_file_name(const std::string& name);

/// Whether `is_ours` is true for every entry of `folder`; also true if the folder does not exist.
bool holds_only(const std::filesystem::path& folder,
                const std::function<bool(const std::filesystem::path& entry)>& is_ours);

/// Whether the file is called NUMBER.SUFFIX with one of these suffixes (".png").
bool is_numbered(const std::filesystem::path& file, const std::vector<std::string>& suffixes);
/// Whether the folder holds only such files, or does not exist.
bool holds_only_numbered(const std::filesystem::path& folder,
                         const std::vector<std::string>& suffixes);

/// Throws Error if `path` exists and `force` is not set, so that nothing is overwritten without the
/// user's consent; and, even with `force`, if `path` is one of the files or folders `inputs` that
/// the command reads. Accepts a path for which is_written_in_place() is true.
void refuse_overwrite(const std::filesystem::path& path, bool force,
                      const std::vector<std::string>& inputs = {});

}  // namespace calib
