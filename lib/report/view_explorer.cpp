#include "report/view_explorer.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/subsample.hpp"
#include "report/html_charts.hpp"
#include "solve/camera_clocks.hpp"

namespace calib {
namespace {

using nlohmann::ordered_json;

constexpr double kStepsAcross = 1040;            // of the width of a picture
constexpr std::size_t kMaxShownCorners = 90000;  // about 12 bytes each

long steps(double value, double step) { return std::lround(std::clamp(value / step, -1e6, 1e6)); }

// The frames that are shown: all, or evenly spread ones.
std::vector<std::int64_t> shown_frames(const Observations& observations) {
  std::set<std::int64_t> all;
  std::size_t corners = 0;
  for (const View& view : observations.views) {
    all.insert(view.frame);
    corners += view.corners.size();
  }
  const std::size_t most = corners <= kMaxShownCorners
                               ? all.size()
                               : std::max<std::size_t>(1, all.size() * kMaxShownCorners / corners);
  const std::vector<std::int64_t> frames(all.begin(), all.end());
  std::vector<std::int64_t> shown;
  shown.reserve(std::min(most, frames.size()));
  for (const std::size_t i : evenly_spread(frames.size(), most)) shown.push_back(frames[i]);
  return shown;
}

// Milliseconds on the clock of the rig, or null.
ordered_json time_ms(const Observations& observations, const View& view, const Camera& camera) {
  const std::optional<double> on_file = time_of(observations, view);
  if (!on_file) return nullptr;
  return std::lround(1e3 * (camera.time ? time_of_row(*camera.time, *on_file, 0) : *on_file));
}

// [frame, image, time, why the whole view was left out or 0, ids as first and last of each run,
// x and y of each corner, x and y of each error (one null if they are not known), indices of the
// corners that were left out].
ordered_json view_json(const View& view, const ordered_json& time, const ordered_json& reason,
                       const std::vector<const Residual*>& residuals, double step,
                       double enlargement) {
  ordered_json ids = ordered_json::array(), at = ordered_json::array(),
               errors = ordered_json::array(), left_out = ordered_json::array();
  long x = 0, y = 0;
  for (std::size_t i = 0; i < view.corners.size(); ++i) {
    const Corner& corner = view.corners[i];
    if (i > 0 && corner.id == view.corners[i - 1].id + 1) {
      ids.back() = corner.id;
    } else {
      ids.push_back(corner.id);
      ids.push_back(corner.id);
    }
    const long new_x = steps(corner.x + 0.5, step), new_y = steps(corner.y + 0.5, step);
    at.push_back(new_x - x);
    at.push_back(new_y - y);
    x = new_x;
    y = new_y;
    if (!residuals[i]) {
      errors.push_back(nullptr);
      continue;
    }
    errors.push_back(steps(residuals[i]->error.x(), step / enlargement));
    errors.push_back(steps(residuals[i]->error.y(), step / enlargement));
    if (residuals[i]->rejected) left_out.push_back(i);
  }
  return {view.frame, view.image, time, reason, ids, at, errors, left_out};
}

// The residual of each corner of a view, nullptr where there is none. `next` moves past them.
std::vector<const Residual*> residuals_of(const View& view, const std::vector<Residual>& all,
                                          std::size_t& next) {
  std::vector<const Residual*> found(view.corners.size(), nullptr);
  for (std::size_t i = 0; i < found.size() && next < all.size(); ++i) {
    const Residual& residual = all[next];
    if (residual.camera != view.camera || residual.frame != view.frame) break;
    if (residual.corner != view.corners[i].id) continue;
    found[i] = &residual;
    ++next;
  }
  return found;
}

ordered_json charts_json(const std::vector<FrameChart>& charts) {
  ordered_json list = ordered_json::array();
  for (const FrameChart& chart : charts) {
    ordered_json frames = ordered_json::array();
    for (const FrameBar& bar : chart.bars) frames.push_back(bar.frame);
    list.push_back({{"camera", chart.camera}, {"frames", frames}});
  }
  return list;
}

}  // namespace

std::string view_explorer_json(const Observations& observations, const Calibration& calibration,
                               const std::vector<Residual>& residuals,
                               const std::vector<FrameChart>& charts, double enlargement) {
  const std::vector<std::int64_t> frames = shown_frames(observations);
  std::map<std::pair<std::string, std::int64_t>, std::string> reasons;
  for (const Rejected& rejected : calibration.rejected)
    if (!rejected.corner) reasons[{rejected.camera, rejected.frame}] = rejected.reason;
  ordered_json cameras = ordered_json::array();
  for (const ObservedCamera& camera : observations.cameras) {
    const double step = camera.image_size.width / kStepsAcross;
    cameras.push_back({{"name", camera.name},
                       {"width", kStepsAcross},
                       {"height", std::lround(camera.image_size.height / step)},
                       {"step", step},
                       {"views", ordered_json::array()}});
  }
  std::size_t next = 0, shown = 0;
  for (const View& view : observations.views) {
    const auto of_view = residuals_of(view, residuals, next);
    if (!std::binary_search(frames.begin(), frames.end(), view.frame)) continue;
    ordered_json& entry = cameras[static_cast<std::size_t>(view.camera)];
    const Camera* camera = find_camera(calibration, entry["name"]);
    const auto reason = reasons.find({entry["name"], view.frame});
    entry["views"].push_back(
        view_json(view, time_ms(observations, view, *camera),
                  reason == reasons.end() ? ordered_json(0) : ordered_json(reason->second), of_view,
                  entry["step"], enlargement));
    ++shown;
  }
  return script_text({{"cameras", cameras},
                      {"frames", frames},
                      {"shown", shown},
                      {"views", observations.views.size()},
                      {"enlargement", enlargement},
                      {"charts", charts_json(charts)},
                      {"left", kBarsLeft},
                      {"inside", kBarsInside},
                      {"top", kFrameBarsTop},
                      {"bottom", kFrameBarsBottom}});
}

}  // namespace calib
