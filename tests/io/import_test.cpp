#include "io/import_list.hpp"

#include <gmock/gmock.h>

#include <map>

#include "io/artifacts.hpp"
#include "io/export_cases.hpp"
#include "io/text_file.hpp"

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
            "f.yaml:3:1: found none of the keys camera_matrix, cameras, M1 and R, expected a "
            "calibration as OpenCV's samples write it");
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
    return import_calibration({file.string()}, find_named(import_formats(), "kalibr"));
  };
  EXPECT_THAT(testing::message_of("{}\n", read), HasSubstr("found no camera, expected cam0"));
}

TEST(ImportKalibr, TheTopicNamesTheCamera) {
  const auto name_with = [](const std::string& topic) {
    const std::string text = replaced(golden("kalibr/camchain.yaml"), "\"/left/image_raw\"", topic);
    return testing::read_text(text,
                              [](const fs::path& file) {
                                return import_calibration({file.string()},
                                                          find_named(import_formats(), "kalibr"));
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
            "f.yaml:2:1: found 'name: \"left\"', expected [section] or key = value on one line");
  EXPECT_EQ(message_of(replaced(good, "rotation = [0.0, ", "rotation = [")),
            "f.yaml:6:12: found 2 numbers for 'cam_0.rotation', expected 3");
  EXPECT_EQ(message_of(replaced(good, "size = [640, 480]", "size = [640, -480]")),
            "f.yaml:3:14: found -480 for 'cam_0.size[1]', expected a whole number of at least 1");
  EXPECT_EQ(message_of(replaced(good, "\n\n[cam_1]", "\nfisheye = true\n\n[cam_1]")),
            "f.yaml:5:15: found 5 distortion coefficients for 'cam_0.distortions', expected 4 for "
            "model fisheye");
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
  const std::map<std::string, std::string> files = {{"opencv", "opencv/left.yml"},
                                                    {"ros", "ros/right.yaml"},
                                                    {"kalibr", "kalibr/camchain.yaml"},
                                                    {"mrcal", "mrcal/right.cameramodel"},
                                                    {"aniposelib", "aniposelib/calibration.toml"}};
  for (const ImportFormat& format : import_formats()) {
    SCOPED_TRACE(format.name);
    testing::expect_damage_is_told(golden(files.at(format.name)), [&](const fs::path& file) {
      import_calibration({file.string()}, &format);
    });
  }
}

TEST(ImportList, UnknownAndMixedFilesAreTold) {
  EXPECT_EQ(message_of("kind: calibration\n"),
            "f.yaml: of no format that is known by its content: found none of 'opencv-matrix' "
            "(opencv), 'rectification_matrix' (ros), 'distortion_coeffs' (kalibr), 'lensmodel' "
            "(mrcal), 'distortions' (aniposelib); pass the calibration file itself, or say which "
            "it is with --format");
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

}  // namespace import_test
}  // namespace calib
