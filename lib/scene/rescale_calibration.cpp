#include "scene/rescale_calibration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"

namespace calib {
namespace {

bool is_sideways(const PictureChange& change) { return change.quarter_turns % 2 == 1; }

// Throws Error unless all cameras with a pose are mirrored or none. Returns whether they are.
bool all_mirrored(const PictureChanges& changes, const Calibration& calibration) {
  const Camera* mirrored = nullptr;
  const Camera* other = nullptr;
  for (const Camera& camera : calibration.cameras) {
    if (!camera.T_cam_rig) continue;
    const auto change = changes.find(camera.name);
    (change != changes.end() && change->second.mirrored ? mirrored : other) = &camera;
  }
  require(!mirrored || !other,
          fmt::format("{}: its pictures are mirrored and those of {} are not, so that no rigid rig "
                      "sees both: mirror the pictures back, or mirror all cameras",
                      mirrored ? mirrored->name : "", other ? other->name : ""));
  return mirrored != nullptr;
}

// The values of the grid's cells in the new picture, if each of its cells is one of the old
// picture.
std::optional<ProjectionUncertainty> changed(const ProjectionUncertainty& old,
                                             const PictureChange& change, ImageSize old_size) {
  const bool is_whole = change.x == 0 && change.y == 0 && change.cut == old_size;
  if (!is_whole || is_sideways(change) || change.scale_x != change.scale_y) return std::nullopt;
  ProjectionUncertainty result = old;
  const bool reverse_rows = change.quarter_turns == 2;
  const bool reverse_columns = reverse_rows != change.mirrored;
  constexpr int kColumns = ProjectionUncertainty::kColumns, kRows = ProjectionUncertainty::kRows;
  for (auto member : {&ProjectionUncertainty::near_px, &ProjectionUncertainty::infinity_px}) {
    for (std::size_t i = 0; i < (old.*member).size(); ++i) {
      const int row = static_cast<int>(i) / kColumns, column = static_cast<int>(i) % kColumns;
      const int from = (reverse_rows ? kRows - 1 - row : row) * kColumns +
                       (reverse_columns ? kColumns - 1 - column : column);
      (result.*member)[i] = change.scale_x * (old.*member)[static_cast<std::size_t>(from)];
    }
  }
  return result;
}

// The part of the source that the pictures show; the whole source if nothing was cropped.
CropInfo part_of_source(ImageSize size, const std::optional<CropInfo>& crop) {
  return crop.value_or(CropInfo{size.width, size.height, 0, 0, size.width, size.height});
}

// Pictures that are only cut are a crop, as `calib crop` makes it; all others are no part of the
// source any more, pixel by pixel.
std::optional<CropInfo> changed_crop(const Camera& camera, const PictureChange& change) {
  if (!(change.cut == change.resized) || change.quarter_turns != 0 || change.mirrored)
    return std::nullopt;
  CropInfo crop = part_of_source(camera.image_size, camera.crop);
  crop.x += change.x;
  crop.y += change.y;
  crop.width = change.cut.width;
  crop.height = change.cut.height;
  const bool is_inside = crop.x >= 0 && crop.y >= 0 && crop.x + crop.width <= crop.source_width &&
                         crop.y + crop.height <= crop.source_height;
  const bool is_whole = crop.width == crop.source_width && crop.height == crop.source_height;
  return is_inside && !is_whole ? std::optional(crop) : std::nullopt;
}

// Row y of the old picture is row `step` * y + `first` of it, in terms of the new picture's row y.
struct RowMap {
  double step = 1, first = 0;
};

RowMap old_rows(const PictureChange& change) {
  const double step = 1 / change.scale_y;
  const double first = 0.5 * step - 0.5 + change.y;
  if (change.quarter_turns == 0) return {step, first};
  return {-step, first + step * (change.resized.height - 1)};
}

// A clock gives the time of row 0 and the delay from row to row.
void change_clock(const PictureChange& change, Camera& camera) {
  if (!camera.time || camera.time->line_delay_s == 0) return;
  require(!is_sideways(change),
          fmt::format("{}: its rows are exposed one after the other, and would be columns in "
                      "pictures that are turned by 90 degrees: use the pictures as the camera "
                      "stores them",
                      camera.name));
  const RowMap rows = old_rows(change);
  CameraTime& time = *camera.time;
  time.offset_s += time.line_delay_s * rows.first;
  time.line_delay_s *= rows.step;
  if (time.std.line_delay_s) *time.std.line_delay_s *= std::abs(rows.step);
}

// The clock of the rig is that of the reference camera.
void reset_reference_clock(Calibration& calibration) {
  const Camera* reference = find_camera(calibration, calibration.reference_camera);
  const double shift = reference && reference->time ? reference->time->offset_s : 0;
  if (shift == 0) return;
  for (Camera& camera : calibration.cameras)
    if (camera.time) camera.time->offset_s -= shift;
}

void change_lens(const PictureChange& change, Camera& camera, Eigen::Matrix3d& R_new_old) {
  const RescaledLens lens = rescale_lens(*camera.intrinsics, camera.std.parameters, change);
  camera.intrinsics = lens.intrinsics;
  camera.std.parameters = lens.std;
  R_new_old = lens.R_new_old;
}

// The pose of the turned camera; mirrored cameras have theirs in the mirrored world.
void change_pose(const Eigen::Matrix3d& R_new_old, bool is_mirrored, Camera& camera) {
  if (!camera.T_cam_rig) return;
  const Eigen::Matrix3d world = Eigen::Vector3d(is_mirrored ? -1 : 1, 1, 1).asDiagonal();
  const Eigen::Matrix3d rotation =
      R_new_old * camera.T_cam_rig->rotation.toRotationMatrix() * world;
  camera.T_cam_rig =
      Pose{Eigen::Quaterniond(rotation).normalized(), R_new_old * camera.T_cam_rig->translation};
  if (camera.std.rotation_rad)
    camera.std.rotation_rad = turned_std(R_new_old, *camera.std.rotation_rad);
  if (camera.std.translation_m)
    camera.std.translation_m = turned_std(R_new_old, *camera.std.translation_m);
}

void change_camera(const PictureChange& change, bool is_mirrored, Camera& camera) {
  const ImageSize old_size = camera.image_size;
  Eigen::Matrix3d R_new_old = Eigen::Matrix3d::Identity();
  try {
    if (camera.intrinsics) change_lens(change, camera, R_new_old);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", camera.name, error.what()));
  }
  if (R_new_old != Eigen::Matrix3d::Identity()) change_pose(R_new_old, is_mirrored, camera);
  change_clock(change, camera);
  camera.crop = changed_crop(camera, change);
  if (camera.uncertainty) camera.uncertainty = changed(*camera.uncertainty, change, old_size);
  if (change.scale_x != change.scale_y) camera.reprojection_rms_px.reset();
  if (camera.reprojection_rms_px) *camera.reprojection_rms_px *= change.scale_x;
  camera.model_trials.clear();
  camera.image_size = change.new_size();
}

}  // namespace

void rescale_calibration(const PictureChanges& changes, Calibration& calibration) {
  const bool is_mirrored = all_mirrored(changes, calibration);
  for (Camera& camera : calibration.cameras) {
    const auto change = changes.find(camera.name);
    if (change != changes.end()) change_camera(change->second, is_mirrored, camera);
  }
  if (is_mirrored) {
    calibration.frames.clear();
    calibration.rejected.clear();
    calibration.world.reset();
  }
  forget_covariance(calibration);
  reset_rig_frame(calibration);
  reset_reference_clock(calibration);
  calibration.verdict.reset();
  calibration.quality.clear();
  std::erase_if(calibration.findings, [](const Finding& finding) {
    return source_of(finding.code) == FindingSource::kEvaluation;
  });
}

std::string rescale_advice(const std::string& camera, ImageSize calibrated, ImageSize found) {
  const bool sideways = (calibrated.width > calibrated.height) != (found.width > found.height);
  const ImageSize upright = sideways ? ImageSize{found.height, found.width} : found;
  // The largest part of the calibrated picture with the sides of the new one, to a pixel.
  const double scale = std::max(static_cast<double>(upright.width) / calibrated.width,
                                static_cast<double>(upright.height) / calibrated.height);
  const int width =
      std::min(calibrated.width, static_cast<int>(std::lround(upright.width / scale)));
  const int height =
      std::min(calibrated.height, static_cast<int>(std::lround(upright.height / scale)));
  const bool is_cut = calibrated.width - width > 1 || calibrated.height - height > 1;
  std::string command = "calib rescale calibration.yaml";
  if (!camera.empty()) command += " --camera " + camera;
  if (is_cut) {
    command += fmt::format(" --crop {},{},{},{}", (calibrated.width - width) / 2,
                           (calibrated.height - height) / 2, width, height);
  }
  if (!is_cut || width != upright.width || height != upright.height)
    command += fmt::format(" --size {}", to_text(found));
  if (sideways) command += " --turn 90";
  std::string sure = is_cut ? "cut from the middle" : "only resized";
  if (sideways) sure = "turned clockwise" + std::string(is_cut ? " and cut from the middle" : "");
  return fmt::format(
      "if they are of the same camera and {}, `{} -o rescaled.yaml` brings the "
      "calibration to their size",
      sure, command);
}

std::optional<std::string> crop_advice(const Camera& calibrated, const ObservedCamera& observed) {
  const CropInfo from = part_of_source(calibrated.image_size, calibrated.crop);
  const CropInfo to = part_of_source(observed.image_size, observed.crop);
  if (from.source_width != to.source_width || from.source_height != to.source_height || from == to)
    return std::nullopt;
  return fmt::format(
      "`calib rescale calibration.yaml --camera {} --crop {},{},{},{} -o "
      "rescaled.yaml` makes a calibration for this part of the picture",
      observed.name, to.x - from.x, to.y - from.y, to.width, to.height);
}

}  // namespace calib
