#include "base/staged_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/errors.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

constexpr const char* kName = ".unfinished";

void require_none(const std::error_code& error, const fs::path& path, const char* action) {
  require(!error, fmt::format("{}: cannot {}: {}", path.string(), action, error.message()));
}

void remove_folder(const fs::path& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  require_none(error, folder, "remove the folder");
}

}  // namespace

StagedFolder::StagedFolder(const fs::path& place) : place_(place), path_(place / kName) {
  require(!fs::exists(place) || fs::is_directory(place),
          place.string() + ": is a file, expected a folder to write to; choose another --output");
  made_place_ = !fs::exists(place);
  remove_folder(path_);
  std::error_code error;
  fs::create_directories(path_, error);
  require_none(error, path_, "create the folder");
}

StagedFolder::~StagedFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  if (made_place_ && fs::is_empty(place_, ignored)) fs::remove(place_, ignored);
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

void StagedFolder::put_in_place(const std::vector<std::string>& replaced) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_)) {
    names.push_back(entry.path().filename().string());
  }
  require_free(names, replaced);
  for (const std::string& name : replaced) remove_folder(place_ / name);
  for (const std::string& name : names) {
    std::error_code error;
    fs::rename(path_ / name, place_ / name, error);
    require_none(error, place_ / name, "move the new folder there");
  }
}

}  // namespace calib
