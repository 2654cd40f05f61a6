// Commands for a rig that changed after it was calibrated, or whose pictures did.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "app/command_line.hpp"
#include "base/files.hpp"
#include "io/artifacts.hpp"
#include "solve/select_cameras.hpp"
#include "support/synthetic_world.hpp"
#include "support/temporary_folder.hpp"

namespace calib::testing {
namespace {

using ::testing::HasSubstr;

class Changes : public ::testing::Test {
 protected:
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  void write(const std::string& name, const auto& artifact) const {
    write_file(path(name), to_yaml(artifact));
  }
  // The lines of a camera in a calibration.
  std::string lines_of(const std::string& file, const std::string& camera) const {
    const std::string text = read_file(path(file));
    const std::size_t begin = text.find("\n  " + camera + ":\n");
    std::size_t end = text.find('\n', begin + 1);
    while (text.compare(end + 1, 3, "   ") == 0) end = text.find('\n', end + 1);
    return text.substr(begin, end - begin);
  }

  // Ten frames of the rig after one camera was turned.
  Observations filmed(std::size_t camera, double degrees) const {
    SynthOptions options = small_rig(4, 10);
    options.seed = 3;
    Calibration later = world_.truth;
    later.frames = make_synthetic_rig(options, world_.board).frames;
    Pose& pose = *later.cameras[camera].T_cam_rig;
    pose = Pose{exp_so3({0, degrees / kDegrees, 0}), {0, 0, 0}} * pose;
    return add_noise(true_observations(later, 4), 0.1, 2);
  }

  TemporaryFolder folder_;
  World world_ = make_world(small_rig(4), kBoard, 0);
};

TEST_F(Changes, CheckNamesTheCameraThatMovedAndRepairsIt) {
  write("old.yaml", as_written(world_.truth));
  write("same.yaml", filmed(0, 0));
  write("moved.yaml", filmed(2, 0.1));
  EXPECT_THAT(ok({"check", path("old.yaml"), path("same.yaml")}).out, HasSubstr("holds in 10"));

  const Outcome moved = calib_command({"check", path("old.yaml"), path("moved.yaml"), "--json",
                                       "--repair", "-o", path("new.yaml")});
  EXPECT_EQ(moved.code, 1);
  EXPECT_THAT(moved.err, HasSubstr("cam2 has moved: turned by 0.1"));
  const auto json = nlohmann::json::parse(moved.out);
  EXPECT_FALSE(json["holds"]);
  EXPECT_TRUE(json["cameras"]["cam2"]["moved"]);
  EXPECT_FALSE(json["cameras"]["cam1"]["moved"]);
  for (const char* camera : {"cam0", "cam1", "cam3"})
    EXPECT_EQ(lines_of("new.yaml", camera), lines_of("old.yaml", camera));
  EXPECT_NE(lines_of("new.yaml", "cam2"), lines_of("old.yaml", "cam2"));
  ok({"check", path("new.yaml"), path("moved.yaml")});

  expect_refused({"check", path("old.yaml")}, 2, {"found 1 files, expected two"});
  expect_refused({"check", path("old.yaml"), path("same.yaml"), "--repair"}, 2,
                 {"--repair: give the path"});
}

TEST_F(Changes, HeldCamerasAreTheSameLinesAndNewOnesAreAdded) {
  Calibration old = world_.truth;
  old.cameras.pop_back();
  write("old.yaml", as_written(old));
  write("observations.yaml", filmed(0, 0));
  ok({"extrinsics", path("observations.yaml"), "--calibration", path("old.yaml"), "--hold",
      "cam0,cam1", "-o", path("new.yaml")});
  for (const char* camera : {"cam0", "cam1"})
    EXPECT_EQ(lines_of("new.yaml", camera), lines_of("old.yaml", camera));
  const Calibration found = read_calibration(path("new.yaml"));
  ASSERT_EQ(found.cameras.size(), 4u);
  const Pose change = *found.cameras[3].T_cam_rig * world_.truth.cameras[3].T_cam_rig->inverse();
  // Ten views with a tenth of a pixel determine a new lens and its pose to some hundredths.
  EXPECT_LT(kDegrees * log_so3(change.rotation).norm(), 0.2);
}

TEST_F(Changes, SeveralRecordingsAreSolvedTogether) {
  const Observations all = add_noise(true_observations(world_.truth, 4), 0.1, 1);
  write("lens.yaml", select_cameras(all, {"cam1"}));
  write("rig.yaml", filmed(0, 0));
  ok({"extrinsics", path("rig.yaml"), path("lens.yaml"), "-o", path("both.yaml")});
  const Calibration found = read_calibration(path("both.yaml"));
  EXPECT_GT(found.cameras[1].views, found.cameras[0].views);
}

TEST_F(Changes, RescaleMeetsTheSizeThatOthersAskFor) {
  write("old.yaml", as_written(world_.truth));
  Observations small = true_observations(world_.truth, 4);
  for (ObservedCamera& camera : small.cameras)
    camera.image_size = {camera.image_size.width / 2, camera.image_size.height / 2};
  for (View& view : small.views) {
    for (Corner& corner : view.corners) {
      corner.x = (corner.x + 0.5) / 2 - 0.5;
      corner.y = (corner.y + 0.5) / 2 - 0.5;
    }
  }
  write("small.yaml", small);
  expect_refused({"evaluate", path("old.yaml"), path("small.yaml")}, 2,
                 {"calib rescale calibration.yaml --camera cam0 --size"});
  ok({"rescale", path("old.yaml"), "--factor", "0.5", "-o", path("half.yaml")});
  const Outcome judged = ok({"evaluate", path("half.yaml"), path("small.yaml"), "--json"});
  EXPECT_LT(nlohmann::json::parse(judged.out)["cameras"]["cam0"]["reprojection_rms_px"], 1e-3);
  expect_refused({"rescale", path("old.yaml"), "-o", path("x.yaml")}, 2, {"nothing to do"});
  expect_refused({"rescale", path("old.yaml"), "--bin", "2", "--factor", "0.5", "-o", path("x")}, 2,
                 {"three ways to say the same"});
  expect_refused({"rescale", path("old.yaml"), "--crop", "1,2,3", "-o", path("x.yaml")}, 2,
                 {"crop: found '1,2,3', expected x,y,width,height"});
  expect_refused({"rescale", path("old.yaml"), "--camera", "cam9", "--turn", "90", "-o", path("x")},
                 2, {"there is no camera 'cam9'"});
}

TEST_F(Changes, ImportAsksForTheUnitOfLengths) {
  write("old.yaml", as_written(world_.truth));
  ok({"export", path("old.yaml"), "--format", "aniposelib", "--length-unit", "um", "-o",
      path("rig.toml")});
  const Outcome asked = ok({"import", path("rig.toml"), "-o", path("a.yaml"), "--json"});
  EXPECT_THAT(asked.err, HasSubstr("--length-unit"));
  const auto json = nlohmann::json::parse(asked.out);
  EXPECT_EQ(json["findings"][0]["code"], "length_unit_unlikely");
  const Outcome said =
      ok({"import", path("rig.toml"), "--length-unit", "um", "-o", path("b.yaml"), "--json"});
  EXPECT_EQ(said.err, "");
  EXPECT_TRUE(nlohmann::json::parse(said.out)["findings"].empty());
}

}  // namespace
}  // namespace calib::testing
