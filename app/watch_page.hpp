#pragma once
// The page that `calib watch --serve` shows in a browser on this machine.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "app/local_server.hpp"
#include "pipeline/watch_stage.hpp"

namespace calib {

extern const std::string_view kWatchHtml;  ///< watch_page.html, built into the program

class WatchPage final : public WatchListener {
 public:
  /// Throws Error if the port cannot be used.
  explicit WatchPage(int port);

  std::string url() const { return server_.url(); }
  void saw(const WatchedPicture& picture) override;
  void advised(const FilmingState& state, const WatchedRecording& recording,
               double seconds) override;

 private:
  LocalServer server_;
  nlohmann::ordered_json views_ = nlohmann::ordered_json::object();  // by camera, the last picture
  int pictures_ = 0;
};

}  // namespace calib
