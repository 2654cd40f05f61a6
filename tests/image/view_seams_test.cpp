#include "image/view_seams.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "image/decode.hpp"
#include "image_files.hpp"

namespace calib {
namespace {

constexpr int kPictures = 5;

// A scene of smooth waves with some noise. Each seed gives another one.
cv::Mat scene(int width, int height, std::uint64_t seed) {
  cv::RNG random(seed);
  struct Wave {
    double x, y, phase;
  };
  std::vector<Wave> waves;
  for (int i = 0; i < 12; ++i) {
    waves.push_back(
        {random.uniform(-0.15, 0.15), random.uniform(-0.15, 0.15), random.uniform(0.0, 6.28)});
  }
  cv::Mat image(height, width, CV_8U);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      double gray = 128 + random.gaussian(2);
      for (const Wave& wave : waves) gray += 10 * std::sin(wave.x * x + wave.y * y + wave.phase);
      image.at<std::uint8_t>(y, x) = cv::saturate_cast<std::uint8_t>(gray);
    }
  }
  return image;
}

// Composites of rows x columns scenes that share no content.
cv::Mat composite(int rows, int columns, std::uint64_t seed) {
  constexpr int kWidth = 240, kHeight = 200;
  cv::Mat whole(rows * kHeight, columns * kWidth, CV_8U);
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      scene(kWidth, kHeight, 100 * seed + static_cast<std::uint64_t>(10 * r + c))
          .copyTo(whole(cv::Rect(c * kWidth, r * kHeight, kWidth, kHeight)));
    }
  }
  return whole;
}

SeamVotes votes_of(const std::function<cv::Mat(std::uint64_t)>& picture, int count = kPictures) {
  SeamVotes votes;
  for (int i = 1; i <= count; ++i) votes.add(look_at_lines(picture(static_cast<std::uint64_t>(i))));
  return votes;
}

SeamVotes votes_of_composites(int rows, int columns) {
  return votes_of([=](std::uint64_t seed) { return composite(rows, columns, seed); });
}

cv::Mat one_view(std::uint64_t seed) { return scene(480, 400, seed); }

TEST(ViewSeams, TheGridOfCompositesIsSeen) {
  for (const ViewGrid grid : {ViewGrid{2, 2}, {1, 2}, {2, 1}, {1, 4}, {4, 1}, {2, 3}, {3, 2}}) {
    const SeamVotes votes = votes_of_composites(grid.rows, grid.columns);
    EXPECT_EQ(votes.seen(), grid) << to_text(grid) << ", found " << to_text(votes.seen());
    EXPECT_EQ(votes.instead_of(grid), std::nullopt) << to_text(grid);
  }
}

TEST(ViewSeams, AnyOtherGridIsContradicted) {
  const SeamVotes votes = votes_of_composites(2, 2);
  for (const ViewGrid grid :
       {ViewGrid{1, 1}, {4, 1}, {1, 4}, {2, 1}, {1, 2}, {4, 4}, {3, 2}, {2, 3}})
    EXPECT_EQ(votes.instead_of(grid), (ViewGrid{2, 2})) << to_text(grid);
}

TEST(ViewSeams, OneViewHasNoSeams) {
  const SeamVotes votes = votes_of(one_view);
  EXPECT_EQ(votes.seen(), ViewGrid{});
  EXPECT_EQ(votes.instead_of({1, 1}), std::nullopt);
  EXPECT_EQ(votes.instead_of({2, 2}), ViewGrid{});
}

TEST(ViewSeams, CompressionColorAndDepthMakeNoDifference) {
  const auto in_color = [](std::uint64_t seed) {
    cv::Mat color;
    cv::merge(std::vector<cv::Mat>(3, composite(2, 2, seed)), color);
    return color;
  };
  EXPECT_EQ(votes_of(in_color).seen(), (ViewGrid{2, 2}));
  const auto in_16_bits = [](std::uint64_t seed) {
    cv::Mat deep;
    composite(2, 2, seed).convertTo(deep, CV_16U, 256);
    return deep;
  };
  EXPECT_EQ(votes_of(in_16_bits).seen(), (ViewGrid{2, 2}));
  const auto as_jpeg = [](const cv::Mat& image) {
    const std::string bytes = testing::encode(".jpg", image, {cv::IMWRITE_JPEG_QUALITY, 50});
    return decode_image(std::string_view(bytes), PixelFormat::kGray8).pixels;
  };
  EXPECT_EQ(votes_of([&](std::uint64_t seed) { return as_jpeg(composite(2, 2, seed)); }).seen(),
            (ViewGrid{2, 2}));
  EXPECT_EQ(
      votes_of([&](std::uint64_t seed) { return as_jpeg(one_view(seed)); }).instead_of({1, 1}),
      std::nullopt);
}

