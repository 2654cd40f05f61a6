#include "io/export_list.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>

#include "io/artifacts.hpp"
#include "io/export_cases.hpp"
#include "io/import_list.hpp"
#include "io/yaml_reader.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace export_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using testing::error_text;
using ::testing::HasSubstr;

// The name of the import format that reads an export format, or "" if there is none.
std::string importer_of(const ExportFormat& format) {
  static const std::map<std::string, std::string> others = {{"opencv-json", "opencv"},
                                                            {"pose2sim", "aniposelib"},
                                                            {"caliscope", "aniposelib"},
                                                            {"freemocap", "aniposelib"}};
  const auto other = others.find(format.name);
  const std::string name = other == others.end() ? format.name : other->second;
  // The DLT has no distortion (ImportDlt).
  return format.name != "dlt" && find_named(import_formats(), name) ? name : "";
}

// Test suites for all formats of the list, or for those of one kind.
struct ExportTest : ::testing::TestWithParam<ExportFormat> {};
struct Export : ExportTest {};
struct ReadBackExport : ExportTest {};
struct GoldenExport : ExportTest {};

std::vector<ExportFormat> formats_where(bool (*holds)(const ExportFormat&)) {
  std::vector<ExportFormat> formats;
  std::copy_if(export_formats().begin(), export_formats().end(), std::back_inserter(formats),
               holds);
  return formats;
}

std::string test_name(const ::testing::TestParamInfo<ExportFormat>& test) {
  std::string name = test.param.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Export, ::testing::ValuesIn(export_formats()), test_name);
INSTANTIATE_TEST_SUITE_P(All, ReadBackExport, ::testing::ValuesIn(formats_where([](const auto& f) {
                           return !importer_of(f).empty();
                         })),
                         test_name);
// The JSON format contains the version of the program, and has its own test (ExportJson).
INSTANTIATE_TEST_SUITE_P(All, GoldenExport, ::testing::ValuesIn(formats_where([](const auto& f) {
                           return f.name != "json";
                         })),
                         test_name);

TEST_P(ReadBackExport, IsWhatWasWritten) {
  const ExportFormat& format = GetParam();
  for (const std::string& model : format.models) {
    for (const int count : {1, 2, 3}) {
      SCOPED_TRACE(model + ", cameras: " + std::to_string(count));
      const Calibration rig = testing::example_rig(model, count);
      const testing::TemporaryFolder folder;
      const auto paths = testing::write_export(export_calibration(rig, format), folder.path());
      const Calibration read =
          import_calibration(paths, {.units_per_meter = format.units_per_meter});
      ASSERT_EQ(read.cameras.size(), rig.cameras.size());
      // ROS only has poses of pairs.
      const bool has_poses = format.name == "ros" ? count == 2 : count > 1;
      // These number the cameras.
      const bool keeps_names = format.name != "caliscope" && format.name != "mc-calib";
      for (std::size_t i = 0; i < rig.cameras.size(); ++i) {
        if (keeps_names) {
          EXPECT_EQ(read.cameras[i].name, rig.cameras[i].name);
        }
        testing::expect_same_lens(*read.cameras[i].intrinsics, *rig.cameras[i].intrinsics);
        if (!has_poses) continue;
        ASSERT_TRUE(read.cameras[i].T_cam_rig);
        testing::expect_same_pose(*read.cameras[i].T_cam_rig, *rig.cameras[i].T_cam_rig);
      }
      if (has_poses) {
        EXPECT_EQ(read.reference_camera, read.cameras[0].name);
      }
    }
  }
}

// golden_export has two calibrations, and for each format the export of the first calibration that
// it can represent.
TEST_P(GoldenExport, IsTheGoldenText) {
  const ExportFormat& format = GetParam();
  const fs::path golden = fs::path(CALIB_SOURCE_DIR) / "tests/io/golden_export";
  const bool holds_opencv4 = nearest_model(format, "opencv4") == "opencv4";
  const Calibration rig =
      read_calibration(golden / (holds_opencv4 ? "opencv4.yaml" : "fisheye.yaml"));
  const auto files = export_calibration(rig, format);
  for (const ExportedFile& file : files)
    EXPECT_EQ(file.bytes, read_file(golden / format.name / file.name)) << file.name;
  const auto count = std::distance(fs::directory_iterator(golden / format.name), {});
  EXPECT_EQ(static_cast<std::size_t>(count), files.size());
}

