#include "camera/intrinsics.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "camera/model_list.hpp"
#include "support/error_text.hpp"

namespace calib {
namespace {

using ::testing::ElementsAre;
using testing::error_text;
using ::testing::StartsWith;

TEST(Models, HaveTheirDocumentedNames) {
  const std::vector<std::string> names = model_names();
  for (const char* name : {"pinhole", "opencv4", "opencv5", "opencv8", "opencv12", "opencv14",
                           "fisheye", "eucm", "double_sphere", "omni"})
    EXPECT_THAT(names, ::testing::Contains(name));
  EXPECT_EQ(names.size(), ModelList::size);
}

TEST(Models, ParameterNamesFollowOpencvsOrder) {
  EXPECT_THAT(parameter_names("pinhole"), ElementsAre("fx", "fy", "cx", "cy"));
  EXPECT_THAT(parameter_names("opencv5"),
              ElementsAre("fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2", "k3"));
  EXPECT_THAT(parameter_names("opencv12"),
              ElementsAre("fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6",
                          "s1", "s2", "s3", "s4"));
  EXPECT_THAT(parameter_names("opencv14"),
              ElementsAre("fx", "fy", "cx", "cy", "k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6",
                          "s1", "s2", "s3", "s4", "tau_x", "tau_y"));
  EXPECT_THAT(parameter_names("eucm"), ElementsAre("fx", "fy", "cx", "cy", "alpha", "beta"));
  EXPECT_THAT(parameter_names("double_sphere"), ElementsAre("fx", "fy", "cx", "cy", "xi", "alpha"));
  EXPECT_THAT(parameter_names("omni"),
              ElementsAre("fx", "fy", "cx", "cy", "xi", "k1", "k2", "p1", "p2"));
  EXPECT_THAT(parameter_names("fisheye"),
              ElementsAre("fx", "fy", "cx", "cy", "k1", "k2", "k3", "k4"));
}

TEST(Models, AnUnknownNameIsRefusedWithASuggestion) {
  const std::string all = [] {
    std::string text;
    for (const std::string& name : model_names()) text += (text.empty() ? "" : ", ") + name;
    return text;
  }();
  EXPECT_EQ(
      error_text([] { require_model("opencv6x"); }),
      "unknown camera model 'opencv6x', expected one of " + all + " (did you mean 'opencv4'?)");
  EXPECT_EQ(error_text([] { parameter_names("radial-tangential"); }),
            "unknown camera model 'radial-tangential', expected one of " + all);
  EXPECT_THAT(error_text([] {
                Projector(Intrinsics{"fish_eye", {10, 10}, {1, 1, 0, 0}});
              }),
              StartsWith("unknown camera model 'fish_eye'"));
  require_model("fisheye");
}

TEST(MakeIntrinsics, StartsWithoutDistortion) {
  const Intrinsics intrinsics = make_intrinsics("opencv5", {640, 480}, 500, 501, 320, 240);
  EXPECT_EQ(intrinsics.model, "opencv5");
  EXPECT_EQ(intrinsics.image_size, (ImageSize{640, 480}));
  EXPECT_THAT(intrinsics.parameters, ElementsAre(500, 501, 320, 240, 0, 0, 0, 0, 0));
  check_intrinsics(intrinsics);
}

TEST(CheckIntrinsics, ReportsTheProblem) {
  const Intrinsics good = make_intrinsics("opencv4", {640, 480}, 500, 500, 320, 240);
  const auto message_with = [&](auto change) {
    Intrinsics broken = good;
    change(broken);
    return error_text([&] { check_intrinsics(broken); });
  };
  EXPECT_EQ(message_with([](Intrinsics& i) { i.parameters.pop_back(); }),
            "model opencv4 has 8 parameters, found 7");
  EXPECT_EQ(message_with([](Intrinsics& i) { i.parameters.push_back(0); }),
            "model opencv4 has 8 parameters, found 9");
  EXPECT_EQ(message_with([](Intrinsics& i) { i.parameters[5] = NAN; }),
            "a camera parameter is not a finite number");
  EXPECT_EQ(message_with([](Intrinsics& i) { i.parameters[1] = -500; }),
            "fx and fy must be positive");
  EXPECT_EQ(message_with([](Intrinsics& i) { i.image_size.height = 0; }),
            "the image size must be positive");
}

TEST(ImageSize, IsWrittenAsWidthByHeight) { EXPECT_EQ(to_text(ImageSize{1280, 720}), "1280x720"); }

}  // namespace
}  // namespace calib
