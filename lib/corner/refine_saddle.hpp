#pragma once
// Refines the position of a saddle point to sub-pixel accuracy by fitting a model of a blurred
// crossing of two edges:
//
//   I(p) = (1 + gx u + gy v) (a + b erf(d1 / (sqrt2 s)) erf(d2 / (sqrt2 s)))
//
// d1 and d2 are the signed distances of the pixel from the two lines, s is the blur, and (gx, gy)
// is a gradient of the illumination. With the position and the directions of the lines there are
// nine parameters. The illumination is multiplied, not added: an added gradient g would bias the
// corner by g s^2 under the vignetting of a lens.
//
// Where light spreads (overexposed prints, screens that glow) the dark squares do not touch, and
// motion blurs the two lines differently. The spread model has two more parameters for these: the
// gap g between the lines and the sides of the squares that shrink, and the ratio of the blurs.
// With F(z) = (1 + erf(z / sqrt2)) / 2, it replaces the product of the plain model by
//
//   2 F((d1 - g) / s1) F((d2 - g) / s2) + 2 F((-d1 - g) / s1) F((-d2 - g) / s2) - 1
//
// for shrinking squares where d1 d2 > 0; both models agree at g = 0 and s1 = s2.

#include <array>
#include <vector>

#include "corner/gray_view.hpp"

namespace calib {

struct SaddleModel {
  float x = 0, y = 0;              ///< pixels
  std::array<float, 2> angle{};    ///< of the two lines, from x toward y
  float blur = 1;                  ///< s, pixels
  float level = 0, contrast = 0;   ///< a, b: gray levels
  float light_x = 0, light_y = 0;  ///< gx, gy: 1/pixel
  float gap = 0;         ///< g, pixels; positive if the dark squares shrink, negative: the bright
  float blur_ratio = 1;  ///< s2 / s1, where s1 is `blur`
};

struct SaddleFit {
  SaddleModel model;
  float radius = 0;        ///< of the disc of pixels used, pixels
  float residual_rms = 0;  ///< gray levels
  float sigma_px = 0;      ///< standard deviation of x and of y, from the fit's covariance
};

struct FitScratch {
  static constexpr int kParameters = 11;  ///< of the spread model
  std::vector<float> u, v, gray, residual;
  std::array<std::vector<float>, kParameters> jacobian;
};

/// Fits the model by Gauss-Newton from `start`, whose level and contrast are ignored and estimated
/// anew. Uses only those pixels of the disc that are near one of the lines; the others carry no
/// information. Returns false if the fit fails or moves more than 2.5 pixels from the start.
bool fit_saddle(const GrayView& picture, const SaddleModel& start, float radius, int iterations,
                FitScratch& scratch, SaddleFit& fit);

/// The same with the spread model.
bool fit_spread_saddle(const GrayView& picture, const SaddleModel& start, float radius,
                       int iterations, FitScratch& scratch, SaddleFit& fit);

/// The standard deviation of the image noise in gray levels, from the median of second differences
/// of a subsample of the pixels, on which edges have little influence.
float estimate_noise(const GrayView& picture);

}  // namespace calib
