#include "solve/bundle.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/errors.hpp"
#include "base/interrupt.hpp"
#include "base/parallel.hpp"
#include "solve/board_pose.hpp"
#include "solve/normal_equations.hpp"

namespace calib {
namespace {

constexpr int kMaxIterations = 100;
constexpr double kFirstDamping = 1e-4, kMostDamping = 1e16, kLeastDamping = 1e-14;
// Below this variance of a residual (with sigma 1: 1e-9 px) there is nothing left but rounding.
constexpr double kLeastVariance = 1e-18;

// What a step changes, to go back to.
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

// The damping of one solve: less after a step that did what was predicted, more after one that did
// not (Nielsen, "Damping parameter in Marquardt's method", 1999).
class Damping {
 public:
  double value() const { return value_; }
  void accept(double gain_ratio) {
    const double x = 2 * gain_ratio - 1;
    value_ = std::max(kLeastDamping, value_ * std::max(0.1, 1 - x * x * x));
    growth_ = 4;
  }
  /// Less, where the damping itself makes steps small. False when there is none left.
  bool relax() {
    if (value_ <= kLeastDamping) return false;
    value_ = std::max(kLeastDamping, value_ * 1e-4);
    return true;
  }
  /// False when there is no use in going on.
  bool refuse() {
    value_ *= growth_;
    growth_ *= 2;
    return value_ <= kMostDamping;
  }

 private:
  double value_ = kFirstDamping, growth_ = 4;
};

}  // namespace

void adjust(Bundle& bundle, const AdjustOptions& options) {
  if (bundle.views.empty()) return;
  const SharedLayout layout(bundle);
  std::optional<NormalEquations> equations = linearize(bundle, layout, options);
  if (!equations) {
    throw UndeterminedError(
        "the bundle adjustment cannot start: at the first values a lens does not see a corner");
  }
  Damping damping;
  bool refused_here = false, any_step = false;
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    throw_if_interrupted();
    const double variance =
        std::max(kLeastVariance, 2 * equations->cost / equations->degrees_of_freedom());
    // Twice the decrease is the square of the step in units of the result's covariance.
    const std::optional<Step> step = solve_step(*equations, damping.value(), options.jobs);
    if (step && 2 * step->predicted_decrease < options.tolerance * options.tolerance * variance) {
      // A weak direction moves little under damping however far it has to go.
      if (refused_here || !damping.relax()) return;
      continue;
    }
    any_step = any_step || step;
    if (step) {
      const State before(bundle);
      apply(*step, *equations, layout, bundle);
      const std::optional<double> cost = total_cost(bundle, options);
      if (cost && *cost < equations->cost) {
        damping.accept((equations->cost - *cost) / step->predicted_decrease);
        std::optional<NormalEquations> next = linearize(bundle, layout, options);
        if (next) {
          equations = std::move(next);
          refused_here = false;
          continue;
        }
      }
      before.restore(bundle);
    }
    refused_here = true;
    if (damping.refuse()) continue;
    if (any_step) return;  // at the minimum as far as rounding can tell
    throw UndeterminedError(
        "the bundle adjustment finds no step from its first values: check the board's size and the "
        "sigma_px of the corners");
  }
}

std::vector<std::vector<Eigen::Vector2d>> view_errors(const Bundle& bundle,
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
