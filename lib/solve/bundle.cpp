#include "solve/bundle.hpp"

#include "base/errors.hpp"
#include "base/interrupt.hpp"
#include "base/parallel.hpp"
#include "solve/board_pose.hpp"
#include "solve/normal_equations.hpp"

namespace calib {
namespace {

constexpr double kInitialDamping = 1e-6, kMaxDamping = 1e16, kMinDamping = 1e-14;
// A variance of the residuals below this (1e-9 px for a sigma of 1 px) is rounding error alone.
constexpr double kMinVariance = 1e-18;

// A copy of all that a step changes, to undo a step that was rejected.
struct State {
  std::vector<BundleCamera> cameras;
  std::vector<Pose> board_poses;
  Board board;

  explicit State(const Bundle& bundle)
      : cameras(bundle.cameras), board_poses(bundle.board_poses), board(bundle.board) {}
  void restore(Bundle& bundle) const {
    bundle.cameras = cameras;
    bundle.board_poses = board_poses;
    bundle.board = board;
  }
};

// The damping of one solve. The gain ratio (actual over predicted decrease of the cost) of each
// step decides how it changes (Nielsen, "Damping parameter in Marquardt's method", 1999).
class Damping {
 public:
  double value() const { return value_; }
  void accept(double gain_ratio) {
    const double x = 2 * gain_ratio - 1;
    value_ = std::max(kMinDamping, value_ * std::max(0.1, 1 - x * x * x));
    growth_ = 4;
  }
  /// Removes the damping where it may itself make the steps short. Returns false if there is none.
  bool remove() {
    if (value_ <= kMinDamping) return false;
    value_ = kMinDamping;
    return true;
  }
  /// Increases the damping after a rejected step. Returns false beyond its maximum.
  bool reject() {
    value_ *= growth_;
    growth_ *= 2;
    return value_ <= kMaxDamping;
  }

 private:
  double value_ = kInitialDamping, growth_ = 4;
};

}  // namespace

void adjust(Bundle& bundle, const AdjustOptions& options) {
  if (bundle.views.empty()) return;
  const SharedLayout layout(bundle);
  std::optional<NormalEquations> equations = linearize(bundle, layout, options);
  if (!equations) {
    throw UndeterminedError(
        "the bundle adjustment cannot start: a lens cannot project a corner at the initial values");
  }
  Damping damping;
  bool rejected_here = false, any_step = false;
  for (int iteration = 0; iteration < options.max_iterations; ++iteration) {
    throw_if_interrupted();
    const double variance =
        std::max(kMinVariance, 2 * equations->cost / equations->degrees_of_freedom());
    // Twice the predicted decrease, over the variance, is the squared length of the step in
    // standard deviations of the result.
    const std::optional<Step> step = solve_step(*equations, damping.value(), options.jobs);
    if (step && 2 * step->predicted_decrease < options.tolerance * options.tolerance * variance) {
      // Damping also shortens the step along weakly determined directions that are far from their
      // minimum: try again without it.
      if (rejected_here || !damping.remove()) return;
      continue;
    }
    any_step = any_step || step;
    if (step) {
      const State before(bundle);
      apply(*step, *equations, layout, bundle);
      std::optional<NormalEquations> next;
      if (has_positive_focal_lengths(bundle)) next = linearize(bundle, layout, options);
      if (next && next->cost < equations->cost) {
        damping.accept((equations->cost - next->cost) / step->predicted_decrease);
        equations = std::move(next);
        rejected_here = false;
        continue;
      }
      before.restore(bundle);
    }
    rejected_here = true;
    if (damping.reject()) continue;
    if (any_step) return;  // at the minimum to within rounding errors
    throw UndeterminedError(
        "the bundle adjustment finds no step from its initial values: check the board's size and "
        "the sigma_px of the corners");
  }
}

std::vector<std::vector<Eigen::Vector2d>> reprojection_errors(const Bundle& bundle,
                                                              const std::vector<BundleView>& views,
                                                              int jobs) {
  std::vector<Projector> lenses;
  for (const BundleCamera& camera : bundle.cameras) lenses.emplace_back(camera.intrinsics);
  std::vector<std::vector<Eigen::Vector2d>> errors(views.size());
  parallel_for(views.size(), jobs, [&](std::size_t i) {
    const BundleView& view = views[i];
    const Pose T_cam_board =
        bundle.cameras[view.camera].T_cam_rig * bundle.board_poses[view.board_pose];
    errors[i] = reprojection_errors(lenses[view.camera], bundle.board, T_cam_board, view.corners);
  });
  return errors;
}

}  // namespace calib
