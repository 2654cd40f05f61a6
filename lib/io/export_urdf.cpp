// Exports the poses for ROS: a URDF (ROS wiki: "urdf/XML") with a fixed joint from the link of the
// rig to the optical frame of each camera, and from the world to the rig if there is a world; and a
// launch file of ROS 2 with a static_transform_publisher for each of them. Optical frames have x
// right, y down and z forward (REP 103), as calib has them.

#include <fmt/format.h>

#include <cmath>

#include "io/export_list.hpp"
#include "io/export_parts.hpp"
#include "io/xml_tree.hpp"
#include "io/yaml_writer.hpp"

namespace calib {
namespace {

std::string urdf_number(double value) { return yaml_number(value + 0.0, "a pose"); }

std::string xyz(const Eigen::Vector3d& v) {
  return fmt::format("{} {} {}", urdf_number(v.x()), urdf_number(v.y()), urdf_number(v.z()));
}

// Roll, pitch and yaw about the fixed axes x, y and z, in this order: R = Rz(yaw) Ry(pitch)
// Rx(roll).
Eigen::Vector3d roll_pitch_yaw(const Eigen::Matrix3d& R) {
  const double cosine = std::hypot(R(0, 0), R(1, 0));
  const double pitch = std::atan2(-R(2, 0), cosine);
  if (cosine < 1e-12) return {std::atan2(-R(1, 2), R(1, 1)), pitch, 0};
  return {std::atan2(R(2, 1), R(2, 2)), pitch, std::atan2(R(1, 0), R(0, 0))};
}

std::string frame_of(const Camera& camera) { return xml_escaped(camera.name + "_optical_frame"); }

// A frame in its parent.
struct FixedFrame {
  std::string parent, name;
  Pose T_parent_frame;
};

std::vector<FixedFrame> fixed_frames(const Calibration& calibration) {
  std::vector<FixedFrame> frames;
  if (calibration.world) frames.push_back({"world", "rig", calibration.world->T_world_rig});
  for (const Camera& camera : calibration.cameras)
    frames.push_back({"rig", frame_of(camera), pose_or_identity(camera).inverse()});
  return frames;
}

}  // namespace

std::vector<ExportedFile> export_urdf(const Calibration& calibration) {
  const std::vector<FixedFrame> frames = fixed_frames(calibration);
  std::string text = fmt::format(
      "<?xml version=\"1.0\"?>\n<robot name=\"rig\">\n  <link name=\"{}\"/>\n", frames[0].parent);
  for (const FixedFrame& frame : frames) {
    text += fmt::format(
        "  <link name=\"{0}\"/>\n  <joint name=\"{0}_joint\" type=\"fixed\">\n"
        "    <parent link=\"{1}\"/>\n    <child link=\"{0}\"/>\n"
        "    <origin xyz=\"{2}\" rpy=\"{3}\"/>\n  </joint>\n",
        frame.name, frame.parent, xyz(frame.T_parent_frame.translation),
        xyz(roll_pitch_yaw(frame.T_parent_frame.rotation.toRotationMatrix())));
  }
  return {{"rig.urdf", text + "</robot>\n"}};
}

std::vector<ExportedFile> export_ros_tf(const Calibration& calibration) {
  std::string text = "<launch>\n";
  for (const FixedFrame& frame : fixed_frames(calibration)) {
    const Eigen::Vector3d& t = frame.T_parent_frame.translation;
    const Eigen::Quaterniond& q = frame.T_parent_frame.rotation;
    text += fmt::format(
        "  <node pkg=\"tf2_ros\" exec=\"static_transform_publisher\" name=\"{0}_tf\"\n"
        "        args=\"--frame-id {1} --child-frame-id {0} --x {2} --y {3} --z {4} --qx {5} --qy "
        "{6} --qz {7} --qw {8}\"/>\n",
        frame.name, frame.parent, urdf_number(t.x()), urdf_number(t.y()), urdf_number(t.z()),
        urdf_number(q.x()), urdf_number(q.y()), urdf_number(q.z()), urdf_number(q.w()));
  }
  return {{"static_transforms.launch.xml", text + "</launch>\n"}};
}

}  // namespace calib
