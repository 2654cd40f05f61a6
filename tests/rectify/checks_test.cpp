#include "rectify/checks.hpp"

#include <gmock/gmock.h>

#include "base/errors.hpp"

namespace calib {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

RectifiedSet good() {
  RectifiedSet set;
  set.image_size = {640, 480};
  for (const char* name : {"a", "b"}) {
    RectifiedCamera camera;
    camera.name = name;
    camera.valid = {0, 0, 640, 480};
    camera.scale = 1;
    set.cameras.push_back(camera);
  }
  RectifiedPair pair;
  pair.first = "a";
  pair.second = "b";
  pair.errors = AlignmentErrors{100, 0.1, 0.2, 0.3};
  set.pairs.push_back(pair);
  return set;
}

template <class Matcher>
void expect_refused(const RectifiedSet& set, const Matcher& message) {
  EXPECT_THAT([&] { check_rectification(set, {}); }, ThrowsMessage<UndeterminedError>(message));
}

TEST(CheckRectification, LetsGoodOnesPass) { EXPECT_NO_THROW(check_rectification(good(), {})); }

TEST(CheckRectification, RefusesBlackPictures) {
  RectifiedSet set = good();
  set.cameras[1].valid = {0, 0, 100, 100};
  expect_refused(set, AllOf(HasSubstr("a,b not written"),
                            HasSubstr("only 3.3 % of b's rectified image would be valid")));
}

TEST(CheckRectification, RefusesZoomedPictures) {
  RectifiedSet set = good();
  set.cameras[0].scale = 7;
  expect_refused(set, HasSubstr("a's picture would be scaled by 7.00 in its middle"));
  set.cameras[0].scale = 0.1;
  expect_refused(set, HasSubstr("scaled by 0.10"));
}

TEST(CheckRectification, RefusesACalibrationThatDoesNotFit) {
  RectifiedSet set = good();
  set.pairs[0].errors->mean_px = 12;
  set.pairs[0].vertical = true;
  expect_refused(set, HasSubstr("corners of a and b are 12.00 px apart across their columns"));
  CheckLimits limits;
  limits.most_mean_error_px = 20;
  EXPECT_NO_THROW(check_rectification(set, limits));
}

TEST(CheckRectification, RefusesACommonFrameThatDepartsTooMuch) {
  RectifiedSet set = good();
  set.pairs[0].departure_px = 1.5;
  set.distance_m = 0.8;
  expect_refused(set, HasSubstr("the rows of a and b would be 1.50 px apart at 0.80 m, "
                                "expected at most 1 px"));
}

}  // namespace
}  // namespace calib
