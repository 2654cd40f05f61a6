#include "camera/rescale_lens.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "camera/model_list.hpp"
#include "support/error_text.hpp"

namespace calib {
namespace {

constexpr ImageSize kSize{1281, 719};

PictureChange resized(PictureChange change, ImageSize size) {
  change.resized = size;
  change.scale_x = static_cast<double>(size.width) / change.cut.width;
  change.scale_y = static_cast<double>(size.height) / change.cut.height;
  return change;
}

// Every combination of a part, a size, a turn and a mirror.
std::vector<PictureChange> all_changes() {
  std::vector<PictureChange> changes;
  const PictureChange whole = PictureChange::none(kSize);
  PictureChange part = whole, wider = whole;
  part.x = 100;
  part.y = 57;
  part.cut = part.resized = {800, 601};
  wider.x = -20;
  wider.y = -10;
  wider.cut = wider.resized = {1400, 800};
  for (const PictureChange& start : {whole, part, wider}) {
    for (const PictureChange& scaled :
         {start, resized(start, {640, 359}), resized(start, {1920, 720})}) {
      for (int turns = 0; turns < 4; ++turns) {
        for (const bool mirrored : {false, true}) {
          PictureChange change = scaled;
          change.quarter_turns = turns;
          change.mirrored = mirrored;
          changes.push_back(change);
        }
      }
    }
  }
  return changes;
}

std::string text(const PictureChange& change) {
  return "cut " + std::to_string(change.x) + " resized to " + to_text(change.resized) + " turns " +
         std::to_string(change.quarter_turns) + (change.mirrored ? " mirrored" : "");
}

void expect_same_projection(const Intrinsics& lens, const PictureChange& change) {
  SCOPED_TRACE(lens.model + ": " + text(change));
  const RescaledLens found = rescale_lens(lens, {}, change);
  EXPECT_EQ(found.intrinsics.image_size, change.new_size());
  const Projector before(lens), after(found.intrinsics);
  int points = 0;
  for (double x = -1; x <= 1; x += 0.125) {
    for (double y = -0.6; y <= 0.6; y += 0.1) {
      const Eigen::Vector3d point(x, y, 1.5);
      const auto old_pixel = before.project(point);
      const auto pixel = after.project(found.R_new_old * point);
      ASSERT_EQ(old_pixel.has_value(), pixel.has_value()) << point.transpose();
      if (!pixel) continue;
      // Rounding of some thousand pixels.
      ASSERT_LT((*pixel - new_pixel(change, *old_pixel)).norm(), 1e-9) << point.transpose();
      ++points;
    }
  }
  EXPECT_GT(points, 100);
}

TEST(RescaleLens, ProjectsWhereThePixelsGo) {
  for_each_type(ModelList{}, [&]<class Model>() {
    for (const auto& distortion : Model::examples()) {
      Intrinsics lens{std::string(Model::name), kSize, {850, 840, 655.5, 348.25}};
      lens.parameters.insert(lens.parameters.end(), distortion.begin(), distortion.end());
      for (const PictureChange& change : all_changes()) {
        if (lens.model == "splined" && change.quarter_turns % 2 == 1) continue;
        expect_same_projection(lens, change);
      }
    }
  });
}

TEST(RescaleLens, HalfAPictureHasItsCentersHalfAPixelOff) {
  const Intrinsics lens = make_intrinsics("pinhole", {1280, 720}, 800, 802, 639.5, 359.5);
  const RescaledLens half =
      rescale_lens(lens, {2, 3, 4, 5}, resized(PictureChange::none({1280, 720}), {640, 360}));
  EXPECT_EQ(half.intrinsics.parameters, (std::vector<double>{400, 401, 319.5, 179.5}));
  EXPECT_EQ(half.std, (std::vector<double>{1, 1.5, 2, 2.5}));
  EXPECT_EQ(half.R_new_old, Eigen::Matrix3d::Identity());
}

TEST(RescaleLens, StandardDeviationsTurnWithTheirParameters) {
  Intrinsics lens = make_intrinsics("opencv14", {1280, 720}, 800, 802, 640, 360);
  std::vector<double> std(lens.parameters.size());
  for (std::size_t i = 0; i < std.size(); ++i) std[i] = static_cast<double>(i + 1);
  PictureChange change = PictureChange::none({1280, 720});
  change.quarter_turns = 1;
  // fx fy cx cy, k1 k2, p1 p2, k3 to k6, s1 to s4, tau_x tau_y.
  EXPECT_EQ(rescale_lens(lens, std, change).std,
            (std::vector<double>{2, 1, 4, 3, 5, 6, 8, 7, 9, 10, 11, 12, 15, 16, 13, 14, 18, 17}));
}

TEST(RescaleLens, ASplinedLensCannotBeTurnedByAQuarter) {
  Intrinsics lens = make_intrinsics("splined", {1280, 720}, 800, 802, 640, 360);
  lens.parameters[kLinearCount] = lens.parameters[kLinearCount + 1] = 3;
  PictureChange change = PictureChange::none({1280, 720});
  change.quarter_turns = 3;
  EXPECT_EQ(testing::error_text([&] { rescale_lens(lens, {}, change); }),
            "a splined lens cannot be turned by 90 degrees, because its grid is wider than high: "
            "turn the pictures by 180 degrees, or solve the lens with another --model");
}

}  // namespace
}  // namespace calib