// The halves of some sensors differ in gain and offset.
TEST(ViewSeams, ASensorOfTwoHalvesIsOneView) {
  const auto two_taps = [](std::uint64_t seed) {
    cv::Mat image = one_view(seed);
    cv::Mat half = image.colRange(0, image.cols / 2);
    half.convertTo(half, -1, 1.03, 4);
    return image;
  };
  EXPECT_EQ(votes_of(two_taps).instead_of({1, 1}), std::nullopt);
}

TEST(ViewSeams, AStraightEdgeOrACrosshairInTheMiddleIsNoSeam) {
  const auto edge = [](std::uint64_t seed) {
    cv::Mat image = one_view(seed);
    cv::Mat half = image.colRange(image.cols / 2, image.cols);
    half.convertTo(half, -1, 1, 40);
    return image;
  };
  EXPECT_EQ(votes_of(edge).instead_of({1, 1}), std::nullopt);
  const auto crosshair = [](std::uint64_t seed) {
    cv::Mat image = one_view(seed);
    image.col(image.cols / 2).setTo(255);
    image.row(image.rows / 2).setTo(255);
    return image;
  };
  EXPECT_EQ(votes_of(crosshair).instead_of({1, 1}), std::nullopt);
}

TEST(ViewSeams, DarkBlankAndNoisyPicturesSayNothing) {
  const auto blank = [](std::uint64_t) { return cv::Mat(400, 480, CV_8U, cv::Scalar(7)); };
  const auto noisy = [](std::uint64_t seed) { return testing::noise_image(480, 400, CV_8U, seed); };
  for (const ViewGrid grid : {ViewGrid{1, 1}, {2, 2}, {4, 1}}) {
    EXPECT_EQ(votes_of(blank).instead_of(grid), std::nullopt);
    EXPECT_EQ(votes_of(noisy).instead_of(grid), std::nullopt);
  }
  EXPECT_EQ(votes_of_composites(2, 2).instead_of({2, 2}), std::nullopt);
}

// A camera whose lens is covered leaves one view of the four dark.
TEST(ViewSeams, ADarkViewAmongOthersIsAccepted) {
  const auto covered = [](std::uint64_t seed) {
    cv::Mat image = composite(2, 2, seed);
    image(cv::Rect(0, 0, image.cols / 2, image.rows / 2)).setTo(3);
    return image;
  };
  EXPECT_EQ(votes_of(covered).instead_of({2, 2}), std::nullopt);
  EXPECT_EQ(votes_of(covered).instead_of({4, 1}), (ViewGrid{2, 2}));
}

TEST(ViewSeams, TwoPicturesAreTooFew) {
  EXPECT_EQ(
      votes_of([](std::uint64_t seed) { return composite(2, 2, seed); }, 2).instead_of({1, 1}),
      std::nullopt);
}

TEST(ViewSeams, ABoardAcrossTheLineProvesThatThePictureContinues) {
  SeamVotes votes;
  for (std::uint64_t seed = 1; seed <= kPictures; ++seed) {
    const cv::Mat image = composite(1, 2, seed);
    LineLooks looks = look_at_lines(image);
    std::vector<Corner> corners;
    for (int i = 0; i < 20; ++i) corners.push_back({i, 140 + 10.0 * i, 100.0});
    note_board(corners, {image.cols, image.rows}, looks);
    votes.add(looks);
  }
  EXPECT_EQ(votes.instead_of({1, 1}), std::nullopt);
}

}  // namespace
}  // namespace calib
