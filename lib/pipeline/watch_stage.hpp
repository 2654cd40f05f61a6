#pragma once
// The watch stage: guides the user while a recording is filmed. Ends with the observations of all
// pictures.

#include <vector>

#include "base/named.hpp"
#include "base/option.hpp"
#include "pipeline/filming_guide.hpp"
#include "pipeline/watched_recording.hpp"

namespace calib {

/// When the watch ends by itself: never, or when enough was filmed.
enum class Until { kStopped, kGood };
inline constexpr Named<Until> kUntils[] = {{"stopped", Until::kStopped}, {"good", Until::kGood}};

struct WatchOptions {
  double interval_s = 0.5;
  int frames = 0;  ///< 0: no limit
  double timeout_s = 0;
  Until until = Until::kStopped;
};
std::vector<Option> describe(WatchOptions& options);

/// Why the watch has ended.
enum class WatchEnd { kInterrupted, kFrames, kTimeout, kGood };
inline constexpr Named<WatchEnd> kWatchEnds[] = {{"interrupted", WatchEnd::kInterrupted},
                                                 {"frames", WatchEnd::kFrames},
                                                 {"timeout", WatchEnd::kTimeout},
                                                 {"good", WatchEnd::kGood}};

/// Receives what the user shall see. Called from one thread.
class WatchListener {
 public:
  virtual ~WatchListener() = default;
  /// A picture that has become complete.
  virtual void saw(const WatchedPicture& picture) = 0;
  /// The advice after pictures, or after a solve. `seconds`: from looking at the files until the
  /// advice was there; 0 after a solve.
  virtual void advised(const FilmingState& state, const WatchedRecording& recording,
                       double seconds) = 0;
};

/// Watches until Ctrl-C, which it takes, or an end that the options name. Lenses and rig are solved
/// in a thread of its own, at most every two seconds.
WatchEnd watch(WatchedRecording& recording, const Board& board, const WatchOptions& options,
               const Context& context, WatchListener& listener);

}  // namespace calib