TEST_P(Export, RefusesWhatItCannotHold) {
  const ExportFormat& format = GetParam();
  for (const std::string& model : model_names()) {
    const auto& held = format.models;
    if (std::find(held.begin(), held.end(), model) != held.end()) continue;
    const std::string nearest = nearest_model(format, model);
    EXPECT_THAT(error_text([&] { export_calibration(testing::example_rig(model, 2), format); }),
                AllOf(HasSubstr("left"), HasSubstr(model), HasSubstr(format.name),
                      HasSubstr("--convert-to " + nearest)));
  }
}

TEST_P(Export, HalfKnownRigsAreRefusedWhereTheFormatNeedsMore) {
  const ExportFormat& format = GetParam();
  Calibration rig = testing::example_rig(format.models[0], 2);
  rig.cameras[1].T_cam_rig.reset();
  if (format.needs == ExportNeeds::kPoses || format.needs == ExportNeeds::kWorld) {
    EXPECT_THAT(error_text([&] { export_calibration(rig, format); }),
                AllOf(HasSubstr("right: its pose is not known"), HasSubstr("calib extrinsics")));
  } else {
    EXPECT_FALSE(export_calibration(rig, format).empty());
  }
  rig.cameras[1].intrinsics.reset();
  if (format.needs == ExportNeeds::kNothing) {
    EXPECT_FALSE(export_calibration(rig, format).empty());
  } else {
    EXPECT_THAT(error_text([&] { export_calibration(rig, format); }),
                AllOf(HasSubstr("right: its lens is not known"), HasSubstr("calib intrinsics")));
  }
}

TEST(ExportList, TheNearestModelIsOfTheSameKind) {
  EXPECT_EQ(nearest_model(testing::export_format("mrcal"), "opencv14"), "opencv12");
  EXPECT_EQ(nearest_model(testing::export_format("kalibr"), "opencv5"), "opencv4");
  EXPECT_EQ(nearest_model(testing::export_format("colmap"), "double_sphere"), "fisheye");
}

TEST(ExportJson, ReadsAsTheCalibrationItself) {
  for (const std::string& model : model_names()) {
    Calibration rig = testing::example_rig(model, 3);
    rig.board = {&kChessboard, 8, 5, 0.04};
    rig.frames[3] = Pose{exp_so3({0.1, 0.2, 0.3}), {0.5, 0.25, 1.5}};
    rig.cameras[2].T_cam_rig.reset();
    rig.provenance.options = {{"size", "1e5"}};  // Text that looks like a number stays text.
    const testing::TemporaryFolder folder;
    const auto paths = testing::write_export(
        export_calibration(rig, testing::export_format("json")), folder.path());
    EXPECT_EQ(to_yaml(read_calibration(paths[0])), to_yaml(rig)) << model;
  }
}

TEST(ExportOpencv, ARectifiedPairHasTheLeftCameraFirst) {
  Calibration rig = testing::example_rig("opencv5", 2);
  std::swap(rig.cameras[0], rig.cameras[1]);
  for (const ExportedFile& file : export_calibration(rig, testing::export_format("opencv"))) {
    if (file.name != "intrinsics.yml") continue;
    // 401.25 is fx of the left camera.
    EXPECT_THAT(file.bytes, HasSubstr("M1: !!opencv-matrix\n   rows: 3\n   cols: 3\n   dt: d\n   "
                                      "data: [401.25,"));
    return;
  }
  FAIL() << "no intrinsics.yml";
}

TEST(ExportRos, TheLowerCameraOfAVerticalPairHasItsBaselineInTheColumns) {
  Calibration rig = testing::example_rig("pinhole", 2);
  rig.cameras[1].T_cam_rig = Pose{Eigen::Quaterniond::Identity(), {0, -0.12, 0}};  // below
  const testing::TemporaryFolder folder;
  const auto files = export_calibration(rig, testing::export_format("ros"));
  const std::vector<double> P =
      YamlNode::parse(files[1].bytes, "right")["projection_matrix"]["data"].numbers(12);
  EXPECT_EQ(P[3], 0);
  EXPECT_NEAR(P[7], -0.12 * P[5], 1e-9);  // meters times a few hundred pixels
  const Calibration read = import_calibration(testing::write_export(files, folder.path()),
                                              {.format = find_named(import_formats(), "ros")});
  testing::expect_same_pose(*read.cameras[1].T_cam_rig, *rig.cameras[1].T_cam_rig);
}

