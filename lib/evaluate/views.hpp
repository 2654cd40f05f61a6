#pragma once
// Which views, and which frames, fit worst?

#include <vector>

#include "evaluate/residuals.hpp"

namespace calib {

struct ViewError : ViewRef {
  std::size_t corners = 0;                            ///< used
  double rms_px = 0;                                  ///< sqrt(mean |e|^2)
  Eigen::Vector2d mean_px = Eigen::Vector2d::Zero();  ///< mean residual, predicted minus observed
};

/// One entry for every view with used corners, in the order of the residuals.
std::vector<ViewError> view_errors(const std::vector<Residual>& residuals);

/// All cameras' views of one frame together.
struct FrameError {
  std::int64_t frame = 0;
  std::size_t corners = 0;
  double rms_px = 0;
};

/// One entry for every frame with used corners, in rising order.
std::vector<FrameError> frame_errors(const std::vector<ViewError>& views);

/// The views' indices, the largest RMS first; equal ones in order.
std::vector<std::size_t> worst_first(const std::vector<ViewError>& views);

}  // namespace calib
