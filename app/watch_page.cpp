#include "app/watch_page.hpp"

#include <cmath>

#include "app/watch_screen.hpp"

namespace calib {

WatchPage::WatchPage(int port) : server_(port) {
  server_.put("", {"text/html; charset=utf-8", std::string(kWatchHtml)});
}

void WatchPage::saw(const WatchedPicture& picture) {
  if (picture.preview.empty()) return;
  const std::string file = "picture/" + picture.camera;
  server_.put(file, {"image/jpeg", picture.preview});
  nlohmann::ordered_json corners = nlohmann::ordered_json::array();
  for (const Corner& corner : picture.detection.corners)
    corners.push_back({std::round(10 * corner.x) / 10, std::round(10 * corner.y) / 10});
  // The number makes the browser load the picture again.
  views_[picture.camera] = {{"number", ++pictures_},
                            {"size", {picture.size.width, picture.size.height}},
                            {"frame", picture.frame},
                            {"reason", picture.detection.reason},
                            {"corners", std::move(corners)}};
}

void WatchPage::advised(const FilmingState& state, const WatchedRecording& recording,
                        double seconds) {
  nlohmann::ordered_json event = advice_json(state, recording, seconds);
  event["views"] = views_;
  event["columns"] = kCoverageColumns;
  server_.send(event.dump());
}

}  // namespace calib
