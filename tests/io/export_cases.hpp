#pragma once
// Rigs for the tests of export and import, and their comparison.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/named.hpp"
#include "camera/model_list.hpp"
#include "io/export_list.hpp"

namespace calib::testing {

inline const ExportFormat& export_format(const std::string& name) {
  return *find_named(export_formats(), name);
}

/// A lens of the model with the first example distortion in its header.
inline Intrinsics example_lens(const std::string& model, ImageSize size) {
  Intrinsics lens = make_intrinsics(model, size, 401.25, 402.5, 318.7, 241.3);
  for_each_type(ModelList{}, [&]<class Model>() {
    if (Model::name != model) return;
    const auto examples = Model::examples();
    std::copy(examples[0].begin(), examples[0].end(), lens.parameters.begin() + kLinearCount);
  });
  return lens;
}

/// `count` cameras in a row, slightly rotated toward each other.
inline Calibration example_rig(const std::string& model, int count) {
  Calibration rig;
  rig.reference_camera = "left";
  const std::vector<std::string> names = {"left", "right", "top"};
  for (int i = 0; i < count; ++i) {
    Camera camera{.name = names[static_cast<std::size_t>(i)], .image_size = {640, 480}};
    camera.intrinsics = example_lens(model, camera.image_size);
    camera.intrinsics->parameters[0] += i;
    camera.T_cam_rig = Pose{exp_so3(i * Eigen::Vector3d(0.01, -0.03, 0.02)),
                            i * Eigen::Vector3d(-0.12, 0.003, -0.002)};
    rig.cameras.push_back(camera);
  }
  return rig;
}

/// Writes the files as `calib export` does and returns their paths.
inline std::vector<std::string> write_export(const std::vector<ExportedFile>& files,
                                             const std::filesystem::path& folder) {
  std::vector<std::string> paths;
  for (const ExportedFile& file : files) {
    paths.push_back((folder / file.name).string());
    write_file(paths.back(), file.bytes);
  }
  return paths;
}

inline bool is_opencv_family(const std::string& model) {
  return model == "pinhole" || model.starts_with("opencv");
}

/// Compares two lenses within 1e-12. A smaller OpenCV model equals a larger one with zeros.
inline void expect_same_lens(const Intrinsics& found, const Intrinsics& expected) {
  EXPECT_EQ(found.image_size, expected.image_size);
  if (!is_opencv_family(found.model) || !is_opencv_family(expected.model)) {
    EXPECT_EQ(found.model, expected.model);
  }
  std::vector<double> a = found.parameters, b = expected.parameters;
  const std::size_t count = std::max(a.size(), b.size());
  a.resize(count);
  b.resize(count);
  for (std::size_t i = 0; i < count; ++i) EXPECT_NEAR(a[i], b[i], 1e-12) << "parameter " << i;
}

inline void expect_same_pose(const Pose& found, const Pose& expected) {
  const double error = (found.matrix() - expected.matrix()).cwiseAbs().maxCoeff();
  EXPECT_LT(error, 1e-12) << found.matrix() << "\nexpected\n" << expected.matrix();
}

}  // namespace calib::testing
