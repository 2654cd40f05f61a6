#include "rectify/preview.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <opencv2/calib3d.hpp>
#include <opencv2/imgproc.hpp>

namespace calib {
namespace {

constexpr int kLineSpacing_px = 32;
constexpr int kBlock = 5;  // side of the matched windows, pixels

double brightest(const cv::Mat& image) {
  double low = 0, high = 0;
  if (!image.empty()) cv::minMaxLoc(image.reshape(1), &low, &high);
  return high;
}

std::vector<cv::Mat> to_bgr8(const std::vector<cv::Mat>& images) {
  double high = 0;
  bool bytes = true;
  for (const cv::Mat& image : images) {
    bytes = bytes && image.depth() == CV_8U;
    high = std::max(high, brightest(image));
  }
  const double scale = bytes || high <= 0 ? 1 : 255 / high;
  std::vector<cv::Mat> result;
  for (const cv::Mat& image : images) {
    cv::Mat& bgr = result.emplace_back();
    image.convertTo(bgr, CV_8U, scale);
    if (bgr.channels() != 3)
      cv::cvtColor(bgr, bgr, bgr.channels() == 4 ? cv::COLOR_BGRA2BGR : cv::COLOR_GRAY2BGR);
  }
  return result;
}

// Green and magenta are easy to see in gray images and easy to tell apart.
cv::Scalar line_color(int index) {
  return index % 2 == 0 ? cv::Scalar(0, 255, 0) : cv::Scalar(255, 0, 255);
}

void add_lines(cv::Mat& image, bool vertical) {
  const int length = vertical ? image.cols : image.rows;
  for (int at = kLineSpacing_px / 2, index = 0; at < length; at += kLineSpacing_px, ++index)
    (vertical ? image.col(at) : image.row(at)).setTo(line_color(index));
}

std::size_t index_of(const RectifiedSet& set, const std::string& name) {
  return static_cast<std::size_t>(&camera_of(set, name) - set.cameras.data());
}

// Whether the first camera of the pair is the left (upper) one.
bool first_is_left(const RectifiedSet& set, const RectifiedPair& pair) {
  const int axis = pair.vertical ? 1 : 0;
  return camera_of(set, pair.second).P(axis, 3) < camera_of(set, pair.first).P(axis, 3);
}

// The column and row of each camera's tile, found by walking along the pairs.
std::vector<cv::Point> tile_places(const RectifiedSet& set) {
  std::map<std::size_t, cv::Point> places = {{0, {0, 0}}};
  for (std::size_t round = 0; round < set.cameras.size(); ++round) {
    for (const RectifiedPair& pair : set.pairs) {
      const std::size_t a = index_of(set, pair.first), b = index_of(set, pair.second);
      const int way = first_is_left(set, pair) ? 1 : -1;
      const cv::Point step = pair.vertical ? cv::Point(0, way) : cv::Point(way, 0);
      if (places.contains(a)) places.try_emplace(b, places[a] + step);
      if (places.contains(b)) places.try_emplace(a, places[b] - step);
    }
  }
  std::vector<cv::Point> result(set.cameras.size());
  cv::Point least(0, 0);
  for (const auto& [index, place] : places)
    least = {std::min(least.x, place.x), std::min(least.y, place.y)};
  for (const auto& [index, place] : places) result[index] = place - least;
  return result;
}

// The left and right image of a pair, 8-bit BGR. Those of a vertical pair are transposed.
struct Eyes {
  cv::Mat left, right;
};
Eyes eyes_of(const RectifiedSet& set, const RectifiedPair& pair,
             const std::vector<cv::Mat>& images) {
  const std::vector<cv::Mat> bgr =
      to_bgr8({images[index_of(set, pair.first)], images[index_of(set, pair.second)]});
  Eyes eyes{bgr[0], bgr[1]};
  if (!first_is_left(set, pair)) std::swap(eyes.left, eyes.right);
  if (pair.vertical) {
    cv::transpose(eyes.left, eyes.left);
    cv::transpose(eyes.right, eyes.right);
  }
  return eyes;
}

cv::Rect valid_in_both(const RectifiedSet& set, const RectifiedPair& pair) {
  const PixelRect both =
      common_part(camera_of(set, pair.first).valid, camera_of(set, pair.second).valid);
  return pair.vertical ? cv::Rect(both.y, both.x, both.height, both.width)
                       : cv::Rect(both.x, both.y, both.width, both.height);
}

// The number of disparities to search, starting at 0, in pixels of the reduced image.
int search_range(const RectifiedSet& set, const RectifiedPair& pair, double nearest_m, int width,
                 double scale) {
  const double expected = nearest_m > 0
                              ? 1.3 * scale * set.cameras[0].P(0, 0) * pair.baseline_m / nearest_m
                              : width / 4.0;
  const double bounded = std::clamp(expected, 16.0, std::max(16.0, width / 2.0));
  return 16 * static_cast<int>(std::ceil(bounded / 16));
}

cv::Mat matched_disparities(const cv::Mat& left, const cv::Mat& right, int range) {
  const auto matcher =
      cv::StereoSGBM::create(0, range, kBlock, 8 * kBlock * kBlock, 32 * kBlock * kBlock, 1, 31, 10,
                             100, 2, cv::StereoSGBM::MODE_SGBM_3WAY);
  cv::Mat disparities;  // in 1/16 pixel; negative if unmatched
  matcher->compute(left, right, disparities);
  return disparities;
}

}  // namespace

cv::Mat draw_lines(const RectifiedSet& set, const std::vector<cv::Mat>& images) {
  std::vector<cv::Mat> tiles = to_bgr8(images);
  const std::vector<cv::Point> places = tile_places(set);
  cv::Size tile, grid;
  bool rows = false, columns = false;
  for (const RectifiedPair& pair : set.pairs) (pair.vertical ? columns : rows) = true;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    if (rows) add_lines(tiles[i], false);
    if (columns) add_lines(tiles[i], true);
    tile = {std::max(tile.width, tiles[i].cols), std::max(tile.height, tiles[i].rows)};
    grid = {std::max(grid.width, places[i].x + 1), std::max(grid.height, places[i].y + 1)};
  }
  cv::Mat preview(tile.height * grid.height, tile.width * grid.width, CV_8UC3, cv::Scalar::all(0));
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const cv::Point corner(places[i].x * tile.width, places[i].y * tile.height);
    tiles[i].copyTo(preview(cv::Rect(corner, tiles[i].size())));
  }
  return preview;
}

