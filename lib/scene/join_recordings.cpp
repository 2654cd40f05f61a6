#include "scene/join_recordings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

// The last image of one recording and the first of the next one are not neighbors.
constexpr std::int64_t kGapFrames = 1000;
constexpr double kGap_s = 1000;

// The index of the camera in `joined`, where it is added if it is not there.
int place_camera(const ObservedCamera& camera, const ObservedRecording& recording,
                 Observations& joined) {
  const auto found =
      std::find_if(joined.cameras.begin(), joined.cameras.end(),
                   [&](const ObservedCamera& other) { return other.name == camera.name; });
  if (found == joined.cameras.end()) {
    joined.cameras.push_back(camera);
    return static_cast<int>(joined.cameras.size()) - 1;
  }
  require(*found == camera,
          fmt::format("{}: the pictures of '{}' are {}, but those of another file are {} or of "
                      "another crop: give recordings of the same pictures",
                      recording.name, camera.name, to_text(camera.image_size),
                      to_text(found->image_size)));
  return static_cast<int>(found - joined.cameras.begin());
}

template <class V>
void add_views(const std::vector<V>& views, const std::vector<int>& places, std::int64_t frames,
               std::vector<V>& joined) {
  for (V view : views) {
    view.camera = places[static_cast<std::size_t>(view.camera)];
    view.frame += frames;
    joined.push_back(std::move(view));
  }
}

void append_recording(const ObservedRecording& recording, Observations& joined) {
  const Observations& more = recording.observations;
  require(
      more.board == joined.board,
      fmt::format("{}: is of another board than the file before it; give recordings of one board",
                  recording.name));
  std::vector<int> places;
  for (const ObservedCamera& camera : more.cameras)
    places.push_back(place_camera(camera, recording, joined));
  std::int64_t last = 0;
  double last_s = 0;
  for (const View& view : joined.views) {
    last = std::max(last, view.frame);
    last_s = std::max(last_s, view.time_s.value_or(0));
  }
  const std::size_t before = joined.views.size();
  add_repeated(more.repeated, joined.repeated);
  add_views(more.views, places, last + kGapFrames, joined.views);
  add_views(more.missing, places, last + kGapFrames, joined.missing);
  for (std::size_t v = before; v < joined.views.size(); ++v)
    if (joined.views[v].time_s) *joined.views[v].time_s += last_s + kGap_s;
}

// Puts the cameras into the order of their names.
void sort_cameras(Observations& observations) {
  std::vector<std::size_t> order(observations.cameras.size());
  std::iota(order.begin(), order.end(), 0);
  const std::vector<ObservedCamera> cameras = observations.cameras;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return natural_less(cameras[a].name, cameras[b].name);
  });
  std::vector<int> place(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    place[order[i]] = static_cast<int>(i);
    observations.cameras[i] = cameras[order[i]];
  }
  for (View& view : observations.views) view.camera = place[static_cast<std::size_t>(view.camera)];
  for (MissingView& view : observations.missing)
    view.camera = place[static_cast<std::size_t>(view.camera)];
}

}  // namespace

Observations join_recordings(const std::vector<ObservedRecording>& recordings) {
  Observations joined = recordings.front().observations;
  for (std::size_t i = 1; i < recordings.size(); ++i) append_recording(recordings[i], joined);
  sort_cameras(joined);
  sort_views(joined.views);
  sort_views(joined.missing);
  return joined;
}

}  // namespace calib
