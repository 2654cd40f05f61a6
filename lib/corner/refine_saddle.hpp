#pragma once
// The sub-pixel position of a saddle point, by fitting what a blurred crossing of two edges looks
// like:
//
//   I(p) = (1 + gx u + gy v) (a + b erf(d1 / (sqrt2 s)) erf(d2 / (sqrt2 s)))
//
// with d1, d2 the signed distances of the pixel from the two lines, s the blur, and a gradient of
// the light: nine parameters with the position and the directions of the lines. (Were the gradient
// added, the corner would move by g s^2 in the vignetting of a lens.)

#include <array>
#include <vector>

#include "corner/gray_view.hpp"

namespace calib {

struct SaddleModel {
  float x = 0, y = 0;              ///< pixels
  std::array<float, 2> angle{};    ///< of the two lines, from x toward y
  float blur = 1;                  ///< s, pixels
  float level = 0, contrast = 0;   ///< a, b: gray levels
  float light_x = 0, light_y = 0;  ///< gx, gy: per pixel
};

struct SaddleFit {
  SaddleModel model;
  float radius = 0;        ///< of the disc of pixels used
  float residual_rms = 0;  ///< gray levels
  float sigma_px = 0;      ///< standard deviation of x and of y, from the fit's covariance
};

struct FitScratch {
  static constexpr int kParameters = 9;
  std::vector<float> u, v, gray, residual;
  std::array<std::vector<float>, kParameters> jacobian;
};

/// Fits by Gauss-Newton from `start`, whose contrast and level are estimated afresh. Only pixels
/// of the disc near one of the lines are used: the others say nothing. False when the fit does not
/// settle within 2.5 pixels of the start.
bool fit_saddle(const GrayView& picture, const SaddleModel& start, float radius, int iterations,
                FitScratch& scratch, SaddleFit& fit);

/// Standard deviation of the picture's noise, gray levels, from its second differences (a quarter
/// of all pixels' rows; edges are outvoted).
float estimate_noise(const GrayView& picture);

}  // namespace calib
