// Reads exports that calib does not import as their documentation says, and compares where cameras
// and points are.

#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <sstream>

#include "io/export_cases.hpp"
#include "io/xml_tree.hpp"
#include "io/yaml_reader.hpp"

namespace calib {
namespace {

const std::vector<Eigen::Vector3d> kPoints = {{0, 0, 2}, {0.3, -0.2, 1.5}, {-0.4, 0.25, 3}};

std::string exported(const Calibration& rig, const std::string& format) {
  return export_calibration(rig, testing::export_format(format))[0].bytes;
}

std::vector<double> numbers_in(const std::string& text) {
  std::vector<double> values;
  const std::regex number("[-+]?[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?");
  for (std::sregex_iterator at(text.begin(), text.end(), number), end; at != end; ++at)
    values.push_back(std::stod(at->str()));
  return values;
}

// The pixel of a point of the rig without distortion.
Eigen::Vector2d pinhole_pixel(const Camera& camera, const Eigen::Vector3d& point) {
  const std::vector<double>& p = camera.intrinsics->parameters;
  const Eigen::Vector3d in_cam = *camera.T_cam_rig * point;
  return {p[0] * in_cam.x() / in_cam.z() + p[2], p[1] * in_cam.y() / in_cam.z() + p[3]};
}

void expect_pose(const Pose& found, const Pose& expected) {
  EXPECT_LT((found.matrix() - expected.matrix()).norm(), 1e-12);  // rounding
}

// The frame of a camera, or of the rig in the world.
struct ExpectedFrame {
  std::string parent, name;
  Pose T_parent_frame;
};

Calibration rig_in_world() {
  Calibration rig = testing::example_rig("opencv5", 3);
  rig.world = WorldFrame{Pose{exp_so3({0.4, 0.5, 0.6}), {1, 2, 3}}};
  return rig;
}

std::vector<ExpectedFrame> expected_frames(const Calibration& rig) {
  std::vector<ExpectedFrame> frames;
  if (rig.world) frames.push_back({"world", "rig", rig.world->T_world_rig});
  for (const Camera& camera : rig.cameras)
    frames.push_back({"rig", camera.name + "_optical_frame", camera.T_cam_rig->inverse()});
  return frames;
}

// Fixed axes: roll about x, then pitch about y, then yaw about z (urdf/XML/joint).
void expect_joints(const Calibration& rig) {
  const XmlElement robot = parse_xml(exported(rig, "urdf"), "rig.urdf");
  const std::vector<ExpectedFrame> frames = expected_frames(rig);
  std::size_t joints = 0;
  EXPECT_EQ(robot.child("link").text("name"), frames[0].parent);
  for (const XmlElement& joint : robot.children) {
    if (joint.name != "joint") continue;
    ASSERT_LT(joints, frames.size());
    const ExpectedFrame& frame = frames[joints++];
    EXPECT_EQ(joint.child("child").text("link"), frame.name);
    EXPECT_EQ(joint.child("parent").text("link"), frame.parent);
    const std::vector<double> xyz = numbers_in(joint.child("origin").text("xyz")),
                              rpy = numbers_in(joint.child("origin").text("rpy"));
    const Eigen::Quaterniond turn = Eigen::AngleAxisd(rpy[2], Eigen::Vector3d::UnitZ()) *
                                    Eigen::AngleAxisd(rpy[1], Eigen::Vector3d::UnitY()) *
                                    Eigen::AngleAxisd(rpy[0], Eigen::Vector3d::UnitX());
    expect_pose({turn, Eigen::Vector3d(xyz.data())}, frame.T_parent_frame);
  }
  EXPECT_EQ(joints, frames.size());
}

TEST(ExportUrdf, JointsPlaceTheOpticalFrames) {
  expect_joints(testing::example_rig("opencv5", 3));
  expect_joints(rig_in_world());
}

void expect_transforms(const Calibration& rig) {
  const XmlElement launch = parse_xml(exported(rig, "ros-tf"), "launch.xml");
  const std::vector<ExpectedFrame> frames = expected_frames(rig);
  ASSERT_EQ(launch.children.size(), frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    std::map<std::string, std::string> given;
    std::istringstream words(launch.children[i].text("args"));
    for (std::string key, value; words >> key >> value;) given[key] = value;
    EXPECT_EQ(given["--frame-id"], frames[i].parent);
    EXPECT_EQ(given["--child-frame-id"], frames[i].name);
    const auto number = [&](const char* key) { return std::stod(given.at(key)); };
    expect_pose({Eigen::Quaterniond(number("--qw"), number("--qx"), number("--qy"), number("--qz")),
                 {number("--x"), number("--y"), number("--z")}},
                frames[i].T_parent_frame);
  }
}

TEST(ExportRosTf, TransformsPlaceTheOpticalFrames) {
  expect_transforms(testing::example_rig("opencv5", 3));
  expect_transforms(rig_in_world());
}

// The origin of the world is 1 m ahead of the rig's. Rows of pixels go down, or up from the bottom.
void expect_coefficients(const std::string& format, bool rows_go_up) {
  const Calibration rig = testing::example_rig("opencv5", 3);
  std::istringstream text(exported(rig, format));
  std::vector<std::vector<double>> rows;
  for (std::string line; std::getline(text, line);) rows.push_back(numbers_in(line));
  ASSERT_EQ(rows.size(), 11u);
  for (std::size_t i = 0; i < 3; ++i) {
    for (const Eigen::Vector3d& point : kPoints) {
      const double x = point.x(), y = point.y(), z = point.z() - 1;
      const auto L = [&](int k) { return rows[static_cast<std::size_t>(k - 1)][i]; };
      const double w = L(9) * x + L(10) * y + L(11) * z + 1;
      const Eigen::Vector2d found((L(1) * x + L(2) * y + L(3) * z + L(4)) / w,
                                  (L(5) * x + L(6) * y + L(7) * z + L(8)) / w);
      Eigen::Vector2d expected = pinhole_pixel(rig.cameras[i], point);
      if (rows_go_up) expected.y() = rig.cameras[i].image_size.height - expected.y();
      EXPECT_LT((found - expected).norm(), 1e-9);  // rounding
    }
  }
}

TEST(ExportDlt, CoefficientsProjectPoints) { expect_coefficients("dlt", false); }

TEST(ExportArgus, RowsGoUp) { expect_coefficients("argus", true); }

// A camera of Blender looks along -z with y up. In units of the sensor's wider side, a point is at
// lens / sensor times its slope, minus the shift, from the middle of the picture. Heights count in
// widths of a pixel.
TEST(ExportBlender, CamerasSeePointsWhereTheRigDoes) {
  Calibration rig = testing::example_rig("opencv5", 3);
  rig.cameras[1].intrinsics->parameters[1] *= 0.8;
  rig.cameras[2].image_size = rig.cameras[2].intrinsics->image_size = {480, 640};
  const std::string script = exported(rig, "blender");
  std::size_t at = script.find("CAMERAS = [");
  for (const Camera& camera : rig.cameras) {
    at = script.find("(\"" + camera.name + "\"", at);
    ASSERT_NE(at, std::string::npos);
    const std::size_t end = script.find('#', at);
    const std::vector<double> n =
        numbers_in(script.substr(at + camera.name.size() + 3, end - at - camera.name.size() - 3));
    ASSERT_EQ(n.size(), 21u);  // size, lens, shift, and a matrix
    const Eigen::Matrix4d matrix_world =
        Eigen::Map<const Eigen::Matrix<double, 4, 4, Eigen::RowMajor>>(n.data() + 5);
    const double pixel_height = camera.intrinsics->parameters[0] / camera.intrinsics->parameters[1];
    const double side = n[0] >= n[1] ? n[0] : pixel_height * n[1];
    for (const Eigen::Vector3d& point : kPoints) {
      const Eigen::Vector4d p = matrix_world.inverse() * point.homogeneous();
      const double scale = n[2] / 36;
      const double u = n[0] / 2 + side * (scale * p.x() / -p.z() - n[3]);
      const double v = n[1] / 2 - side * (scale * p.y() / -p.z() - n[4]) / pixel_height;
      // Blender counts from the corner of the picture.
      EXPECT_LT((Eigen::Vector2d(u - 0.5, v - 0.5) - pinhole_pixel(camera, point)).norm(), 1e-9);
    }
  }
}

// A camera of glTF looks along -z with y up; its world is the rig with y and z turned.
TEST(ExportGltf, NodesAndCamerasFollowTheSpecification) {
  const Calibration rig = testing::example_rig("pinhole", 3);
  const YamlNode root = YamlNode::parse(exported(rig, "gltf"), "rig.gltf");
  EXPECT_EQ(root["asset"]["version"].text(), "2.0");
  const auto nodes = root["nodes"].items(), cameras = root["cameras"].items();
  ASSERT_EQ(nodes.size(), 3u);
  ASSERT_EQ(root["scenes"].items()[0]["nodes"].items().size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    const std::vector<double> t = nodes[i]["translation"].numbers(3),
                              q = nodes[i]["rotation"].numbers(4);
    const Pose T_world_node{Eigen::Quaterniond(q[3], q[0], q[1], q[2]), Eigen::Vector3d(t.data())};
    const YamlNode lens =
        cameras[static_cast<std::size_t>(nodes[i]["camera"].integer())]["perspective"];
    const Camera& camera = rig.cameras[i];
    const double yfov = lens["yfov"].number(), aspect = lens["aspectRatio"].number();
    for (const Eigen::Vector3d& point : kPoints) {
      const Eigen::Vector3d world(point.x(), -point.y(), -point.z());
      const Eigen::Vector3d p = T_world_node.inverse() * world;
      // Normalized device coordinates of the projection matrix, in half pictures from the middle.
      const double y = p.y() / -p.z() / std::tan(yfov / 2);
      const double x = p.x() / -p.z() / (aspect * std::tan(yfov / 2));
      Camera centered = camera;
      centered.intrinsics->parameters[2] = centered.intrinsics->parameters[3] = 0;
      const Eigen::Vector2d expected = pinhole_pixel(centered, point);
      EXPECT_NEAR(x * camera.image_size.width / 2, expected.x(), 1e-9);
      EXPECT_NEAR(-y * camera.image_size.height / 2, expected.y(), 1e-9);
    }
  }
}

}  // namespace
}  // namespace calib
