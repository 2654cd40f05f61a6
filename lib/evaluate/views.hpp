#pragma once
// The errors of single views and frames.

#include <vector>

#include "evaluate/residuals.hpp"

namespace calib {

struct ViewError : ViewRef {
  std::size_t corners = 0;                            ///< inlier corners
  double rms_px = 0;                                  ///< sqrt(mean |e|^2)
  Eigen::Vector2d mean_px = Eigen::Vector2d::Zero();  ///< mean residual, predicted minus observed
};

/// One entry for every view that has residuals, in their order.
std::vector<ViewError> view_errors(const std::vector<Residual>& residuals);

/// The views of all cameras in one frame together.
struct FrameError {
  std::int64_t frame = 0;
  std::size_t corners = 0;
  double rms_px = 0;
};

/// One entry for every frame that has views, in ascending order.
std::vector<FrameError> frame_errors(const std::vector<ViewError>& views);

/// The indices of the views in descending order of their RMS; equal ones keep their order.
std::vector<std::size_t> worst_first(const std::vector<ViewError>& views);

}  // namespace calib
