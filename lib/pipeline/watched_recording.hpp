#pragma once
// A recording that is being made: finds the pictures that other programs put into its folders, and
// the frames that are added to its videos, while it grows.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/stopwatch.hpp"
#include "image/composites.hpp"
#include "image/dataset.hpp"
#include "image/layout.hpp"
#include "pipeline/context.hpp"
#include "pipeline/detect_stage.hpp"
#include "pipeline/live_recorder.hpp"
#include "scene/observations.hpp"

namespace calib {

/// What the user names as in `calib detect`; folders and files may still be missing.
struct RecordingInputs {
  std::vector<std::string> dataset = {}, cameras = {};
  CompositeOptions composites = {};
  TimeOptions times = {};
  LiveOptions live = {};  ///< cameras that film into the only folder of `dataset`
};

/// A picture that has become complete, and what is seen in it.
struct WatchedPicture {
  std::string camera, path;
  std::int64_t frame = 0;
  ImageSize size;       ///< 0x0: it cannot be read
  Detection detection;  ///< with the reason if it is broken, too
  bool is_broken = false;
  std::string preview = {};  ///< a small JPEG; empty: not asked for, or it cannot be read
  double seconds = 0;        ///< from looking at the file until its corners were found
};

class WatchedRecording {
 public:
  /// A file that cannot be decoded is tried again until it has not changed for `patience_s`.
  WatchedRecording(RecordingInputs inputs, Board board, DetectOptions options, Context context,
                   double patience_s = 3);

  /// Whether pictures get previews, which take milliseconds each.
  void make_previews(bool wanted) { makes_previews_ = wanted; }

  /// Takes a shot with the cameras of LiveOptions. Looks for pictures that are new or have become
  /// complete since the last call, by camera and frame. Files that cannot be listed or decoded yet
  /// are no error.
  std::vector<WatchedPicture> poll();

  /// The corners of all pictures so far, as `calib detect` would write them: with its provenance
  /// if `with_provenance`, for which all files are read once more.
  Observations observations(bool with_provenance = false) const;

  /// Why the inputs cannot be listed now; empty: they can.
  const std::string& problem() const { return problem_; }
  /// Folders of cameras in which no picture has arrived.
  const std::vector<std::string>& empty_folders() const { return empty_folders_; }
  /// Whether poll() takes the shots, of which all pictures come together.
  bool is_live() const { return recorder_ != nullptr; }
  /// Cameras of LiveOptions that give no pictures, a line each.
  std::vector<std::string> silent_cameras() const;
  /// Files that are not complete now.
  std::size_t waiting() const { return waiting_.size(); }

 private:
  // The state of a file that cannot be decoded, and since when it has it.
  struct Waiting {
    std::uintmax_t bytes = 0;
    std::filesystem::file_time_type written;
    Stopwatch since;
  };
  struct Seen {
    std::vector<Corner> corners;
    std::string reason;  // why there are none
    bool is_broken = false;
    std::optional<std::int64_t> frame;  // of a video
    std::string path;
    std::optional<double> time_s;
    ImageSize other_size = {};
  };
  struct VideoState {
    std::uintmax_t bytes = 0;
    std::size_t next = 0;  // the position of the next frame
    double cost_s = 0;     // of reading up to there
    Stopwatch since;
  };

  Dataset open();
  Dataset open_inputs();
  Dataset fresh_part(const Dataset& all);
  bool has_grown(const Dataset& dataset, const DatasetCamera& camera);
  bool is_settled(const std::filesystem::path& file);
  void read(const Dataset& fresh, std::vector<WatchedPicture>& pictures);
  Dataset seen_part() const;

  RecordingInputs inputs_;
  Board board_;
  DetectOptions options_;
  Context context_;
  double patience_s_;
  std::unique_ptr<LiveRecorder> recorder_;  // absent: others film
  bool makes_previews_ = false;
  std::vector<Tile> tiles_;  // of composites, once they are known
  Dataset dataset_;          // as it was listed last
  std::string problem_;
  std::vector<std::string> empty_folders_;
  std::map<std::string, ImageSize> sizes_;            // by camera
  std::set<std::filesystem::path> done_;              // picture files
  std::map<std::filesystem::path, Waiting> waiting_;  // picture files
  std::map<std::string, VideoState> videos_;          // by video_text()
  /// By camera, then the path of the picture or the number of the video's frame.
  std::map<std::string, std::map<std::string, Seen>> seen_;
};

}  // namespace calib
