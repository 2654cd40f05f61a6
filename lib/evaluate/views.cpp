#include "evaluate/views.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace calib {

std::vector<ViewError> view_errors(const std::vector<Residual>& residuals) {
  std::vector<ViewError> views;
  for (const Residual& residual : residuals) {
    const ViewRef& ref = residual;
    if (views.empty() || static_cast<const ViewRef&>(views.back()) != ref) views.push_back({ref});
    ViewError& view = views.back();
    ++view.corners;
    view.rms_px += residual.error.squaredNorm();
    view.mean_px += residual.error;
  }
  for (ViewError& view : views) {
    const double count = static_cast<double>(view.corners);
    view.rms_px = std::sqrt(view.rms_px / count);
    view.mean_px /= count;
  }
  return views;
}

std::vector<FrameError> frame_errors(const std::vector<ViewError>& views) {
  std::map<std::int64_t, FrameError> frames;
  for (const ViewError& view : views) {
    FrameError& frame = frames[view.frame];
    frame.frame = view.frame;
    frame.corners += view.corners;
    frame.rms_px += static_cast<double>(view.corners) * view.rms_px * view.rms_px;
  }
  std::vector<FrameError> result;
  for (auto& [key, frame] : frames) {
    frame.rms_px = std::sqrt(frame.rms_px / static_cast<double>(frame.corners));
    result.push_back(frame);
  }
  return result;
}

std::vector<std::size_t> worst_first(const std::vector<ViewError>& views) {
  std::vector<std::size_t> order(views.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return views[a].rms_px > views[b].rms_px; });
  return order;
}

}  // namespace calib
