#include "solve/camera_clocks.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/median.hpp"

namespace calib {
namespace {

using Knot = std::pair<double, double>;

// The value at x of the line through knots (of which `in` and `out` select the coordinates), which
// goes on with `slope` beyond its ends.
double along(const std::vector<Knot>& knots, double Knot::*in, double Knot::*out, double slope,
             double x) {
  const auto next = std::partition_point(knots.begin(), knots.end(),
                                         [&](const Knot& knot) { return knot.*in < x; });
  if (next != knots.end() && (*next).*in == x) return (*next).*out;
  if (next == knots.begin()) return knots.front().*out + slope * (x - knots.front().*in);
  const Knot& before = *std::prev(next);
  if (next == knots.end()) return before.*out + slope * (x - before.*in);
  const double share = (x - before.*in) / ((*next).*in - before.*in);
  return before.*out + share * ((*next).*out - before.*out);
}

}  // namespace

double shift_of_jumps(const CameraTime& time, std::int64_t frame) {
  double sum = 0;
  for (const ClockJump& jump : time.jumps) {
    if (frame >= jump.frame) sum += jump.shift_s;
  }
  return sum;
}

double time_on_file(const Observations& observations, const View& view) {
  return time_of(observations, view).value_or(static_cast<double>(view.frame) / kAssumedFrameRate);
}

FrameTimes::FrameTimes(const Observations& observations, int reference) {
  for (const View& view : observations.views) {
    if (view.camera != reference) continue;
    const Knot knot{time_on_file(observations, view), static_cast<double>(view.frame)};
    const bool rises =
        knots_.empty() || (knot.first > knots_.back().first && knot.second > knots_.back().second);
    if (rises) knots_.push_back(knot);
  }
  std::vector<double> intervals;
  intervals.reserve(knots_.size());
  for (std::size_t i = 1; i < knots_.size(); ++i) {
    intervals.push_back((knots_[i].first - knots_[i - 1].first) /
                        (knots_[i].second - knots_[i - 1].second));
  }
  interval_s_ = intervals.empty() ? 1 / observations.frame_rate_hz.value_or(kAssumedFrameRate)
                                  : median(intervals);
  if (knots_.empty()) knots_.emplace_back(0, 0);
}

double FrameTimes::time_of(std::int64_t frame) const {
  return along(knots_, &Knot::second, &Knot::first, interval_s_, static_cast<double>(frame));
}

std::int64_t FrameTimes::frame_at(double time_s) const {
  return std::llround(along(knots_, &Knot::first, &Knot::second, 1 / interval_s_, time_s));
}

CameraTimes camera_times(const Observations& observations, const Calibration& calibration) {
  CameraTimes times;
  times.reserve(observations.cameras.size());
  for (const ObservedCamera& observed : observations.cameras) {
    const Camera* camera = find_camera(calibration, observed.name);
    times.push_back(camera ? camera->time : std::nullopt);
  }
  return times;
}

std::vector<std::size_t> assign_frames(const CameraTimes& times, int reference,
                                       Observations& observations) {
  const FrameTimes frames(observations, reference);
  const auto clock_of = [&](int camera) {
    return times[static_cast<std::size_t>(camera)].value_or(CameraTime{});
  };
  const auto middle_of = [&](int camera) {
    return middle_row(observations.cameras[static_cast<std::size_t>(camera)].image_size);
  };
  const double reference_delay = clock_of(reference).line_delay_s * middle_of(reference);
  // Of a camera and a frame: how far the nearest view is from the frame.
  std::map<std::pair<int, std::int64_t>, double> distance;
  std::vector<double> distances;
  distances.reserve(observations.views.size());
  for (View& view : observations.views) {
    const CameraTime clock = clock_of(view.camera);
    view.time_s = time_on_file(observations, view) + shift_of_jumps(clock, view.frame);
    const double middle =
        time_of_row(clock, *view.time_s, middle_of(view.camera)) - reference_delay;
    if (view.camera != reference) view.frame = frames.frame_at(middle);
    distances.push_back(std::abs(middle - frames.time_of(view.frame)));
    const auto [nearest, is_new] =
        distance.try_emplace({view.camera, view.frame}, distances.back());
    if (!is_new) nearest->second = std::min(nearest->second, distances.back());
  }
  std::vector<View> kept;
  std::vector<std::size_t> sources;
  kept.reserve(observations.views.size());
  sources.reserve(observations.views.size());
  for (std::size_t i = 0; i < distances.size(); ++i) {
    const auto nearest = distance.find({observations.views[i].camera, observations.views[i].frame});
    if (nearest->second != distances[i]) continue;
    nearest->second = -1;  // of two that are equally near, the first stays
    kept.push_back(std::move(observations.views[i]));
    sources.push_back(i);
  }
  observations.views = std::move(kept);
  return sources;
}

}  // namespace calib
