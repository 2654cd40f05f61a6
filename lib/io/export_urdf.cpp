// Exports the poses for ROS: a URDF (ROS wiki: "urdf/XML") with a fixed joint from the link of the
// rig to the optical frame of each camera, and a launch file of ROS 2 with a static_transform_
// publisher for each of them. Optical frames have x right, y down and z forward (REP 103), as calib
// has them.

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

}  // namespace

std::vector<ExportedFile> export_urdf(const Calibration& calibration) {
  std::string text = "<?xml version=\"1.0\"?>\n<robot name=\"rig\">\n  <link name=\"rig\"/>\n";
  for (const Camera& camera : calibration.cameras) {
    const Pose T_rig_cam = pose_or_identity(camera).inverse();
    text += fmt::format(
        "  <link name=\"{0}\"/>\n  <joint name=\"{0}_joint\" type=\"fixed\">\n"
        "    <parent link=\"rig\"/>\n    <child link=\"{0}\"/>\n"
        "    <origin xyz=\"{1}\" rpy=\"{2}\"/>\n  </joint>\n",
        frame_of(camera), xyz(T_rig_cam.translation),
        xyz(roll_pitch_yaw(T_rig_cam.rotation.toRotationMatrix())));
  }
  return {{"rig.urdf", text + "</robot>\n"}};
}

std::vector<ExportedFile> export_ros_tf(const Calibration& calibration) {
  std::string text = "<launch>\n";
  for (const Camera& camera : calibration.cameras) {
    const Pose T_rig_cam = pose_or_identity(camera).inverse();
    const Eigen::Vector3d& t = T_rig_cam.translation;
    const Eigen::Quaterniond& q = T_rig_cam.rotation;
    text += fmt::format(
        "  <node pkg=\"tf2_ros\" exec=\"static_transform_publisher\" name=\"{0}_tf\"\n"
        "        args=\"--frame-id rig --child-frame-id {0} --x {1} --y {2} --z {3} --qx {4} --qy "
        "{5} --qz {6} --qw {7}\"/>\n",
        frame_of(camera), urdf_number(t.x()), urdf_number(t.y()), urdf_number(t.z()),
        urdf_number(q.x()), urdf_number(q.y()), urdf_number(q.z()), urdf_number(q.w()));
  }
  return {{"static_transforms.launch.xml", text + "</launch>\n"}};
}

}  // namespace calib
