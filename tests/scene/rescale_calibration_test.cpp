#include "scene/rescale_calibration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/error_text.hpp"

namespace calib {
namespace {

using testing::error_text;
using ::testing::HasSubstr;

Calibration rig() {
  Calibration calibration;
  calibration.reference_camera = "a";
  for (const std::string name : {"a", "b"}) {
    Camera camera{.name = name, .image_size = {1280, 720}};
    camera.intrinsics = make_intrinsics("opencv5", camera.image_size, 800, 810, 650, 350);
    camera.intrinsics->parameters[4] = -0.2;
    camera.intrinsics->parameters[6] = 1e-3;
    camera.T_cam_rig = name == "a" ? Pose{} : Pose{exp_so3({0.1, -0.3, 0.05}), {-0.2, 0.01, 0.03}};
    camera.reprojection_rms_px = 0.2;
    camera.std.rotation_rad = Eigen::Vector3d(1, 2, 3);
    calibration.cameras.push_back(camera);
  }
  calibration.board = {&kChessboard, 8, 5, 0.04};
  calibration.frames[3] = Pose{exp_so3({0.1, 0.2, 0.3}), {0.1, -0.05, 1.5}};
  calibration.verdict = Verdict::kGood;
  return calibration;
}

PictureChange turned(int quarter_turns) {
  PictureChange change = PictureChange::none({1280, 720});
  change.quarter_turns = quarter_turns;
  return change;
}

Eigen::Vector2d project(const Calibration& calibration, const std::string& name,
                        const Eigen::Vector3d& on_board) {
  const Camera& camera = *find_camera(calibration, name);
  return *Projector(*camera.intrinsics)
              .project(*camera.T_cam_rig * (calibration.frames.at(3) * on_board));
}

// Turns the reference camera, the other one, or both: every corner goes where its pixel goes.
TEST(RescaleCalibration, TheRigSeesTheBoardWhereThePixelsGo) {
  const Calibration old = rig();
  for (int turn = 0; turn < 4; ++turn) {
    for (const std::vector<std::string>& names :
         {std::vector<std::string>{"a"}, {"b"}, {"a", "b"}}) {
      Calibration found = old;
      PictureChanges changes;
      for (const std::string& name : names) changes.emplace(name, turned(turn));
      rescale_calibration(changes, found);
      EXPECT_EQ(*find_camera(found, "a")->T_cam_rig, Pose{});
      EXPECT_FALSE(found.verdict);
      for (const Camera& camera : old.cameras) {
        const Eigen::Vector3d corner(0.1, 0.2, 0);
        Eigen::Vector2d expected = project(old, camera.name, corner);
        if (changes.contains(camera.name)) expected = new_pixel(changes.at(camera.name), expected);
        // Rounding of about a thousand pixels.
        EXPECT_LT((project(found, camera.name, corner) - expected).norm(), 1e-9)
            << camera.name << " turned by " << turn;
      }
    }
  }
}

TEST(RescaleCalibration, CamerasThatAreNotNamedStayAsTheyWere) {
  Calibration found = rig();
  rescale_calibration({{"b", turned(1)}}, found);
  EXPECT_EQ(found.cameras[0].intrinsics->parameters, rig().cameras[0].intrinsics->parameters);
  EXPECT_EQ(found.cameras[0].image_size, (ImageSize{1280, 720}));
  EXPECT_EQ(found.cameras[1].image_size, (ImageSize{720, 1280}));
  EXPECT_EQ(*found.cameras[1].std.rotation_rad, Eigen::Vector3d(2, 1, 3));
}

// In the mirrored world, a point has the opposite x in the frame of the rig.
TEST(RescaleCalibration, AMirroredRigSeesTheMirroredWorld) {
  const Calibration old = rig();
  Calibration found = old;
  PictureChange change = turned(0);
  change.mirrored = true;
  rescale_calibration({{"a", change}, {"b", change}}, found);
  EXPECT_TRUE(found.frames.empty());
  const Eigen::Vector3d p(0.2, -0.1, 1.4), mirrored(-0.2, -0.1, 1.4);
  for (std::size_t i = 0; i < 2; ++i) {
    const Eigen::Vector2d before =
        *Projector(*old.cameras[i].intrinsics).project(*old.cameras[i].T_cam_rig * p);
    const Eigen::Vector2d after =
        *Projector(*found.cameras[i].intrinsics).project(*found.cameras[i].T_cam_rig * mirrored);
    EXPECT_LT((after - new_pixel(change, before)).norm(), 1e-9);  // rounding
  }
  Calibration half = old;
  EXPECT_THAT(error_text([&] {
                rescale_calibration({{"b", change}}, half);
              }),
              HasSubstr("b: its pictures are mirrored and those of a are not"));
}

// The time of each row stays the same.
TEST(RescaleCalibration, RowsKeepTheirTimes) {
  Calibration old = rig();
  old.cameras[0].time = CameraTime{.line_delay_s = 1e-5};
  old.cameras[1].time = CameraTime{.offset_s = 0.01, .line_delay_s = 2e-5};
  for (const int turn : {0, 2}) {
    PictureChange change = turned(turn);
    change.resized = {640, 360};
    change.scale_x = change.scale_y = 0.5;
    Calibration found = old;
    rescale_calibration({{"a", change}, {"b", change}}, found);
    const auto time = [](const Camera& camera, double y) {
      return camera.time->offset_s + camera.time->line_delay_s * y;
    };
    const double y = 100, new_y = new_pixel(change, {0, y}).y();
    EXPECT_EQ(found.cameras[0].time->offset_s, 0);
    EXPECT_NEAR(time(found.cameras[1], new_y) - time(found.cameras[0], new_y),
                time(old.cameras[1], y) - time(old.cameras[0], y), 1e-15);
  }
  EXPECT_THAT(error_text([&] {
                rescale_calibration({{"b", turned(1)}}, old);
              }),
              HasSubstr("b: its rows are exposed one after the other"));
}

TEST(RescaleCalibration, APartIsACropOfTheSource) {
  Calibration found = rig();
  found.cameras[1].crop = CropInfo{2560, 1440, 1280, 720, 1280, 720};
  PictureChange change = turned(0);
  change.x = 100;
  change.y = 20;
  change.cut = change.resized = {800, 600};
  rescale_calibration({{"a", change}, {"b", change}}, found);
  EXPECT_EQ(found.cameras[0].crop, (CropInfo{1280, 720, 100, 20, 800, 600}));
  EXPECT_EQ(found.cameras[1].crop, (CropInfo{2560, 1440, 1380, 740, 800, 600}));
}

TEST(RescaleCalibration, AWiderPartOfTheSourceIsItsCropToo) {
  Calibration found = rig();
  found.cameras[1].crop = CropInfo{2560, 1440, 1280, 720, 1280, 720};
  PictureChange whole = turned(0);
  whole.x = -1280;
  whole.y = -720;
  whole.cut = whole.resized = {2560, 1440};
  rescale_calibration({{"b", whole}}, found);
  EXPECT_EQ(found.cameras[1].crop, std::nullopt);
  EXPECT_EQ(found.cameras[1].intrinsics->parameters[2], 650 + 1280);
}

TEST(RescaleAdvice, ThePlaceOfAKnownPartIsExact) {
  Camera camera = rig().cameras[0];
  const ObservedCamera tile{"a", {640, 360}, CropInfo{1280, 720, 640, 360, 640, 360}};
  EXPECT_THAT(crop_advice(camera, tile).value(), HasSubstr("--camera a --crop 640,360,640,360 "));
  camera.crop = CropInfo{2560, 1440, 0, 0, 1280, 720};
  EXPECT_EQ(crop_advice(camera, tile), std::nullopt);
  const ObservedCamera other{"a", {1280, 720}, CropInfo{2560, 1440, 1280, 0, 1280, 720}};
  EXPECT_THAT(crop_advice(camera, other).value(), HasSubstr("--crop 1280,0,1280,720 "));
}

TEST(RescaleAdvice, IsTheCommandThatBringsTheSize) {
  const auto command = [](ImageSize calibrated, ImageSize found) {
    const std::string text = rescale_advice("cam0", calibrated, found);
    const std::size_t begin = text.find('`') + 1;
    return text.substr(begin, text.find('`', begin) - begin);
  };
  const std::string start = "calib rescale calibration.yaml --camera cam0",
                    end = " -o rescaled.yaml";
  EXPECT_EQ(command({1280, 720}, {960, 540}), start + " --size 960x540" + end);
  EXPECT_EQ(command({1280, 720}, {720, 1280}), start + " --size 720x1280 --turn 90" + end);
  EXPECT_EQ(command({1280, 960}, {1280, 720}), start + " --crop 0,120,1280,720" + end);
  EXPECT_EQ(command({1280, 960}, {640, 360}),
            start + " --crop 0,120,1280,720 --size 640x360" + end);
  EXPECT_EQ(command({1920, 1080}, {1441, 1080}), start + " --crop 239,0,1441,1080" + end);
}

}  // namespace
}  // namespace calib
