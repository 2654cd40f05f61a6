#include "synth/pixel_rays.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "camera/model_list.hpp"
#include "synth/random.hpp"

namespace calib {
namespace {

// Every model with every example that its header lists.
TEST(PixelRays, ProjectBackToTheirPixels) {
  for_each_type(ModelList{}, []<class Model>() {
    for (const std::vector<double>& distortion : Model::examples()) {
      Intrinsics lens =
          make_intrinsics(std::string(Model::name), {640, 361}, 480, 481, 321.3, 178.4);
      std::copy(distortion.begin(), distortion.end(), lens.parameters.begin() + kLinearCount);
      const Projector projector(lens);
      const cv::Mat rays = pixel_rays(projector);
      double worst = 0;
      Random random(1);
      for (int i = 0; i < 20000; ++i) {
        const int x = random.below(rays.cols), y = random.below(rays.rows);
        const cv::Vec3d ray = rays.at<cv::Vec3d>(y, x);
        const auto pixel = projector.project({ray[0], ray[1], ray[2]});
        ASSERT_TRUE(pixel) << Model::name << " " << x << " " << y;
        worst = std::max(worst, std::hypot(pixel->x() - x, pixel->y() - y));
      }
      // The accuracy that pixel_rays.hpp states.
      EXPECT_LT(worst, 2e-5) << Model::name;
    }
  });
}

// Strong barrel distortion folds inside this image, and beyond the fold there is no ray. No ray
// near the fold may be interpolated from nodes that do not exist.
TEST(PixelRays, AreMissingWhereTheLensSeesNothing) {
  Intrinsics lens = make_intrinsics("opencv4", {200, 200}, 60, 60, 99.5, 99.5);
  lens.parameters[4] = -0.1;
  const Projector projector(lens);
  const cv::Mat rays = pixel_rays(projector);
  int missing = 0;
  for (int y = 0; y < rays.rows; ++y) {
    for (int x = 0; x < rays.cols; ++x) {
      const cv::Vec3d ray = rays.at<cv::Vec3d>(y, x);
      ASSERT_EQ(std::isnan(ray[0]), !projector.unproject({x, y})) << x << " " << y;
      missing += std::isnan(ray[0]);
    }
  }
  EXPECT_GT(missing, 1000);
  EXPECT_LT(missing, 30000);
}

}  // namespace
}  // namespace calib
