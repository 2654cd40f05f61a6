#include "io/pose_yaml.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "io/random_parts.hpp"
#include "io/yaml_writer.hpp"
#include "support/error_text.hpp"

namespace calib {
namespace pose_yaml_test {

using testing::error_text;

std::string text_of(const Pose& pose) { return yaml_matrix(written_matrix(snapped(pose)), "T"); }
Pose read_back(const std::string& text) { return read_pose(YamlNode::parse(text, "t.yaml")); }

// Checks for one pose that writing, reading and writing again gives the same matrix.
void expect_lossless(const Pose& pose) {
  const std::string text = text_of(pose);
  const Pose read = read_back(text);
  EXPECT_EQ(text_of(read), text);
  const Pose held = snapped(pose);
  EXPECT_EQ(read.rotation.coeffs(), held.rotation.coeffs()) << text;
  EXPECT_EQ(read.translation, pose.translation);
  // The step of the grid is 1.1e-13. Each of three ratios has an error of up to half a step, and
  // the error of the angle is twice the length of these errors.
  EXPECT_LT(angle_between(read.rotation, pose.rotation), 3e-13) << text;
}

TEST(PoseYaml, RandomPosesAreWrittenTheSameAfterReading) {
  testing::Random random(1);
  for (int i = 0; i < 10000; ++i) expect_lossless(testing::random_pose(random));
}

TEST(PoseYaml, SmallRotationsKeepTheirDigits) {
  testing::Random random(2);
  for (int i = 0; i < 1000; ++i) {
    const double angle = std::pow(10.0, testing::uniform(random, -12, 0));
    const Eigen::Vector3d axis = testing::random_pose(random).translation.normalized();
    expect_lossless({exp_so3(angle * axis), Eigen::Vector3d::Zero()});
  }
}

// If components of the quaternion are equally large, another one may be the largest after reading.
TEST(PoseYaml, RotationsAtAndNearTies) {
  testing::Random random(3);
  const std::array<double, 3> values = {-1, 0, 1};
  for (int code = 0; code < 81; ++code) {
    const Eigen::Vector4d q(values[code % 3], values[code / 3 % 3], values[code / 9 % 3],
                            values[code / 27]);
    if (q.isZero()) continue;
    for (const double nearness : {0.0, 1e-16, 1e-15, 3e-14, 6e-14, 1e-13, 2e-13, 1e-9}) {
      const Eigen::Vector4d moved = q + nearness * Eigen::Vector4d::NullaryExpr([&] {
                                          return testing::uniform(random, -1, 1);
                                        });
      expect_lossless({Eigen::Quaterniond(moved).normalized(), Eigen::Vector3d::Zero()});
    }
  }
}

TEST(PoseYaml, QuarterTurnsAreExact) {
  const Pose quarter{
      Eigen::Quaterniond(Eigen::AngleAxisd(std::acos(0.0), Eigen::Vector3d::UnitX())), {1, 2, 3}};
  EXPECT_EQ(text_of(quarter), "[[1, 0, 0, 1], [0, 0, -1, 2], [0, 1, 0, 3], [0, 0, 0, 1]]");
  EXPECT_EQ(text_of(Pose{}), "[[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]");
}

TEST(PoseYaml, RefusesWhatIsNotRigid) {
  EXPECT_EQ(error_text([] { read_back("[[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]"); }),
            "t.yaml:1:1: found 3 rows, expected a 4x4 matrix");
  EXPECT_EQ(error_text([] { read_back("[[1, 0, 0, 0], [0, 1, 0], [0, 0, 1, 0], [0, 0, 0, 1]]"); }),
            "t.yaml:1:16: found 3 numbers for '[1]', expected 4");
  const auto rigid_error = [](const std::string& off) {
    return error_text([&] {
      read_pose(YamlNode::parse(
          "T: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, " + off + ", 0], [0, 0, 0, 1]]", "t.yaml")["T"]);
    });
  };
  EXPECT_EQ(rigid_error("1.1"),
            "t.yaml:1:4: 'T' is not a rigid motion: it is off by 0.21, expected a rotation, a "
            "translation and the last row [0, 0, 0, 1]");
  // A reflection.
  EXPECT_EQ(rigid_error("-1").substr(0, 50), "t.yaml:1:4: 'T' is not a rigid motion: it is off b");
  // A rotation with seven digits, as another tool may print it, is accepted.
  EXPECT_NO_THROW(read_back("[[0.9999998, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]"));
}

}  // namespace pose_yaml_test
}  // namespace calib
