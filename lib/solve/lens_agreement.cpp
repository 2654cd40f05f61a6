#include "solve/lens_agreement.hpp"

#include <algorithm>
#include <cmath>

#include "solve/normal_equations.hpp"

namespace calib {
namespace {

constexpr double kMinSigmas = 5;
// The chi-square by which the own views must fit worse through the joint lens.
constexpr double kMinChiSquare = 100;
// A fault that changes a focal length by more than this also moves the cameras by more than the
// limit of a good rig.
constexpr double kMostUsableChange = 0.005;

// The cost of a camera's views through a lens, each with the board pose that suits it best.
// Returns nullopt if the lens cannot project one of the corners.
std::optional<NormalEquations> own_fit(const Bundle& joint, int camera, const Intrinsics& lens,
                                       const BoardShape& shape, int jobs) {
  Bundle own;
  own.board = joint.board;
  own.board.shape = shape;
  own.cameras = {joint.cameras[static_cast<std::size_t>(camera)]};
  own.cameras[0].intrinsics = lens;
  own.cameras[0].free = FreeIntrinsics::kNone;
  own.cameras[0].pose_free = false;
  for (const BundleView& view : joint.views) {
    if (view.camera != camera) continue;
    own.views.push_back(
        {0, static_cast<int>(own.board_poses.size()), view.observed_view, view.corners});
    own.board_poses.push_back(joint.board_poses[static_cast<std::size_t>(view.board_pose)]);
  }
  const AdjustOptions options{.jobs = jobs, .tolerance = kRoughTolerance};
  if (own.views.empty() || !total_cost(own, options)) return std::nullopt;
  adjust(own, options);
  return linearize(own, SharedLayout(own), options);
}

// The change of the focal length that is largest in standard deviations.
struct FocalChange {
  double relative = 0, sigmas = 0;
};
FocalChange focal_change(const Intrinsics& joint, const Camera& own) {
  FocalChange largest;
  for (const std::size_t k : {0, 1}) {
    const double sigma = own.std.parameters[k];
    const double change = joint.parameters[k] - own.intrinsics->parameters[k];
    if (sigma > 0 && std::abs(change) > largest.sigmas * sigma)
      largest = {change / own.intrinsics->parameters[k], std::abs(change) / sigma};
  }
  return largest;
}

}  // namespace

std::vector<Finding> lens_disagreements(const Bundle& joint, const Calibration& own, int jobs) {
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < joint.cameras.size(); ++i) {
    const BundleCamera& camera = joint.cameras[i];
    const Camera* alone = find_camera(own, camera.name);
    if (!alone || !alone->intrinsics || alone->std.parameters.size() < 2 ||
        alone->intrinsics->model != camera.intrinsics.model || camera.free == FreeIntrinsics::kNone)
      continue;
    const FocalChange change = focal_change(camera.intrinsics, *alone);
    if (change.sigmas < kMinSigmas) continue;
    const int index = static_cast<int>(i);
    const auto with_own = own_fit(joint, index, *alone->intrinsics, own.board.shape, jobs);
    if (!with_own) continue;
    const auto with_joint = own_fit(joint, index, camera.intrinsics, joint.board.shape, jobs);
    const double variance = std::max(1e-12, 2 * with_own->cost / with_own->degrees_of_freedom());
    if (with_joint && 2 * (with_joint->cost - with_own->cost) < kMinChiSquare * variance) continue;
    findings.push_back(
        {.code = FindingCode::kLensesDisagree,
         .severity =
             std::abs(change.relative) > kMostUsableChange ? Severity::kError : Severity::kWarning,
         .cameras = {camera.name},
         .numbers = {{"change_percent", 100 * change.relative}, {"sigmas", change.sigmas}}});
  }
  return findings;
}

}  // namespace calib
