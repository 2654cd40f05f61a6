#pragma once
// What `calib watch` shows: a block of lines that is drawn again on a terminal, a line for each
// event elsewhere, or events as JSON.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/session.hpp"
#include "pipeline/watch_stage.hpp"

namespace calib {

/// {"event": "picture", ...}
nlohmann::ordered_json picture_json(const WatchedPicture& picture);
/// {"event": "advice", "next": ..., "lacks": ..., "state": ...}
nlohmann::ordered_json advice_json(const FilmingState& state, const WatchedRecording& recording,
                                   double seconds);

class WatchScreen final : public WatchListener {
 public:
  /// If `stats` is true, the lines of text also show times.
  WatchScreen(Session& session, bool stats) : session_(session), stats_(stats) {}

  void saw(const WatchedPicture& picture) override;
  void advised(const FilmingState& state, const WatchedRecording& recording,
               double seconds) override;

 private:
  void draw(const std::vector<std::string>& lines);

  Session& session_;
  bool stats_;
  std::string last_picture_;
  std::string last_advice_;      // where lines are printed
  std::size_t drawn_lines_ = 0;  // on a terminal
};

}  // namespace calib
