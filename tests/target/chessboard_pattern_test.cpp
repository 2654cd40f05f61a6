#include "target/chessboard_pattern.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

namespace calib {
namespace {

const Board kBoard{&kChessboard, 11, 8, 0.03};

double at_squares(double x, double y) {
  return chessboard_reflectance(kBoard, x * kBoard.square_m, y * kBoard.square_m);
}

TEST(ChessboardPattern, TheSquareOutsideCornerZeroIsDark) {
  EXPECT_EQ(at_squares(-0.5, -0.5), 0);
  EXPECT_EQ(at_squares(0.5, 0.5), 0);
  EXPECT_EQ(at_squares(0.5, -0.5), 1);
  EXPECT_EQ(at_squares(-0.5, 0.5), 1);
}

TEST(ChessboardPattern, EveryInnerCornerIsASaddle) {
  for (int id = 0; id < corner_count(kBoard); ++id) {
    const Eigen::Vector3d corner = corner_position(kBoard, id) / kBoard.square_m;
    const double a = at_squares(corner.x() - 0.1, corner.y() - 0.1);
    const double b = at_squares(corner.x() + 0.1, corner.y() - 0.1);
    EXPECT_EQ(at_squares(corner.x() + 0.1, corner.y() + 0.1), a) << id;
    EXPECT_EQ(at_squares(corner.x() - 0.1, corner.y() + 0.1), b) << id;
    EXPECT_EQ(a + b, 1) << id;
  }
}

TEST(ChessboardPattern, QuietZoneIsOneSquareWide) {
  EXPECT_EQ(at_squares(-1.5, -1.5), 1);
  EXPECT_EQ(at_squares(-1.99, 4), 1);
  EXPECT_EQ(at_squares(11.99, 8.99), 1);
  EXPECT_LT(at_squares(-2.01, 4), 0);
  EXPECT_LT(at_squares(12.01, 4), 0);
  EXPECT_LT(at_squares(4, 9.01), 0);
  EXPECT_LT(at_squares(4, -1e12), 0);
}

TEST(ChessboardPattern, EdgeDistanceIsZeroOnTheLines) {
  const double s = kBoard.square_m;
  for (const auto& [x, y] :
       std::array<std::array<double, 2>, 5>{{{3, 2.3}, {2.3, 5}, {-1, 0.5}, {-2, 4.4}, {5.5, 9}}}) {
    // Only rounding errors.
    EXPECT_NEAR(chessboard_edge_distance(kBoard, x * s, y * s), 0, 1e-15) << x << " " << y;
  }
  EXPECT_NEAR(chessboard_edge_distance(kBoard, 3.5 * s, 3.6 * s), 0.4 * s, 1e-15);
  EXPECT_NEAR(chessboard_edge_distance(kBoard, -1.5 * s, 3 * s), 0.5 * s, 1e-15);
  EXPECT_NEAR(chessboard_edge_distance(kBoard, -5 * s, 13 * s), 5 * s, 1e-15);
}

// The reflectance does not change within the distance, on which renderers rely.
TEST(ChessboardPattern, NothingJumpsWithinTheEdgeDistance) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> place(-4, 14), turn(0, 6.283);
  for (int i = 0; i < 20000; ++i) {
    const double x = place(random) * kBoard.square_m, y = place(random) * kBoard.square_m;
    const double reach = 0.999 * chessboard_edge_distance(kBoard, x, y), angle = turn(random);
    EXPECT_EQ(
        chessboard_reflectance(kBoard, x, y),
        chessboard_reflectance(kBoard, x + reach * std::cos(angle), y + reach * std::sin(angle)))
        << x << " " << y;
  }
}

TEST(ChessboardPattern, MeanOfAFlatAreaIsItsReflectance) {
  const double s = kBoard.square_m;
  const auto mean_around = [&](double x, double y) {
    const double h = 0.1;
    return chessboard_mean(kBoard, {Eigen::Vector2d{(x - h) * s, (y - h) * s},
                                    {(x + h) * s, (y - h) * s},
                                    {(x + h) * s, (y + h) * s},
                                    {(x - h) * s, (y + h) * s}});
  };
  EXPECT_NEAR(mean_around(0.5, 0.5).sheet, 1, 1e-12);
  EXPECT_EQ(mean_around(0.5, 0.5).bright, 0);
  EXPECT_NEAR(mean_around(1.5, 0.5).bright, 1, 1e-12);
  EXPECT_EQ(mean_around(-3, 0.5).sheet, 0);
  EXPECT_NEAR(mean_around(-2, 0.5).sheet, 0.5, 1e-12);
  EXPECT_NEAR(mean_around(0, 0).bright, 0.5, 1e-12);
}

TEST(ChessboardPattern, MeanAgreesWithSampling) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> place(-3, 13), size(-0.8, 0.8);
  constexpr int kSamples = 200;
  for (int trial = 0; trial < 200; ++trial) {
    const Eigen::Vector2d center = Eigen::Vector2d(place(random), place(random)) * kBoard.square_m;
    const Eigen::Vector2d a = Eigen::Vector2d(size(random), size(random)) * kBoard.square_m;
    const Eigen::Vector2d b = Eigen::Vector2d(size(random), size(random)) * kBoard.square_m;
    const ChessboardMean mean =
        chessboard_mean(kBoard, {center, center + a, center + a + b, center + b});
    double sheet = 0, bright = 0;
    for (int i = 0; i < kSamples * kSamples; ++i) {
      const Eigen::Vector2d p =
          center + a * ((i % kSamples + 0.5) / kSamples) + b * ((i / kSamples + 0.5) / kSamples);
      const double value = chessboard_reflectance(kBoard, p.x(), p.y());
      sheet += value >= 0;
      bright += std::max(value, 0.0);
    }
    // A line crosses about 200 of the 40000 cells of samples, each of which is wrong by at most a
    // half, with random sign. A line along the grid of samples is wrong by half a row, or 1 / 400.
    // There can be two lines.
    EXPECT_NEAR(mean.sheet, sheet / (kSamples * kSamples), 0.005) << "trial " << trial;
    EXPECT_NEAR(mean.bright, bright / (kSamples * kSamples), 0.005) << "trial " << trial;
  }
}

TEST(ChessboardPattern, MeanOfAHugeAreaIsTheWholeBoard) {
  const double far = 10;
  const ChessboardMean mean =
      chessboard_mean(kBoard, {Eigen::Vector2d{-far, -far}, {far, -far}, {far, far}, {-far, far}});
  const double cell = kBoard.square_m * kBoard.square_m / (4 * far * far);
  // 14 x 11 cells with the quiet zone; half of the 12 x 9 squares are dark.
  EXPECT_NEAR(mean.sheet, 154 * cell, 1e-12);
  EXPECT_NEAR(mean.bright, 100 * cell, 1e-12);
}

TEST(ChessboardPattern, MeanOfNoAreaIsThePoint) {
  const Eigen::Vector2d p(0.5 * kBoard.square_m, 0.5 * kBoard.square_m);
  const ChessboardMean mean = chessboard_mean(kBoard, {p, p, p, p});
  EXPECT_EQ(mean.sheet, 1);
  EXPECT_EQ(mean.bright, 0);
}

}  // namespace
}  // namespace calib
