#include "corner/saddle.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "corner/draw_saddle.hpp"
#include "corner/find_saddles.hpp"
#include "corner/pyramid.hpp"
#include "corner/refine_saddle.hpp"

namespace calib::testing {
namespace {

std::vector<Saddle> find_in(const GrayView& picture) {
  ResponseMap map;
  compute_response(picture, map);
  SaddleScratch scratch;
  std::vector<Saddle> saddles;
  find_saddles(map, {}, scratch, saddles);
  return saddles;
}

TEST(FindSaddles, FindsACornerWithItsLines) {
  const SaddleModel truth{30.3f, 24.7f, {0.3f, 1.7f}, 0.8f, 120, 60};
  const Picture picture = draw(64, 48, truth, 2);
  const std::vector<Saddle> saddles = find_in(picture.view());
  ASSERT_EQ(saddles.size(), 1u);
  const Saddle& saddle = saddles[0];
  // The chords of one ring have an error of a few hundredths of a pixel.
  EXPECT_NEAR(saddle.x, truth.x, 0.15);
  EXPECT_NEAR(saddle.y, truth.y, 0.15);
  for (int line = 0; line < 2; ++line) {
    // At the end of the rising line, the image is brighter at a larger angle than at a smaller one.
    const float px = saddle.x + 8 * saddle.dx[line], py = saddle.y + 8 * saddle.dy[line];
    const float nx = -3 * saddle.dy[line], ny = 3 * saddle.dx[line];
    const int after = picture.at(px + nx, py + ny), before = picture.at(px - nx, py - ny);
    EXPECT_GT(line == 0 ? after - before : before - after, 60) << "line " << line;
  }
  EXPECT_NEAR(saddle.amplitude / kStepsPerGray, 60, 12);
}

TEST(FindSaddles, FindsNothingOnEdgesBlobsAndNoise) {
  EXPECT_TRUE(find_in(draw_noise(200, 150, 3, 1).view()).empty());
  Picture edge = draw_noise(64, 64, 2, 2);
  for (int y = 20; y < 50; ++y)
    for (int x = 20; x < 50; ++x) edge.pixels[y * 64 + x] = 220;  // sides and L-shaped corners
  EXPECT_TRUE(find_in(edge.view()).empty());
}

TEST(FindSaddles, AcceptsImagesOfAnySize) {
  for (const int width : {1, 2, 7, 8, 9, 17, 300})
    for (const int height : {1, 5, 8, 11, 16})
      EXPECT_NO_THROW(find_in(draw_noise(width, height, 60, 3).view())) << width << "x" << height;
}

TEST(Pyramid, AveragesTwoByTwoPixels) {
  Picture picture = draw_noise(5, 4, 0, 4);
  for (int k = 0; k < 20; ++k) picture.pixels[k] = static_cast<std::uint8_t>(10 * k);
  Pyramid pyramid;
  pyramid.reset(picture.view());
  const GrayView& half = pyramid.level(1);
  ASSERT_EQ(half.width, 2);
  ASSERT_EQ(half.height, 2);
  EXPECT_EQ(half.row(0)[0], (0 + 10 + 50 + 60) / 4);
  EXPECT_EQ(half.row(1)[1], (120 + 130 + 170 + 180) / 4);
  EXPECT_EQ(pyramid.level(5).width, 1);
  EXPECT_EQ(pyramid.level(5).height, 1);
}

TEST(FitSaddle, RecoversTheModelWithinItsSigma) {
  constexpr int kSeeds = 300;
  double squares = 0, worst = 0;
  FitScratch scratch;
  for (int seed = 0; seed < kSeeds; ++seed) {
    SaddleModel truth{32, 32, {0.2f, 1.5f}, 0.8f, 110, 50, 0.003f, -0.002f};
    truth.x += 0.003f * static_cast<float>(seed);
    truth.y -= 0.002f * static_cast<float>(seed);
    truth.angle[0] += 0.01f * static_cast<float>(seed);
    truth.angle[1] += 0.01f * static_cast<float>(seed);
    const Picture picture = draw(64, 64, truth, 2, seed);
    SaddleModel start = truth;
    start.x += 0.4f;
    start.y -= 0.3f;
    start.angle[0] += 0.05f;
    start.blur = 1.2f;
    SaddleFit fit;
    ASSERT_TRUE(fit_saddle(picture.view(), start, 10, 6, scratch, fit)) << "seed " << seed;
    const double ex = (fit.model.x - truth.x) / fit.sigma_px;
    const double ey = (fit.model.y - truth.y) / fit.sigma_px;
    squares += ex * ex + ey * ey;
    worst = std::max(worst, std::hypot(ex, ey));
    // Radius 10, noise 2 and contrast 50 determine the position to about 0.01 pixels.
    EXPECT_LT(fit.sigma_px, 0.015) << "seed " << seed;
    EXPECT_NEAR(fit.residual_rms, 2, 0.6) << "seed " << seed;
    EXPECT_NEAR(fit.model.blur, truth.blur, 0.1) << "seed " << seed;
  }
  // The mean square of 600 normally distributed values is 1 +- 0.06; rounding to gray levels adds
  // to it.
  EXPECT_NEAR(squares / (2 * kSeeds), 1.0, 0.25);
  EXPECT_LT(worst, 5.0);
}

TEST(FitSaddle, RecoversTheGapAndBothBlursOfSpreadSquares) {
  constexpr int kSeeds = 100;
  double squares = 0;
  FitScratch scratch;
  for (int seed = 0; seed < kSeeds; ++seed) {
    SaddleModel truth{32, 32, {0.2f, 1.5f}, 0.8f, 110, 50, 0.003f, -0.002f};
    truth.gap = 0.02f * static_cast<float>(seed);
    truth.blur_ratio = 2.f;
    truth.x += 0.005f * static_cast<float>(seed);
    truth.angle[0] += 0.01f * static_cast<float>(seed);
    truth.angle[1] += 0.01f * static_cast<float>(seed);
    const Picture picture = draw(64, 64, truth, 2, seed);
    SaddleModel start{truth.x + 0.8f, truth.y - 0.6f, truth.angle, 1};
    SaddleFit fit;
    ASSERT_TRUE(fit_spread_saddle(picture.view(), start, 12, 20, scratch, fit)) << "seed " << seed;
    const double ex = (fit.model.x - truth.x) / fit.sigma_px;
    const double ey = (fit.model.y - truth.y) / fit.sigma_px;
    squares += ex * ex + ey * ey;
    EXPECT_LT(fit.sigma_px, 0.03) << "seed " << seed;
    EXPECT_NEAR(fit.residual_rms, 2, 0.6) << "seed " << seed;
    // Ten standard deviations, but at gap 0 the two kinds of gap are alike to first order only.
    EXPECT_NEAR(fit.model.gap, truth.gap, 0.2) << "seed " << seed;
    EXPECT_NEAR(fit.model.blur_ratio, truth.blur_ratio, 0.5) << "seed " << seed;
  }
  // The mean square of 200 normally distributed values is 1 +- 0.1.
  EXPECT_NEAR(squares / (2 * kSeeds), 1.0, 0.4);
}

// A model that adds an illumination gradient g would have a bias of g s^2 at blur s, here 0.08 px.
TEST(FitSaddle, IsNotBiasedByVignettingOfBlurredCorners) {
  const SaddleModel truth{40.3f, 40.1f, {0.2f, 1.5f}, 4, 110, 50, 0.005f, -0.004f};
  const Picture picture = draw(80, 80, truth, 0);
  SaddleModel start = truth;
  start.blur = 2;
  start.light_x = start.light_y = 0;
  FitScratch scratch;
  SaddleFit fit;
  ASSERT_TRUE(fit_saddle(picture.view(), start, 15, 8, scratch, fit));
  EXPECT_NEAR(fit.model.x, truth.x, 0.01);
  EXPECT_NEAR(fit.model.y, truth.y, 0.01);
}

TEST(FitSaddle, FailsIfThereIsNoSaddle) {
  FitScratch scratch;
  SaddleFit fit;
  const SaddleModel start{30, 30, {0.f, 1.5f}, 1};
  const Picture flat = draw_noise(64, 64, 0, 5);
  EXPECT_FALSE(fit_saddle(flat.view(), start, 10, 4, scratch, fit));
  EXPECT_FALSE(fit_saddle(flat.view(), {-100, -100, {0.f, 1.5f}, 1}, 10, 4, scratch, fit));
}

TEST(EstimateNoise, IsNotMisledByEdges) {
  const SaddleModel corner{100, 80, {0.3f, 1.7f}, 0.8f, 120, 60};
  for (const double sigma : {2.0, 6.0})
    // The median of integers is quantized: half a step is 0.12 gray levels.
    EXPECT_NEAR(estimate_noise(draw(200, 160, corner, sigma).view()), sigma, 0.15 * sigma + 0.12);
}

}  // namespace
}  // namespace calib::testing
