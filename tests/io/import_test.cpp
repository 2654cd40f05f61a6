#include "io/import_list.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <numbers>

#include "base/text.hpp"
#include "io/artifacts.hpp"
#include "io/export_cases.hpp"
#include "io/text_file.hpp"
#include "scene/world.hpp"

namespace calib {
namespace import_test {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::replaced;

std::string golden(const std::string& file) {
  return read_file(fs::path(CALIB_SOURCE_DIR) / "tests/io/golden_export" / file);
}

std::string message_of(const std::string& text) {
  return testing::message_of(
      text, [](const fs::path& file) { return import_calibration({file.string()}); });
}

TEST(ImportOpencv, BrokenFilesAreTold) {
  const std::string good = golden("opencv/left.yml");
  EXPECT_EQ(message_of(replaced(good, "image_width", "width")),
            "f.yaml:3:1: found no image_width and image_height in the file, expected the size of "
            "the images in pixels: add the two lines");
  EXPECT_EQ(message_of(replaced(good, "rows: 4", "rows: 3")),
            "f.yaml:15:10: found 4 numbers for 'distortion_coefficients.data', expected 3 for 3 "
            "rows and 1 cols");
  EXPECT_EQ(message_of(replaced(good, "camera_matrix:", "camera_matrices:")),
            "f.yaml:3:1: found none of the keys camera_matrix, cameras, M1 and R with T, "
            "expected a calibration as OpenCV's samples write it");
  EXPECT_EQ(message_of(replaced(good, "data: [401.25, 0,", "data: [401.25, 2,")),
            "f.yaml:7:4: found a skew of 2 px for 'camera_matrix', expected 0: no lens model here "
            "has one");
  EXPECT_EQ(message_of(replaced(good, "rows: 4\n   cols: 1\n   dt: d\n   data: [",
                                "rows: 6\n   cols: 1\n   dt: d\n   data: [0.5, 0.5, ")),
            "f.yaml:12:4: found 6 distortion coefficients for 'distortion_coefficients', expected "
            "4, 5, 8, 12 or 14");
  EXPECT_EQ(message_of(replaced(good, "data: [401.25", "data: [-401.25")),
            "f.yaml:7:4: found focal lengths of -401.25 and 402.5 px for 'camera_matrix', expected "
            "both above 0");
}

TEST(ImportOpencv, SamplesOfOpencvAreRead) {
  // The format of camera_calibration.cpp has a comment, more keys, and numbers like "1.".
  const std::string text =
      "%YAML:1.0\n---\ncalibration_time: \"Mon 01 Jan 2024\"\nnframes: 13\nimage_width: 640\n"
      "image_height: 480\nboard_width: 9\n# flags: +fix_aspectRatio\nflags: 2\nfisheye_model: 0\n"
      "camera_matrix: !!opencv-matrix\n   rows: 3\n   cols: 3\n   dt: d\n"
      "   data: [ 5.3591573396163199e+02, 0., 3.4228315473308373e+02, 0.,\n"
      "       5.3591573396163199e+02, 2.3557082909788173e+02, 0., 0., 1. ]\n"
      "distortion_coefficients: !!opencv-matrix\n   rows: 5\n   cols: 1\n   dt: d\n"
      "   data: [ -2.6637260909660682e-01, -3.8588898922304653e-02,\n"
      "       1.7831947042852964e-03, -2.8122100441115472e-04,\n"
      "       2.3839153080878486e-01 ]\n";
  const Calibration read = testing::read_text(
      text, [](const fs::path& file) { return import_calibration({file.string()}); });
  EXPECT_EQ(read.cameras[0].name, "f");
  EXPECT_EQ(read.cameras[0].intrinsics->model, "opencv5");
  EXPECT_EQ(read.cameras[0].intrinsics->parameters[8], 2.3839153080878486e-01);
  EXPECT_EQ(message_of(replaced(text, "fisheye_model: 0", "fisheye_model: 1")),
            "f.yaml:18:4: found 5 distortion coefficients for 'distortion_coefficients', expected "
            "4 for model fisheye");
}

TEST(ImportOpencv, APairsOwnFilesSuffice) {
  const testing::TemporaryFolder folder;
  const Calibration rig = testing::example_rig("opencv5", 2);
  std::vector<std::string> pair;
  for (const auto& path : testing::write_export(
           export_calibration(rig, testing::export_format("opencv")), folder.path())) {
    if (path.ends_with("trinsics.yml")) pair.push_back(path);
  }
  const Calibration read = import_calibration(pair);
  testing::expect_same_lens(*read.cameras[1].intrinsics, *rig.cameras[1].intrinsics);
  testing::expect_same_pose(*read.cameras[1].T_cam_rig, *rig.cameras[1].T_cam_rig);
  const std::string extrinsics = read_file(pair[1]);
  write_file(pair[1], replaced(extrinsics, "data: [", "data: [1.5, "));
  EXPECT_THAT(testing::error_text([&] { import_calibration(pair); }),
              HasSubstr("extrinsics.yml:7:10: found 10 numbers for 'R.data', expected 9"));
  EXPECT_THAT(testing::error_text([&] { import_calibration({pair[1]}); }),
              HasSubstr("pass that file as well"));
}

// A matrix as FileStorage writes it.
std::string matrix_text(const std::string& key, int rows, int cols, const std::string& data) {
  return fmt::format("{}: !!opencv-matrix\n   rows: {}\n   cols: {}\n   dt: d\n   data: [ {} ]\n",
                     key, rows, cols, data);
}

// Two lenses, of which the keys and the size are as in `size` and with this letter for M or K.
std::string pair_text(const std::string& size, const std::string& matrix) {
  const std::string K = "533., 0., 320., 0., 534., 240., 0., 0., 1.", D = "-0.28, 0.1, 0., 0., 0.";
  return "%YAML:1.0\n---\n" + size + matrix_text(matrix + "1", 3, 3, K) +
         matrix_text("D1", 1, 5, D) + matrix_text(matrix + "2", 3, 3, K) +
         matrix_text("D2", 1, 5, D);
}

const std::string kImageSize = "image_width: 640\nimage_height: 480\n";

Calibration read_opencv(const std::string& text) {
  return testing::read_text(
      text, [](const fs::path& file) { return import_calibration({file.string()}); });
}

TEST(ImportOpencv, OneFileOfAPairHasLensesAndPose) {
  const std::string R = "1., 0., 0., 0., 0., -1., 0., 1., 0.";
  const Pose T_right_left{exp_so3({std::numbers::pi / 2, 0, 0}), {-0.12, 0.002, 0.001}};
  const std::vector<std::string> poses = {
      matrix_text("R", 3, 3, R) + matrix_text("T", 3, 1, "-0.12, 0.002, 0.001"),
      matrix_text("T", 1, 3, "-0.12, 0.002, 0.001") + matrix_text("R", 3, 3, R),
      matrix_text("R", 3, 1, "1.5707963267948966, 0., 0.") +
          matrix_text("T", 3, 1, "-0.12, 0.002, 0.001")};
  for (const std::string& size : {kImageSize, std::string("imageSize: [ 640, 480 ]\n"),
                                  std::string("image_size: [ 640., 480. ]\n")}) {
    for (const std::string matrix : {"M", "K", "cameraMatrix"}) {
      for (const std::string& pose : poses) {
        SCOPED_TRACE(size + matrix + pose);
        const Calibration read = read_opencv(pair_text(size, matrix) + pose);
        ASSERT_EQ(read.cameras.size(), 2u);
        EXPECT_EQ(read.cameras[1].intrinsics->parameters[1], 534);
        ASSERT_TRUE(read.cameras[0].T_cam_rig && read.cameras[1].T_cam_rig);
        testing::expect_same_pose(*read.cameras[0].T_cam_rig, Pose{});
        testing::expect_same_pose(*read.cameras[1].T_cam_rig, T_right_left);
      }
    }
  }
  EXPECT_FALSE(read_opencv(pair_text(kImageSize, "M")).cameras[1].T_cam_rig);
  EXPECT_EQ(message_of(pair_text(kImageSize, "M") + poses[0].substr(0, poses[0].find("T:")) +
                       matrix_text("T", 1, 2, "1., 2.")),
            "f.yaml:31:4: found 2 numbers for 'T', expected 3");
}

TEST(ImportOpencv, FilesOfCamerasWithAPairsPoseHaveIt) {
  const testing::TemporaryFolder folder;
  const auto write = [&](const std::string& name, const std::string& text) {
    write_file(folder.path() / name, text);
    return (folder.path() / name).string();
  };
  const std::string left = write("left.yml", golden("opencv/left.yml")),
                    right = write("right.yml", golden("opencv/right.yml")),
                    pose = write("extrinsics.yml", golden("opencv/extrinsics.yml"));
  const Calibration read = import_calibration({left, right, pose});
  ASSERT_TRUE(read.cameras[1].T_cam_rig);
  EXPECT_NEAR(read.cameras[1].T_cam_rig->translation.x(), -0.125, 1e-12);
  EXPECT_THAT(testing::error_text([&] {
                import_calibration({left, pose});
              }),
              HasSubstr("extrinsics.yml:3:1: found R and T of a pair, but 1 camera: pass the files "
                        "of the two cameras alone"));
}

// As FileStorage of OpenCV 4.6 writes it.
const std::string kStorageXml =
    "<?xml version=\"1.0\"?>\n<opencv_storage>\n<!-- of today -->\n"
    "<camera_name>\"left &amp; low\"</camera_name>\n<image_size>\n  640 480</image_size>\n"
    "<fisheye_model>0</fisheye_model>\n<camera_matrix type_id=\"opencv-matrix\">\n"
    "  <rows>3</rows>\n  <cols>3</cols>\n  <dt>d</dt>\n  <data>\n"
    "    401.25 0. 318.7 0. 402.5 241.3 0. 0. 1.</data></camera_matrix>\n"
    "<distortion_coefficients type_id=\"opencv-matrix\">\n  <rows>1</rows>\n  <cols>4</cols>\n"
    "  <dt>d</dt>\n  <data>\n    -2.5e-01 1.25e-01 1e-03 -2e-03</data></distortion_coefficients>\n"
    "</opencv_storage>\n";

TEST(ImportOpencv, XmlIsReadAsYamlIs) {
  const Calibration read = read_opencv(kStorageXml);
  ASSERT_EQ(read.cameras.size(), 1u);
  EXPECT_EQ(read.cameras[0].name, "left & low");
  EXPECT_EQ(read.cameras[0].image_size, (ImageSize{640, 480}));
  EXPECT_EQ(read.cameras[0].intrinsics->model, "opencv4");
  EXPECT_EQ(read.cameras[0].intrinsics->parameters,
            (std::vector<double>{401.25, 402.5, 318.7, 241.3, -0.25, 0.125, 0.001, -0.002}));
  EXPECT_EQ(message_of(replaced(kStorageXml, "402.5", "abc")),
            "f.yaml:12:3: found 'abc' for 'camera_matrix.data[4]', expected a finite number");
  EXPECT_EQ(
      message_of(replaced(kStorageXml, "<cols>4", "<cols>5")),
      "f.yaml:18:3: found 4 numbers for 'distortion_coefficients.data', expected 5 for 1 rows "
      "and 5 cols");
  EXPECT_EQ(message_of(replaced(kStorageXml, "<cols>3</cols>", "<rows>3</rows>")),
            "f.yaml:10:3: found <rows> twice in <camera_matrix>, expected it once");
  EXPECT_EQ(message_of("<a type_id=\"opencv-matrix\"/>"),
            "f.yaml:1:1: found <a>, expected <opencv_storage>");
  testing::expect_damage_is_told(kStorageXml, [](const fs::path& file) {
    import_calibration({file.string()}, {.format = find_named(import_formats(), "opencv")});
  });
}

// A list of maps is a list of elements with the name "_".
TEST(ImportOpencv, PosesInXmlAreRead) {
  const std::string matrix =
      "<T_cam_rig type_id=\"opencv-matrix\"><rows>4</rows><cols>4</cols><dt>d</dt><data>"
      "1. 0. 0. {} 0. 1. 0. 0. 0. 0. 1. 0. 0. 0. 0. 1.</data></T_cam_rig></_>";
  const std::string poses =
      "<?xml version=\"1.0\"?>\n<opencv_storage><cameras>\n" +
      ("<_><camera_name>left</camera_name>" + replaced(matrix, "{}", "0.")) +
      ("<_><camera_name>right</camera_name>" + replaced(matrix, "{}", "-0.5")) +
      "</cameras></opencv_storage>";
  const testing::TemporaryFolder folder;
  std::vector<std::string> paths;
  for (const std::string name : {"left", "right", "poses"}) {
    paths.push_back((folder.path() / (name + ".xml")).string());
    write_file(paths.back(),
               name == "poses" ? poses : replaced(kStorageXml, "\"left &amp; low\"", name));
  }
  const Calibration read = import_calibration(paths);
  ASSERT_EQ(read.cameras.size(), 2u);
  testing::expect_same_pose(*read.cameras[1].T_cam_rig,
                            Pose{Eigen::Quaterniond::Identity(), {-0.5, 0, 0}});
}

TEST(ImportList, AnUnlikelyBaselineAsksForTheUnit) {
  const auto with = [](const std::string& T, ImportOptions options) {
    return testing::read_text(
        pair_text(kImageSize, "M") + matrix_text("R", 3, 3, "1., 0., 0., 0., 1., 0., 0., 0., 1.") +
            matrix_text("T", 3, 1, T),
        [&](const fs::path& file) { return import_calibration({file.string()}, options); });
  };
  const Calibration asked = with("-83.6, 0.2, 0.1", {});
  ASSERT_EQ(asked.findings.size(), 1u);
  EXPECT_EQ(asked.findings[0].severity, Severity::kWarning);
  EXPECT_EQ(
      finding_text(asked.findings[0]),
      "left and right would be 83.6 m apart, which is unlikely for the nearest cameras of a rig: "
      "measured points must be in meters; import a file again and say the unit of its lengths, "
      "such as --length-unit mm, or --length-unit m if this is right");
  EXPECT_EQ(with("-0.0003, 0, 0", {}).findings.size(), 1u);
  EXPECT_TRUE(with("-0.0836, 0, 0", {}).findings.empty());
  EXPECT_TRUE(with("0, 0, 0", {}).findings.empty());
  for (const Named<double>& unit : kLengthUnits) {
    const Calibration said = with("-83.6, 0.2, 0.1", {.units_per_meter = unit.value});
    EXPECT_TRUE(said.findings.empty());
    EXPECT_NEAR(said.cameras[1].T_cam_rig->translation.x() * unit.value, -83.6, 1e-9) << unit.name;
  }
}

TEST(ImportRos, BrokenFilesAreTold) {
  const std::string good = golden("ros/left.yaml");
  EXPECT_EQ(message_of(replaced(good, "plumb_bob", "plumb_bop")),
            "f.yaml:8:19: found 'plumb_bop' for 'distortion_model', expected one of plumb_bob, "
            "rational_polynomial, equidistant (did you mean 'plumb_bob'?)");
  EXPECT_EQ(message_of(replaced(good, "plumb_bob", "equidistant")),
            "f.yaml:10:3: found 5 distortion coefficients for 'distortion_coefficients', expected "
            "4 for model fisheye");
  EXPECT_EQ(message_of(replaced(good, "rectification_matrix:\n  rows: 3\n  cols: 3\n  data: [0.",
                                "rectification_matrix:\n  rows: 3\n  cols: 3\n  data: [1.")),
            "f.yaml:14:3: 'rectification_matrix' is not a rotation: it is off by 3, expected "
            "orthonormal rows: write it with more digits");
}

TEST(ImportKalibr, BrokenFilesAreTold) {
  const std::string good = golden("kalibr/camchain.yaml");
  EXPECT_EQ(message_of(replaced(good, "T_cn_cnm1", "T_cam_imu")),
            "f.yaml:9:1: missing key 'T_cn_cnm1' in 'cam1', expected the 4x4 pose to the camera "
            "before: calibrate the cameras in one run of Kalibr, or import each from a file of its "
            "own");
  EXPECT_THAT(message_of(replaced(good, "0.995", "0.895")),
              HasSubstr("'cam1.T_cn_cnm1' is not a rigid motion"));
  EXPECT_EQ(message_of(replaced(good, "distortion_model: radtan", "distortion_model: fov")),
            "f.yaml:3:17: found camera_model pinhole with distortion_model fov for 'cam0', "
            "expected one of pinhole-none, pinhole-radtan, pinhole-equidistant, omni-radtan, "
            "omni-none, eucm-none, ds-none");
  EXPECT_EQ(message_of(replaced(good, "intrinsics: [401.25, ", "intrinsics: [")),
            "f.yaml:6:15: found 3 numbers for 'cam0.intrinsics', expected 4");
  EXPECT_EQ(message_of(replaced(good, "cam1:", "cam2:")),
            "f.yaml:9:1: found the key 'cam2', expected 'cam1': a chain has its cameras in order");
}

TEST(ImportKalibr, AChainWithoutACameraIsRefused) {
  const auto read = [](const fs::path& file) {
    return import_calibration({file.string()}, {.format = find_named(import_formats(), "kalibr")});
  };
  EXPECT_THAT(testing::message_of("{}\n", read), HasSubstr("found no camera, expected cam0"));
}

TEST(ImportKalibr, TheTopicNamesTheCamera) {
  const auto name_with = [](const std::string& topic) {
    const std::string text = replaced(golden("kalibr/camchain.yaml"), "\"/left/image_raw\"", topic);
    return testing::read_text(text,
                              [](const fs::path& file) {
                                return import_calibration(
                                    {file.string()},
                                    {.format = find_named(import_formats(), "kalibr")});
                              })
        .cameras[0]
        .name;
  };
  EXPECT_EQ(name_with("/front/image_raw"), "front");
  EXPECT_EQ(name_with("/rig/front/image_raw"), "cam0");
  EXPECT_EQ(name_with("/camera"), "cam0");
}

TEST(ImportMrcal, BrokenFilesAreTold) {
  const std::string good = golden("mrcal/left.cameramodel");
  EXPECT_EQ(message_of(replaced(good, "OPENCV4", "CAHVOR")),
            "f.yaml:2:18: found 'LENSMODEL_CAHVOR' for 'lensmodel', expected one of "
            "LENSMODEL_OPENCV12, LENSMODEL_OPENCV4, LENSMODEL_OPENCV5, LENSMODEL_OPENCV8, "
            "LENSMODEL_PINHOLE: convert it with mrcal-convert-lensmodel");
  EXPECT_EQ(message_of(replaced(good, "OPENCV4", "OPENCV5")),
            "f.yaml:5:19: found 8 numbers for 'intrinsics', expected 9");
  EXPECT_EQ(message_of(replaced(good, "extrinsics", "extrinsic")),
            "f.yaml:1:1: missing key 'extrinsics' in the file");
}

TEST(ImportMrcal, WhatMrcalKeepsForItselfIsPassedOver) {
  const std::string text =
      replaced(golden("mrcal/left.cameramodel"), "'imagersize'",
               "'optimization_inputs': b'P)h>@6aWAK2mk;8Apm=EZ2JHJ{},[:#',\n    'imagersize'");
  const Calibration read = testing::read_text(
      text, [](const fs::path& file) { return import_calibration({file.string()}); });
  EXPECT_EQ(read.cameras[0].image_size, (ImageSize{640, 480}));
}

TEST(ImportAniposelib, BrokenFilesAreTold) {
  const std::string good = golden("aniposelib/calibration.toml");
  EXPECT_EQ(message_of(replaced(good, "name =", "name:")),
            "f.yaml:2:1: found 'name: \"left\"', expected [section] or key = value");
  EXPECT_EQ(message_of(replaced(good, "rotation = [0.0, ", "rotation = [")),
            "f.yaml:6:12: found 2 numbers for 'cam_0.rotation', expected 3");
  EXPECT_EQ(message_of(replaced(good, "size = [640, 480]", "size = [640, -480]")),
            "f.yaml:3:14: found -480 for 'cam_0.size[1]', expected a whole number of at least 1");
  EXPECT_EQ(message_of(replaced(good, "\n\n[cam_1]", "\nfisheye = true\n\n[cam_1]")),
            "f.yaml:5:15: found 5 distortion coefficients for 'cam_0.distortions', expected 4 for "
            "model fisheye");
}

TEST(ImportAniposelib, SizesMayBeFloatsAndListsMayGoOverLines) {
  std::string text = golden("aniposelib/calibration.toml");
  text = replaced(text, "size = [640, 480]", "size = [ 640.0, 480.0,]  # of the video");
  text = replaced(text, "matrix = [[401.25, 0.0, 318.5], ", "matrix = [\n[401.25, 0.0, 318.5],\n");
  text = replaced(text, "[metadata]", "[metadata]\nadjusted = false\nerror = 0.0");
  const auto read = [](const std::string& toml) {
    return testing::read_text(
        toml, [](const fs::path& file) { return import_calibration({file.string()}); });
  };
  const Calibration same = read(text), plain = read(golden("aniposelib/calibration.toml"));
  EXPECT_EQ(to_yaml(same), to_yaml(plain));
  EXPECT_EQ(message_of(replaced(text, "640.0", "640.5")),
            "f.yaml:3:10: found '640.5' for 'cam_0.size[0]', expected a whole number");
  EXPECT_EQ(message_of(replaced(text, "[cam_1]", "[cam_1")),
            "f.yaml:11:1: found '[cam_1', expected [section]");
}

// Tools that keep all numbers in one type write sizes as floats.
TEST(ImportList, SizesMayBeFloatsInEveryFormat) {
  const std::pair<const char*, std::vector<std::pair<const char*, const char*>>> cases[] = {
      {"opencv/left.yml", {{"width: 640", "width: 640.0"}, {"height: 480", "height: 4.8e2"}}},
      {"ros/left.yaml", {{"width: 640", "width: 640."}, {"height: 480", "height: 480."}}},
      {"kalibr/camchain.yaml", {{"[640, 480]", "[640.0, 480.0]"}}},
      {"mrcal/left.cameramodel", {{"[640, 480]", "[640.0, 480.0]"}}},
      {"aniposelib/calibration.toml", {{"[640, 480]", "[640.0, 480.0]"}}}};
  for (const auto& [file, changes] : cases) {
    std::string text = golden(file);
    for (const auto& [from, to] : changes) text = replaced(text, from, to);
    EXPECT_EQ(testing::read_text(
                  text, [](const fs::path& path) { return import_calibration({path.string()}); })
                  .cameras[0]
                  .image_size,
              (ImageSize{640, 480}))
        << file;
  }
}

// caliscope numbers its cameras and keeps those that are not calibrated.
TEST(ImportAniposelib, CaliscopeHasIgnoredCameras) {
  const std::string text =
      "CreationDate = 2024-01-01T10:00:00\n[cameras.0]\nport = 0\nignore = true\n"
      "size = [640, 480]\n" +
      replaced(golden("caliscope/camera_array.toml"), "[cameras.0]", "[cameras.7]");
  const Calibration read = testing::read_text(
      text, [](const fs::path& file) { return import_calibration({file.string()}); });
  ASSERT_EQ(read.cameras.size(), 2u);
  EXPECT_EQ(read.cameras[0].name, "cam_7");
  EXPECT_TRUE(read.cameras[1].T_cam_rig);
}

TEST(ImportAniposelib, RotationsMayBeMatricesOrMissing) {
  const auto read = [](const std::string& place) {
    return testing::read_text(
        "[cameras.0]\nsize = [640, 480]\n"
        "matrix = [[500.0, 0, 320], [0, 500, 240], [0, 0, 1]]\n"
        "distortions = [0.0, 0, 0, 0, 0]\n" +
            place +
            "[cameras.1]\nsize = [640, 480]\n"
            "matrix = [[500.0, 0, 320], [0, 500, 240], [0, 0, 1]]\n"
            "distortions = [0.0, 0, 0, 0, 0]\n"
            "rotation = [0.0, 0, 0]\ntranslation = [0.0, 0, 0]\n",
        [](const fs::path& file) { return import_calibration({file.string()}); });
  };
  const Calibration turned =
      read("rotation = [[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]\ntranslation = [1.0, 2, 3]\n");
  const Eigen::Vector3d x = turned.cameras[1].T_cam_rig->rotation * Eigen::Vector3d::UnitX();
  EXPECT_NEAR(x.y(), -1, 1e-12);  // the first camera is the reference
  const Calibration lens = read("");
  EXPECT_FALSE(lens.cameras[0].T_cam_rig);
  EXPECT_THAT(testing::error_text([&] { read("rotation = []\ntranslation = [1.0, 2, 3]\n"); }),
              HasSubstr("rotation"));
}

// As Qualisys documents it: millimeters, 64 units a pixel, and rows of r that are the right, the up
// and the backward direction of the camera. This one is at x = 2 m and looks at the origin.
TEST(ImportQualisys, ACameraLooksAlongItsThirdRowBackward) {
  const auto camera = [](const char* name, const char* transform) {
    return fmt::format(
        "<camera active=\"1\" serial=\"{}\"><fov_video_max left=\"0\" top=\"0\" right=\"1295\" "
        "bottom=\"1023\"/><transform {}/><intrinsic focallength=\"24\" sensorMinU=\"0.000000\" "
        "sensorMaxU=\"82943.000000\" sensorMinV=\"0\" sensorMaxV=\"65535\" "
        "focalLengthU=\"64000\" focalLengthV=\"64064\" centerPointU=\"41472\" "
        "centerPointV=\"32768\" skew=\"0\" radialDistortion1=\"-0.1\" radialDistortion2=\"0.2\" "
        "radialDistortion3=\"0.3\" tangentalDistortion1=\"0.001\" "
        "tangentalDistortion2=\"-0.002\"/></camera>",
        name, transform);
  };
  const std::string text =
      "<?xml version=\"1.0\"?>\n<!-- QTM --><calibration type=\"regular\"><results std-dev=\"1\"/>"
      "<cameras>" +
      camera("a",
             "x=\"0\" y=\"0\" z=\"0\" r11=\"1\" r12=\"0\" r13=\"0\" r21=\"0\" r22=\"-1\" "
             "r23=\"0\" r31=\"0\" r32=\"0\" r33=\"-1\"") +
      camera("b",
             "x=\"2000\" y=\"0\" z=\"0\" r11=\"0\" r12=\"1\" r13=\"0\" r21=\"0\" r22=\"0\" "
             "r23=\"1\" r31=\"1\" r32=\"0\" r33=\"0\"") +
      "</cameras></calibration>";
  const Calibration read = testing::read_text(
      text, [](const fs::path& file) { return import_calibration({file.string()}); });
  ASSERT_EQ(read.cameras.size(), 2u);
  EXPECT_EQ(read.cameras[0].image_size, (ImageSize{1296, 1024}));
  EXPECT_EQ(read.cameras[0].intrinsics->parameters,
            (std::vector<double>{1000, 1001, 648, 512, -0.1, 0.2, 0.001, -0.002, 0.3}));
  // Camera a is the frame of the rig: x right, z into the scene. A point 1 m over the origin, seen
  // by b 2 m ahead and above its axis, has a negative y there.
  const Eigen::Vector3d above(0, 0, 1);
  const Eigen::Vector3d in_b = *read.cameras[1].T_cam_rig * above;
  EXPECT_LT((in_b - Eigen::Vector3d(0, -1, 2)).norm(), 1e-12) << in_b.transpose();
}

TEST(ImportQualisys, BrokenFilesAreTold) {
  const std::string good = golden("qualisys/calibration.qca.txt");
  EXPECT_EQ(message_of(replaced(good, "<transform", "<transfer")),
            "f.yaml:4:5: missing element <transform> in <camera>");
  EXPECT_EQ(message_of(replaced(good, "r11=\"1\"", "r11=\"one\"")),
            "f.yaml:9:7: found 'one' for 'r11', expected a finite number");
  EXPECT_EQ(message_of(replaced(good, "</cameras>", "</camera>")),
            "f.yaml:20:11: found </camera>, expected </cameras>");
}

const ImportFormat* dlt_format() { return find_named(import_formats(), "dlt"); }

std::string dlt_message(const std::string& text, const std::string& size = "640x480") {
  return testing::message_of(text, [&](const fs::path& file) {
    import_calibration({file.string()}, {.format = dlt_format(), .size = size});
  });
}

// Everything but the distortion comes back, also where the origin of the world is behind a camera.
TEST(ImportDlt, CoefficientsGiveTheCameras) {
  for (const double ahead : {-1.0, 1.5}) {
    Calibration rig = testing::example_rig("opencv5", 3);
    rig.world = WorldFrame{Pose{exp_so3({0.4, 0.5, 0.6}), {0.1, 0.2, ahead}}};
    const testing::TemporaryFolder folder;
    const auto paths = testing::write_export(
        export_calibration(rig, testing::export_format("dlt"), 1000), folder.path());
    const Calibration read = import_calibration(
        paths, {.format = dlt_format(), .units_per_meter = 1000, .size = "640x480"});
    ASSERT_EQ(read.cameras.size(), 3u);
    testing::expect_same_pose(read.world->T_world_rig, rig.world->T_world_rig);
    for (std::size_t i = 0; i < 3; ++i) {
      const Camera& camera = read.cameras[i];
      EXPECT_EQ(camera.name, fmt::format("cam{}", i));
      EXPECT_EQ(camera.image_size, rig.cameras[i].image_size);
      EXPECT_EQ(camera.intrinsics->model, "pinhole");
      for (std::size_t k = 0; k < 4; ++k)
        EXPECT_NEAR(camera.intrinsics->parameters[k], rig.cameras[i].intrinsics->parameters[k],
                    1e-9);  // rounding, of hundreds
      testing::expect_same_pose(*camera.T_cam_rig, *rig.cameras[i].T_cam_rig);
    }
  }
}

TEST(ImportDlt, BrokenFilesAreTold) {
  const std::string good = golden("dlt/dlt_coefficients.csv");
  EXPECT_EQ(dlt_message(good, ""),
            "f.yaml: does not have the size of the pictures: add --size, such as --size 1920x1080");
  EXPECT_THAT(message_of(good), HasSubstr("f.yaml: of no format that is known by its content"));
  EXPECT_EQ(dlt_message("1,2\n3\n"),
            "f.yaml:2:1: found 1 numbers, expected 2, one for each camera as in the first row");
  EXPECT_EQ(dlt_message("1,2\n3,4\n\n"),
            "f.yaml:1:1: found 2 rows, expected 11, one for each coefficient of the DLT");
  EXPECT_EQ(dlt_message("L1\n"),
            "f.yaml:1:1: found 'L1' for a coefficient, expected a finite number");
  EXPECT_EQ(dlt_message("1\n2\n3\n4\n1\n2\n3\n4\n1\n2\n3\n"),
            "f.yaml:1:1: column 1: the coefficients belong to no camera");
  // K = (500 5 320, 0 500 240, 0 0 1), R = 1, t = (0, 0, 1)
  const std::string skewed = "500\n5\n320\n320\n0\n500\n240\n240\n0\n0\n1\n";
  EXPECT_EQ(dlt_message(skewed),
            "f.yaml:1:1: column 1: the coefficients have a skew of 5 px, expected 0: no lens model "
            "here has one");
  // Rounded digits leave a little.
  EXPECT_THAT(dlt_message(replaced(skewed, "\n5\n", "\n0.001\n"), "no size"), HasSubstr("--size"));
}

TEST(ImportList, ASizeIsOnlyForFilesWithoutIt) {
  EXPECT_EQ(testing::message_of(golden("opencv/left.yml"),
                                [](const fs::path& file) {
                                  import_calibration({file.string()}, {.size = "320x240"});
                                })
                .find("--size: "),
            0u);
}

TEST(ImportList, WhatNoRigHasIsRefused) {
  const std::string good = golden("opencv/left.yml");
  EXPECT_THAT(message_of(replaced(good, "data: [401.25", "data: [1e12")),
              AllOf(HasSubstr("f.yaml: cannot be used: "), HasSubstr("fx, which no lens has")));
  EXPECT_THAT(message_of(replaced(good, "image_width: ", "image_width: 1000000")),
              HasSubstr("f.yaml: cannot be used: "));
}

TEST(ImportList, ANameBecomesOneThatAFolderCanHave) {
  const std::string text =
      replaced(golden("ros/left.yaml"), "camera_name: left", "camera_name: stereo/left");
  const Calibration read = testing::read_text(
      text, [](const fs::path& file) { return import_calibration({file.string()}); });
  EXPECT_EQ(read.cameras[0].name, "stereo_left");
}

TEST(ImportList, DamageIsTold) {
  const std::map<std::string, std::string> files = {
      {"opencv", "opencv/left.yml"},
      {"ros", "ros/right.yaml"},
      {"kalibr", "kalibr/camchain.yaml"},
      {"mrcal", "mrcal/right.cameramodel"},
      {"aniposelib", "aniposelib/calibration.toml"},
      {"easymocap", "easymocap/intri.yml"},
      {"jarvis", "jarvis/right.yaml"},
      {"mc-calib", "mc-calib/calibrated_cameras_data.yml"},
      {"qualisys", "qualisys/calibration.qca.txt"},
      {"multical", "multical/calibration.json"}};
  for (const ImportFormat& format : import_formats()) {
    if (format.name == "dlt") continue;  // Other numbers are another camera.
    SCOPED_TRACE(format.name);
    testing::expect_damage_is_told(golden(files.at(format.name)), [&](const fs::path& file) {
      import_calibration({file.string()}, {.format = &format});
    });
  }
}

TEST(ImportList, UnknownAndMixedFilesAreTold) {
  EXPECT_EQ(
      message_of("kind: calibration\n"),
      "f.yaml: of no format that is known by its content: found none of 'names:' (easymocap), "
      "'intrinsicMatrix' (jarvis), 'nb_camera' (mc-calib), 'opencv-matrix' (opencv), "
      "'rectification_matrix' (ros), 'distortion_coeffs' (kalibr), 'lensmodel' (mrcal), "
      "'distortions' (aniposelib), 'focalLengthU' (qualisys), '\"camera_poses\"' (multical); "
      "pass the calibration file itself, or say which it is with --format");
  const testing::TemporaryFolder folder;
  const std::string a = (folder.path() / "a.yml").string(), b = (folder.path() / "b.yml").string();
  write_file(a, golden("opencv/left.yml"));
  write_file(b, golden("ros/left.yaml"));
  EXPECT_THAT(testing::error_text([&] {
                import_calibration({a, b});
              }),
              HasSubstr("b.yml: looks like ros, but"));
  EXPECT_THAT(testing::error_text([&] { import_calibration({a, a}); }), HasSubstr("left"));
}

// The camera at the identity can be any camera, and there may be none.
TEST(ImportList, TheFirstCameraBecomesTheReference) {
  Calibration rig = testing::example_rig("opencv4", 2);
  const Pose T_rig_world{exp_so3({0.4, 0.5, 0.6}), {1, 2, 3}};
  for (Camera& camera : rig.cameras) camera.T_cam_rig = *camera.T_cam_rig * T_rig_world;
  const testing::TemporaryFolder folder;
  const auto paths = testing::write_export(export_calibration(rig, testing::export_format("mrcal")),
                                           folder.path());
  const Calibration read = import_calibration(paths);
  EXPECT_EQ(read.reference_camera, "left");
  testing::expect_same_pose(*read.cameras[1].T_cam_rig,
                            *testing::example_rig("opencv4", 2).cameras[1].T_cam_rig);
}

// Files of motion capture have the frame of the room, which a rig's frame would lose.
TEST(ImportList, TheFrameOfTheFileStaysTheWorld) {
  Calibration rig = testing::example_rig("opencv4", 2);
  const Pose T_rig_world{exp_so3({0.4, 0.5, 0.6}), {1, 2, 3}};
  for (Camera& camera : rig.cameras) camera.T_cam_rig = *camera.T_cam_rig * T_rig_world;
  const testing::TemporaryFolder folder;
  for (const char* format : {"mrcal", "qualisys", "easymocap", "aniposelib"}) {
    const auto paths = testing::write_export(
        export_calibration(rig, testing::export_format(format)), folder.path() / format);
    const Calibration read = import_calibration(paths);
    ASSERT_TRUE(read.world) << format;
    for (std::size_t c = 0; c < 2; ++c)
      testing::expect_same_pose(*T_cam_world(read, read.cameras[c]), *rig.cameras[c].T_cam_rig);
  }
  const auto paths = testing::write_export(
      export_calibration(testing::example_rig("opencv4", 2), testing::export_format("mrcal")),
      folder.path() / "rig");
  EXPECT_FALSE(import_calibration(paths).world);
}

}  // namespace import_test
}  // namespace calib