TEST(ExportList, LengthsAreInTheUnitThatIsAskedFor) {
  const Calibration rig = testing::example_rig("opencv4", 2);
  const auto text = [&](const char* format, double units) {
    return export_calibration(rig, testing::export_format(format), units)[0].bytes;
  };
  EXPECT_EQ(text("aniposelib", 1000), text("freemocap", 0));
  EXPECT_EQ(text("aniposelib", 0), text("freemocap", 1));
  EXPECT_NE(text("kalibr", 100), text("kalibr", 0));
  EXPECT_THAT(error_text([&] { text("json", 1000); }), HasSubstr("the format json is in meters"));
}

// In another unit the world is the same place.
TEST(ExportList, TheWorldHasTheUnitThatIsAskedFor) {
  Calibration rig = testing::example_rig("opencv4", 2);
  rig.world = WorldFrame{Pose{exp_so3({0.4, 0.5, 0.6}), {1, 2, 3}}};
  for (const char* name : {"freemocap", "qualisys", "jarvis", "mrcal", "easymocap"}) {
    SCOPED_TRACE(name);
    const testing::TemporaryFolder folder;
    const auto paths = testing::write_export(
        export_calibration(rig, testing::export_format(name), 1000), folder.path());
    const Calibration read = import_calibration(paths, {.units_per_meter = 1000});
    ASSERT_TRUE(read.world);
    testing::expect_same_pose(read.world->T_world_rig, rig.world->T_world_rig);
    testing::expect_same_pose(*read.cameras[1].T_cam_rig, *rig.cameras[1].T_cam_rig);
  }
}

TEST(ExportParts, NamesThatCannotBeFilesAreRefused) {
  Calibration rig = testing::example_rig("pinhole", 1);
  for (const char* name : {"a/b", "..", ""}) {
    rig.cameras[0].name = name;
    EXPECT_THAT(error_text([&] { export_calibration(rig, testing::export_format("mrcal")); }),
                HasSubstr("cannot be the name of a file"));
  }
  rig = testing::example_rig("pinhole", 2);
  rig.cameras[1].name = "poses";  // OpenCV's export also has a file poses.yml.
  EXPECT_THAT(error_text([&] { export_calibration(rig, testing::export_format("opencv")); }),
              HasSubstr("poses.yml"));
}

TEST(ExportNerfstudio, HasOneKindOfLens) {
  Calibration rig = testing::example_rig("fisheye", 2);
  const ExportFormat& format = testing::export_format("nerfstudio");
  const YamlNode root =
      YamlNode::parse(export_calibration(rig, format)[0].bytes, "transforms.json");
  EXPECT_EQ(root["camera_model"].text(), "OPENCV_FISHEYE");
  rig.cameras[1].intrinsics = testing::example_lens("opencv5", {640, 480});
  EXPECT_THAT(error_text([&] { export_calibration(rig, format); }),
              HasSubstr("left has a lens of model fisheye, right of model opencv5, but nerfstudio "
                        "has one kind of lens for all cameras: add --convert-to fisheye"));
}

TEST(ExportKalibr, HoldsTheTimeOffsetsOfCamerasThatAreNotInStep) {
  Calibration rig = testing::example_rig("opencv4", 3);
  const ExportFormat& format = testing::export_format("kalibr");
  EXPECT_EQ(export_calibration(rig, format)[0].bytes.find("timeshift"), std::string::npos);
  rig.cameras[0].time = CameraTime{};
  rig.cameras[2].time = CameraTime{-0.0125};
  const std::string text = export_calibration(rig, format)[0].bytes;
  const YamlNode root = YamlNode::parse(text, "camchain.yaml");
  EXPECT_EQ(root["cam0"]["timeshift_cam_imu"].text(), "0.000000000");
  EXPECT_EQ(root["cam2"]["timeshift_cam_imu"].number(), -0.0125);
  const testing::TemporaryFolder folder;
  write_file(folder.path() / "camchain.yaml", text);
  const Calibration read = import_calibration({(folder.path() / "camchain.yaml").string()},
                                              {.format = find_named(import_formats(), "kalibr")});
  EXPECT_EQ(read.cameras[0].time->offset_s, 0);
  EXPECT_EQ(read.cameras[2].time->offset_s, -0.0125);
}

}  // namespace export_test
}  // namespace calib
