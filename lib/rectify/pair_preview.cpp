#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "rectify/rectify.hpp"

namespace calib {
namespace {

constexpr int kLineSpacing_px = 32;

double brightest(const cv::Mat& image) {
  double low = 0, high = 0;
  if (!image.empty()) cv::minMaxLoc(image.reshape(1), &low, &high);
  return high;
}

cv::Mat to_bgr8(const cv::Mat& image, double scale) {
  cv::Mat bytes, bgr;
  image.convertTo(bytes, CV_8U, scale);
  if (bytes.channels() == 3) return bytes;
  cv::cvtColor(bytes, bgr, bytes.channels() == 4 ? cv::COLOR_BGRA2BGR : cv::COLOR_GRAY2BGR);
  return bgr;
}

// Green and magenta: both stand out from grey pictures, and neighbours from each other.
cv::Scalar line_colour(int index) {
  return index % 2 == 0 ? cv::Scalar(0, 255, 0) : cv::Scalar(255, 0, 255);
}

void draw_lines(cv::Mat& image, bool vertical) {
  const int length = vertical ? image.cols : image.rows;
  for (int at = kLineSpacing_px / 2, index = 0; at < length; at += kLineSpacing_px, ++index) {
    (vertical ? image.col(at) : image.row(at)).setTo(line_colour(index));
  }
}

}  // namespace

cv::Mat draw_pair_preview(const cv::Mat& first, const cv::Mat& second, bool vertical) {
  const bool bytes = first.depth() == CV_8U && second.depth() == CV_8U;
  const double high = std::max(brightest(first), brightest(second));
  const double scale = bytes || high <= 0 ? 1 : 255 / high;
  const int columns = vertical ? std::max(first.cols, second.cols) : first.cols + second.cols;
  const int rows = vertical ? first.rows + second.rows : std::max(first.rows, second.rows);
  cv::Mat preview(rows, columns, CV_8UC3, cv::Scalar::all(0));
  to_bgr8(first, scale).copyTo(preview(cv::Rect(0, 0, first.cols, first.rows)));
  const cv::Point corner = vertical ? cv::Point(0, first.rows) : cv::Point(first.cols, 0);
  to_bgr8(second, scale).copyTo(preview(cv::Rect(corner, second.size())));
  draw_lines(preview, vertical);
  return preview;
}

}  // namespace calib
