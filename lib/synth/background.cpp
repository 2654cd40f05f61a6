#include "synth/background.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "synth/random.hpp"

namespace calib {
namespace {

constexpr int kNeutral = 128;  // the gray level in the layer of shapes that stands for 0

// Draws a convex quadrilateral, whose corners are on an ellipse.
void draw_quadrilateral(cv::Mat& layer, Random& random, double unit) {
  const double x = random.uniform(0, layer.cols), y = random.uniform(0, layer.rows);
  const double width = unit * random.uniform(0.02, 0.2), height = unit * random.uniform(0.02, 0.2);
  const double turn = random.uniform(0, CV_PI);
  std::array<cv::Point, 4> corners;
  for (std::size_t i = 0; i < corners.size(); ++i) {
    const double angle = CV_PI / 2 * (static_cast<double>(i) + random.uniform(-0.3, 0.3));
    const double u = width * std::cos(angle), v = height * std::sin(angle);
    corners[i] = {cvRound(x + u * std::cos(turn) - v * std::sin(turn)),
                  cvRound(y + u * std::sin(turn) + v * std::cos(turn))};
  }
  cv::fillConvexPoly(layer, corners, cv::Scalar(kNeutral + random.uniform(-28, 28)));
}

void draw_ellipse(cv::Mat& layer, Random& random, double unit) {
  const cv::Point center(random.below(layer.cols), random.below(layer.rows));
  const cv::Size axes(cvRound(unit * random.uniform(0.01, 0.12)),
                      cvRound(unit * random.uniform(0.01, 0.12)));
  cv::ellipse(layer, center, axes, random.uniform(0, 180), 0, 360,
              cv::Scalar(kNeutral + random.uniform(-28, 28)), cv::FILLED);
}

}  // namespace

cv::Mat make_background(cv::Size size, std::uint64_t seed) {
  Random random(seed);
  const double unit = std::max(size.width, size.height);
  cv::Mat layer(size, CV_8U, cv::Scalar(kNeutral));
  for (int i = 0; i < 30; ++i) {
    draw_quadrilateral(layer, random, unit);
    draw_ellipse(layer, random, unit);
  }
  cv::Mat background;
  layer.convertTo(background, CV_32F, 1, -kNeutral);
  cv::GaussianBlur(background, background, cv::Size(), 1.5);

  const double middle = random.uniform(95, 125);
  const double across = random.uniform(-25, 25), down = random.uniform(-25, 25);
  for (int y = 0; y < size.height; ++y) {
    float* row = background.ptr<float>(y);
    for (int x = 0; x < size.width; ++x) {
      const double level = middle + across * (static_cast<double>(x) / size.width - 0.5) +
                           down * (static_cast<double>(y) / size.height - 0.5);
      row[x] += static_cast<float>(level);
    }
  }
  return background;
}

}  // namespace calib