cv::Mat draw_anaglyph(const RectifiedSet& set, const RectifiedPair& pair,
                      const std::vector<cv::Mat>& images) {
  const Eyes eyes = eyes_of(set, pair, images);
  cv::Mat left, right, anaglyph;
  cv::cvtColor(eyes.left, left, cv::COLOR_BGR2GRAY);
  cv::cvtColor(eyes.right, right, cv::COLOR_BGR2GRAY);
  cv::merge(std::vector<cv::Mat>{right, right, left}, anaglyph);
  return anaglyph;
}

DisparityPicture draw_disparity(const RectifiedSet& set, const RectifiedPair& pair,
                                const std::vector<cv::Mat>& images, double nearest_m) {
  constexpr double kWidest = 400;
  Eyes eyes = eyes_of(set, pair, images);
  const double scale = std::min(1.0, kWidest / eyes.left.cols);
  for (cv::Mat* eye : {&eyes.left, &eyes.right}) {
    cv::cvtColor(*eye, *eye, cv::COLOR_BGR2GRAY);
    if (scale < 1) cv::resize(*eye, *eye, {}, scale, scale, cv::INTER_AREA);
  }
  const int range = search_range(set, pair, nearest_m, eyes.left.cols, scale);
  if (eyes.left.cols <= range + kBlock || eyes.left.rows <= 2 * kBlock)  // too small to match
    return {cv::Mat(eyes.left.size(), CV_8UC3, cv::Scalar::all(0)), 0};
  const cv::Mat disparities = matched_disparities(eyes.left, eyes.right, range);
  const cv::Mat matched = disparities >= 0;

  DisparityPicture result;
  cv::Mat bytes;
  disparities.convertTo(bytes, CV_8U, 255.0 / (16 * range));
  cv::applyColorMap(bytes, result.picture, cv::COLORMAP_TURBO);
  result.picture.setTo(cv::Scalar::all(0), ~matched);

  const cv::Rect valid = valid_in_both(set, pair);
  const cv::Rect reduced(
      cv::Point(static_cast<int>(valid.x * scale), static_cast<int>(valid.y * scale)),
      cv::Point(static_cast<int>(valid.br().x * scale), static_cast<int>(valid.br().y * scale)));
  const cv::Rect matchable = reduced &
                             cv::Rect(reduced.x + range, 0, disparities.cols, disparities.rows) &
                             cv::Rect({0, 0}, disparities.size());
  if (!matchable.empty()) {
    result.matched_share =
        static_cast<double>(cv::countNonZero(matched(matchable))) / matchable.area();
  }
  if (pair.vertical) cv::transpose(result.picture, result.picture);
  return result;
}

}  // namespace calib
