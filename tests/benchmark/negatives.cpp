#include "negatives.hpp"

#include <opencv2/imgproc.hpp>

namespace calib::benchmark {
namespace {

constexpr int kWidth = 1280, kHeight = 720;

cv::Mat flat(int gray) { return cv::Mat(kHeight, kWidth, CV_8U, cv::Scalar(gray)); }

// Adds blur and noise like a camera.
cv::Mat filmed(const cv::Mat& picture, cv::RNG& random) {
  cv::Mat gray, noise(picture.size(), CV_16S);
  cv::GaussianBlur(picture, gray, {}, random.uniform(0.5, 1.5));
  random.fill(noise, cv::RNG::NORMAL, 0, random.uniform(0.5, 4.0));
  gray.convertTo(gray, CV_16S);
  gray += noise;
  gray.convertTo(gray, CV_8U);
  return gray;
}

// The picture seen in perspective.
cv::Mat slanted(const cv::Mat& picture, cv::RNG& random) {
  const auto w = static_cast<float>(kWidth), h = static_cast<float>(kHeight);
  const auto off = [&] { return random.uniform(-0.25f, 0.25f) * h; };
  const std::vector<cv::Point2f> from = {{0, 0}, {w, 0}, {w, h}, {0, h}};
  std::vector<cv::Point2f> to;
  for (const cv::Point2f& p : from) to.emplace_back(p.x + off(), p.y + off());
  cv::Mat result;
  cv::warpPerspective(picture, result, cv::getPerspectiveTransform(from, to), picture.size(),
                      cv::INTER_LINEAR, cv::BORDER_CONSTANT, cv::Scalar(random.uniform(0, 256)));
  return result;
}

cv::Mat stripes(cv::RNG& random) {
  cv::Mat picture = flat(random.uniform(0, 256));
  const int period = random.uniform(6, 80), width = random.uniform(2, period);
  for (int x = 0; x < kWidth; x += period)
    cv::rectangle(picture, {x, 0}, {x + width, kHeight}, random.uniform(0, 256), cv::FILLED);
  return filmed(slanted(picture, random), random);
}

cv::Mat tiles(cv::RNG& random) {
  cv::Mat picture = flat(random.uniform(100, 256));
  const int period = random.uniform(15, 120), joint = random.uniform(2, 10);
  for (int x = 0; x < kWidth; x += period) cv::line(picture, {x, 0}, {x, kHeight}, 40, joint);
  for (int y = 0; y < kHeight; y += period) cv::line(picture, {0, y}, {kWidth, y}, 40, joint);
  return filmed(slanted(picture, random), random);
}

// No board: the pattern fills the picture, so that its corners have no ids.
cv::Mat checked_floor(cv::RNG& random) {
  cv::Mat picture = flat(0);
  const int side = random.uniform(12, 60);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      picture.at<std::uint8_t>(y, x) = (x / side + y / side) % 2 == 0 ? 220 : 40;
  return filmed(slanted(picture, random), random);
}

cv::Mat windows(cv::RNG& random) {
  cv::Mat picture = flat(random.uniform(60, 200));
  const int dx = random.uniform(30, 120), dy = random.uniform(30, 120);
  for (int y = 0; y < kHeight; y += dy)
    for (int x = 0; x < kWidth; x += dx)
      cv::rectangle(picture, {x + dx / 5, y + dy / 6}, {x + dx * 4 / 5, y + dy * 5 / 6},
                    random.uniform(0, 256), cv::FILLED);
  return filmed(slanted(picture, random), random);
}

cv::Mat text(cv::RNG& random) {
  cv::Mat picture = flat(245);
  const double scale = random.uniform(0.3, 1.2);
  const int step = static_cast<int>(40 * scale);
  for (int y = step; y < kHeight; y += step) {
    std::string line;
    for (int k = 0; k < 140; ++k)
      line += random.uniform(0, 6) == 0 ? ' ' : static_cast<char>(random.uniform('A', 'z' + 1));
    cv::putText(picture, line, {10, y}, random.uniform(0, 4), scale, 20, 1 + (scale > 0.8),
                cv::LINE_AA);
  }
  return filmed(slanted(picture, random), random);
}

cv::Mat foliage(cv::RNG& random) {
  cv::Mat picture = flat(60);
  for (int k = 0; k < 6000; ++k)
    cv::ellipse(picture, {random.uniform(0, kWidth), random.uniform(0, kHeight)},
                {random.uniform(3, 30), random.uniform(2, 10)}, random.uniform(0, 180), 0, 360,
                random.uniform(0, 256), cv::FILLED, cv::LINE_AA);
  return filmed(picture, random);
}

cv::Mat shards(cv::RNG& random) {
  cv::Mat picture = flat(120);
  for (int k = 0; k < 400; ++k) {
    const cv::Point center(random.uniform(0, kWidth), random.uniform(0, kHeight));
    std::vector<cv::Point> corners;
    for (int c = 0; c < 4; ++c)
      corners.emplace_back(center.x + random.uniform(-90, 90), center.y + random.uniform(-90, 90));
    cv::fillPoly(picture, std::vector{corners}, random.uniform(0, 256), cv::LINE_AA);
  }
  return filmed(picture, random);
}

cv::Mat noise(cv::RNG& random) {
  cv::Mat picture = flat(0);
  random.fill(picture, cv::RNG::UNIFORM, 0, 256);
  const double blur = random.uniform(0.0, 4.0);
  if (blur > 0.4) cv::GaussianBlur(picture, picture, {}, blur);
  cv::normalize(picture, picture, 0, 255, cv::NORM_MINMAX);
  return picture;
}

cv::Mat blank(cv::RNG& random) {
  const int kind = random.uniform(0, 4);
  return kind == 0 ? flat(0) : kind == 1 ? flat(255) : filmed(flat(random.uniform(0, 256)), random);
}

cv::Mat dots(cv::RNG& random) {
  cv::Mat picture = flat(230);
  const int period = random.uniform(16, 80);
  for (int y = period; y < kHeight; y += period)
    for (int x = period; x < kWidth; x += period)
      cv::circle(picture, {x, y}, period / 3, 20, cv::FILLED, cv::LINE_AA);
  return filmed(slanted(picture, random), random);
}

cv::Mat moire(cv::RNG& random) {
  cv::Mat picture = flat(0);
  const double a = random.uniform(0.3, 3.0), b = random.uniform(0.3, 3.0);
  const double turn = random.uniform(0.01, 0.3);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      picture.at<std::uint8_t>(y, x) = cv::saturate_cast<std::uint8_t>(
          128 + 60 * std::sin(a * x + turn * y) + 60 * std::sin(b * y - turn * x));
  return picture;
}

}  // namespace

const std::vector<NegativeKind>& negative_kinds() {
  static const std::vector<NegativeKind> kinds = {
      {"stripes", stripes}, {"tiles", tiles}, {"checked floor", checked_floor},
      {"windows", windows}, {"text", text},   {"foliage", foliage},
      {"shards", shards},   {"noise", noise}, {"blank", blank},
      {"dots", dots},       {"moire", moire}};
  return kinds;
}

}  // namespace calib::benchmark
