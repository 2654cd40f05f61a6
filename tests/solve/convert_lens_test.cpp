#include "solve/convert_lens.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/errors.hpp"

namespace calib {
namespace {

constexpr ImageSize kSize{640, 480};

// A fisheye lens with a field of view of about 120 degrees.
Intrinsics wide_lens() {
  Intrinsics lens = make_intrinsics("fisheye", kSize, 290, 291, 322, 238);
  lens.parameters[4] = -0.01;
  lens.parameters[5] = 0.003;
  return lens;
}

// The largest error of a converted lens over pixels that are not in the grid of the fit.
double largest_error_px(const Intrinsics& from, const Intrinsics& to, double most_angle) {
  const Projector before(from), after(to);
  double largest = 0;
  for (double y = 3; y < kSize.height; y += 13) {
    for (double x = 3; x < kSize.width; x += 13) {
      const auto ray = before.unproject({x, y});
      if (!ray || std::acos(ray->z()) > most_angle) continue;
      const auto pixel = after.project(*ray);
      if (!pixel) return INFINITY;
      largest = std::max(largest, (*pixel - Eigen::Vector2d(x, y)).norm());
    }
  }
  return largest;
}

TEST(ConvertLens, ALargerModelOfTheFamilyIsTheSameLens) {
  Intrinsics lens = make_intrinsics("opencv4", kSize, 500, 505, 310, 236);
  lens.parameters[4] = -0.2;
  lens.parameters[5] = 0.05;
  for (const char* model : {"opencv5", "opencv8", "opencv14"}) {
    const ConvertedLens converted = convert_lens(lens, model);
    EXPECT_LT(converted.max_px, 1e-9) << model;  // the precision of unproject()
    EXPECT_EQ(converted.covered, 1) << model;
  }
}

TEST(ConvertLens, WideModelsFollowEachOther) {
  for (const char* model : {"eucm", "double_sphere", "omni", "splined"}) {
    const ConvertedLens converted = convert_lens(wide_lens(), model);
    EXPECT_EQ(converted.intrinsics.model, model);
    EXPECT_EQ(converted.covered, 1) << model;
    EXPECT_LT(converted.max_px, 1) << model;
    EXPECT_LE(converted.rms_px, converted.max_px) << model;
    // The errors vary slowly, so that between the pixels of the grid they are only slightly larger.
    EXPECT_LT(largest_error_px(wide_lens(), converted.intrinsics, std::numbers::pi),
              1.2 * converted.max_px + 0.01)
        << model;
  }
}

TEST(ConvertLens, ANarrowModelTellsWhatItCovers) {
  const ConvertedLens converted = convert_lens(wide_lens(), "opencv4");
  EXPECT_LT(converted.covered, 1);
  EXPECT_GT(converted.covered, 0.3);
  EXPECT_LT(converted.max_px, 1);
  // At least the narrowest cone, 0.3 of the outermost angle, is covered.
  EXPECT_LT(largest_error_px(wide_lens(), converted.intrinsics, 0.3),
            1.2 * converted.max_px + 0.01);
}

TEST(ConvertLens, ASplinedLensBecomesAParametricOne) {
  const Intrinsics splined = convert_lens(wide_lens(), "splined").intrinsics;
  const ConvertedLens back = convert_lens(splined, "fisheye");
  EXPECT_EQ(back.covered, 1);
  EXPECT_LT(back.max_px, 0.5);
  EXPECT_NEAR(back.intrinsics.parameters[0], 290, 1);
}

TEST(ConvertLens, UnknownModelsAreRefused) {
  EXPECT_THROW(convert_lens(wide_lens(), "fisheyes"), Error);
}

}  // namespace
}  // namespace calib
