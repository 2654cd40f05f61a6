#include "base/staged_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

constexpr const char* kName = ".calib.unfinished";
// The staging folder is renamed to this once it is complete. The note in it lists the file that is
// moved last, then what is replaced, one name per line.
constexpr const char* kWholeName = ".calib.finished";
constexpr const char* kNote = ".replaces";

void require_success(const std::error_code& error, const fs::path& path, const char* action) {
  require(!error, fmt::format("{}: cannot {}: {}", path.string(), action, error.message()));
}

// Also removes a file. Does nothing if there is neither.
void remove_folder(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  require_success(error, folder, "remove the folder");
}

void move(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  require_success(error, to, "move the new result there");
}

// Unlike split(), keeps blanks at the ends of lines: they may be part of a name.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

// The names of everything in the folder except the note, sorted.
std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename() != kNote) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Every step may have been done already by a run that was interrupted here.
void end_put_in_place(const fs::path& place) {
  const fs::path whole = place / kWholeName;
  if (fs::is_symlink(whole) || !fs::exists(whole / kNote)) return remove_folder(whole);
  const std::vector<std::string> note = lines_of(read_file(whole / kNote));
  for (const std::string& name : note) {
    require(name.empty() || is_file_name(name),
            fmt::format("{}: names '{}', which is not in this folder: calib did not write it; "
                        "remove {}",
                        (whole / kNote).string(), name, whole.string()));
  }
  if (note.empty()) return remove_folder(whole);
  const std::string& file = note.front();
  const std::vector<std::string> waiting = names_in(whole);
  const bool file_waits = std::find(waiting.begin(), waiting.end(), file) != waiting.end();
  if (file_waits) remove_folder(place / file);  // it describes the files that are removed now
  for (std::size_t i = 1; i < note.size(); ++i) {
    if (!note[i].empty()) remove_folder(place / note[i]);
  }
  // All old files are removed before any new one is moved here, so that old and new files are never
  // mixed.
  for (const std::string& name : waiting) {
    if (name != file) remove_folder(place / name);
  }
  flush_names(place);
  for (const std::string& name : waiting) {
    if (name != file) move(whole / name, place / name);
  }
  flush_names(place);
  if (file_waits) move(whole / file, place / file);
  flush_names(place);
  remove_folder(whole);
}

}  // namespace

StagedFolder::StagedFolder(const FolderLock& place) : place_(place.path()), path_(place_ / kName) {
  end_interrupted(place);
  remove_folder(path_);
  create_folder(path_);
}

StagedFolder::~StagedFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void StagedFolder::require_free(const std::vector<std::string>& names,
                                const std::vector<std::string>& replaced) const {
  for (const std::string& name : names) {
    const fs::path folder = place_ / name;
    const bool goes = std::find(replaced.begin(), replaced.end(), name) != replaced.end();
    require(goes || !fs::exists(folder) || fs::is_empty(folder),
            fmt::format("{}: exists already and is not the result of an earlier run; choose "
                        "another --output, or move it away",
                        folder.string()));
  }
}

void StagedFolder::put_in_place(const std::vector<std::string>& replaced, const std::string& file,
                                const std::string& text) {
  const std::vector<std::string> names = names_in(path_);
  require_free(names, replaced);
  std::string note = file + "\n";
  for (const std::string& name : replaced) {
    if (std::find(names.begin(), names.end(), name) == names.end()) note += name + "\n";
  }
  write_file_unflushed(path_ / kNote, note);
  if (!file.empty()) write_file_unflushed(path_ / file, text);
  flush_folder(path_);
  move(path_, place_ / kWholeName);
  flush_names(place_);  // from here on, an interrupted run is completed, not undone
  end_put_in_place(place_);
}

void StagedFolder::end_interrupted(const FolderLock& place) { end_put_in_place(place.path()); }

void StagedFolder::require_whole(const fs::path& place) {
  std::error_code unreadable;  // the code that reads the folder reports this error
  require(!fs::exists(place / kWholeName / kNote, unreadable),
          fmt::format("{}: the command that wrote into it was interrupted while old and new files "
                      "were mixed; run it again",
                      place.string()));
}

}  // namespace calib
