#pragma once
// Films a recording: takes shots with cameras of this machine and streams, and writes them as the
// pictures of a dataset.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/folder_lock.hpp"
#include "base/option.hpp"
#include "image/live_camera.hpp"

namespace calib {

struct LiveOptions {
  std::vector<std::string> sources;  ///< NAME=SOURCE, or SOURCE: cam0, cam1, ...
  std::string size;                  ///< "1280x720": asked of cameras of this machine; empty: any
};
std::vector<Option> describe(LiveOptions& options);

class LiveRecorder {
 public:
  /// Opens all cameras. A shot is one picture of each camera, FOLDER/NAME/000012.png, or
  /// FOLDER/000012.png of the only camera if `is_composite`. Shots are numbered after those that
  /// the folder holds. Throws Error if a camera gives no picture, or if the folder holds pictures
  /// that are not numbered so.
  LiveRecorder(const LiveOptions& options, const std::filesystem::path& folder, bool is_composite,
               int jobs);

  /// Writes the newest picture of every camera that has a new one. Throws Error if a picture cannot
  /// be written.
  void take_shot();

  /// Which cameras have given no picture for some seconds, a line each.
  std::vector<std::string> silent_cameras() const;

 private:
  std::filesystem::path folder_of(const LiveCamera& camera) const;

  FolderLock folder_;
  bool is_composite_;
  int jobs_;
  std::vector<std::unique_ptr<LiveCamera>> cameras_;
  std::int64_t next_ = 0;  // the number of the next shot
};

}  // namespace calib
