#include "solve/heldout.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "base/append.hpp"
#include "base/parallel.hpp"
#include "solve/board_pose.hpp"
#include "solve/fixed_cameras.hpp"
#include "solve/lens_fit.hpp"
#include "solve/normal_equations.hpp"
#include "solve/reprojection.hpp"
#include "solve/restore_bundle.hpp"
#include "solve/robust_adjust.hpp"

namespace calib {
namespace {

const Eigen::Vector2d kNoPrediction =
    Eigen::Vector2d::Constant(std::numeric_limits<double>::quiet_NaN());

void append_errors(const View& view, const std::vector<Corner>& corners,
                   const std::vector<Eigen::Vector2d>& errors, std::vector<HeldOutCorner>& result) {
  for (std::size_t i = 0; i < corners.size(); ++i) {
    result.push_back({view, corners[i].id, errors.empty() ? kNoPrediction : errors[i]});
  }
}

std::map<int, std::vector<const BundleView*>> views_by_board_pose(const Bundle& bundle) {
  std::map<int, std::vector<const BundleView*>> frames;
  for (const BundleView& view : bundle.views) frames[view.board_pose].push_back(&view);
  return frames;
}

// The views by board pose, without the frames that only one camera saw.
std::map<int, std::vector<const BundleView*>> shared_frames(const Bundle& bundle) {
  auto frames = views_by_board_pose(bundle);
  std::erase_if(frames, [](const auto& entry) { return entry.second.size() < 2; });
  return frames;
}

// Some views of one board at T_rig_board, whose pose is all that is free.
Bundle single_board(const Bundle& rig, const std::vector<const BundleView*>& views,
                    const Pose& T_rig_board) {
  Bundle fixed = fixed_cameras(rig, T_rig_board);
  for (const BundleView* view : views) fixed.views.push_back({view->camera, 0, 0, view->corners});
  return fixed;
}

// Whether the views want the board where it is: from a pose that they were fitted to, no step is
// worth taking.
bool is_fitted(const Bundle& rig, const std::vector<const BundleView*>& views,
               const Pose& T_rig_board) {
  Bundle fixed = single_board(rig, views, T_rig_board);
  if (!total_cost(fixed, {})) return false;
  adjust(fixed, {.tolerance = kRoughTolerance});
  return fixed.board_poses.front() == T_rig_board;
}

// T_rig_board from some views through fixed cameras, starting from the pose that one of them gives.
std::optional<Pose> board_pose_from(const Bundle& rig,
                                    const std::vector<const BundleView*>& views) {
  for (const BundleView* view : views) {
    const BundleCamera& camera = rig.cameras[view->camera];
    const auto pose = estimate_board_pose(Projector(camera.intrinsics), rig.board, view->corners);
    if (!pose) continue;
    Bundle fixed = single_board(rig, views, camera.T_cam_rig.inverse() * pose->T_cam_board);
    if (!total_cost(fixed, {})) continue;
    adjust(fixed);
    return fixed.board_poses.front();
  }
  return std::nullopt;
}

// The errors of one held-out frame: each view is predicted from the other views of the frame.
void predict_frame(const Bundle& rig, const std::vector<const BundleView*>& views,
                   const Observations& observations, std::vector<HeldOutCorner>& result) {
  for (const BundleView* predicted : views) {
    std::vector<const BundleView*> others;
    for (const BundleView* view : views) {
      if (view != predicted) others.push_back(view);
    }
    std::vector<Eigen::Vector2d> errors;
    if (const auto T_rig_board = board_pose_from(rig, others)) {
      const BundleCamera& camera = rig.cameras[predicted->camera];
      errors = reprojection_errors(Projector(camera.intrinsics), rig.board,
                                   camera.T_cam_rig * *T_rig_board, predicted->corners);
    }
    append_errors(observations.views[predicted->observed_view], predicted->corners, errors, result);
  }
}

// The errors of each view through the lens, with the board pose fitted to that view.
void predict_views(const Observations& observations, std::span<const View* const> views,
                   const Projector& lens, std::vector<HeldOutCorner>& result) {
  for (const View* view : views) {
    const auto pose = estimate_board_pose(lens, observations.board, view->corners);
    append_errors(
        *view, view->corners,
        pose ? reprojection_errors(lens, observations.board, pose->T_cam_board, view->corners)
             : std::vector<Eigen::Vector2d>{},
        result);
  }
}

// The Gauss-Newton step of the board pose that belongs to a step of the shared parameters.
Eigen::Matrix<double, 6, 1> pose_step(const FrameEquations& frame, const Eigen::VectorXd& shared) {
  Eigen::Matrix<double, 6, 1> right = frame.gradient;
  for (const ColumnRun& run : frame.runs) {
    right += frame.shared_board_block.middleRows(run.row, run.count).transpose() *
             shared.segment(run.column, run.count);
  }
  return -frame.board_block.ldlt().solve(right);
}

// The pose after two Gauss-Newton steps from `start`, where the lens is fixed.
std::optional<Pose> refit_pose(const Intrinsics& lens, const Board& board,
                               const std::vector<Corner>& corners, const Pose& start) {
  ViewRows rows;
  Pose pose = start;
  for (int step = 0; step < 2; ++step) {
    if (!evaluate_view(lens, board, Pose{}, pose, corners, Derivatives::kBoardPose, rows))
      return std::nullopt;
    const Eigen::Matrix<double, 6, 6> normal = rows.by_board.transpose() * rows.by_board;
    pose = retract(pose, -normal.ldlt().solve(rows.by_board.transpose() * rows.residual));
  }
  return pose;
}

// The sum of the Schur complements of all folds, with the priors of the lens.
SchurComplement sum_of_folds(const Bundle& bundle, const SharedLayout& layout,
                             const std::vector<SchurComplement>& folds) {
  NormalEquations priors{SharedBlock(layout), Eigen::VectorXd::Zero(layout.size), {}};
  add_priors(bundle, layout, priors);
  SchurComplement sum{priors.shared.lower_triangle(), priors.gradient};
  for (const SchurComplement& fold : folds) {
    sum.information += fold.information;
    sum.gradient += fold.gradient;
  }
  return sum;
}

bool is_valid(const Intrinsics& lens) {
  const std::vector<double>& p = lens.parameters;
  return p[0] > 0 && p[1] > 0 &&
         std::all_of(p.begin(), p.end(), [](double value) { return std::isfinite(value); });
}

// The errors of views through the lens of the bundle, from board poses that are nearly fitted.
void predict_fold(const Observations& observations, const Bundle& bundle,
                  const std::vector<BundleView>& views, std::vector<HeldOutCorner>& result) {
  const Intrinsics& lens = bundle.cameras[0].intrinsics;
  std::optional<Projector> projector;
  if (is_valid(lens)) projector.emplace(lens);
  for (const BundleView& view : views) {
    std::optional<Pose> pose;
    if (projector) {
      pose = refit_pose(lens, bundle.board, view.corners,
                        bundle.board_poses[static_cast<std::size_t>(view.board_pose)]);
    }
    append_errors(observations.views[view.observed_view], view.corners,
                  pose ? reprojection_errors(*projector, bundle.board, *pose, view.corners)
                       : std::vector<Eigen::Vector2d>{},
                  result);
  }
}

// The bundle after a Gauss-Newton step of the lens and of the board poses of the equations.
Bundle after_step(Bundle bundle, const NormalEquations& equations, const Eigen::VectorXd& change) {
  Step step{change, {}};
  step.frames.reserve(equations.frames.size());
  for (const FrameEquations& frame : equations.frames)
    step.frames.push_back(pose_step(frame, change));
  apply(step, equations, SharedLayout(bundle), bundle);
  return bundle;
}

// Every folds-th view.
std::vector<std::vector<BundleView>> fold_views(const Bundle& bundle, int folds) {
  std::vector<std::vector<BundleView>> views(static_cast<std::size_t>(folds));
  for (std::size_t i = 0; i < bundle.views.size(); ++i)
    views[i % views.size()].push_back(bundle.views[i]);
  return views;
}

}  // namespace

std::vector<HeldOutCorner> heldout_lens(const Observations& observations,
                                        std::span<const View* const> views, const Intrinsics& start,
                                        double reject, int folds) {
  std::vector<HeldOutCorner> result;
  for (int fold = 0; fold < folds; ++fold) {
    std::vector<const View*> train, test;
    for (std::size_t i = 0; i < views.size(); ++i)
      (static_cast<int>(i) % folds == fold ? test : train).push_back(views[i]);
    Bundle bundle = single_camera_bundle(observations, train, "camera", start);
    if (!bundle.views.empty()) robust_adjust(bundle, observations, reject);
    predict_views(observations, test, Projector(bundle.cameras[0].intrinsics), result);
  }
  return result;
}

std::vector<HeldOutCorner> heldout_step(const Observations& observations, const Bundle& lens,
                                        int folds) {
  const SharedLayout layout(lens);
  const std::vector<std::vector<BundleView>> views = fold_views(lens, folds);
  std::vector<NormalEquations> equations;
  std::vector<SchurComplement> of_fold;
  equations.reserve(views.size());
  of_fold.reserve(views.size());
  for (const std::vector<BundleView>& fold : views) {
    auto found = linearize_views(lens, fold, layout, {});
    if (!found) return {};
    of_fold.push_back(schur_complement(*found, 0, 1));
    equations.push_back(std::move(*found));
  }
  const SchurComplement all = sum_of_folds(lens, layout, of_fold);
  std::vector<HeldOutCorner> result;
  for (std::size_t f = 0; f < views.size(); ++f) {
    const auto change = solve_information(all.information - of_fold[f].information,
                                          of_fold[f].gradient - all.gradient);
    if (!change) return {};
    predict_fold(observations, after_step(lens, equations[f], *change), views[f], result);
  }
  return result;
}

std::vector<HeldOutCorner> heldout_refit(const Observations& observations, const Bundle& lens,
                                         int folds, const AdjustOptions& options) {
  const std::vector<std::vector<BundleView>> views = fold_views(lens, folds);
  std::vector<HeldOutCorner> result;
  for (std::size_t f = 0; f < views.size(); ++f) {
    Bundle train = lens;
    train.views.clear();
    for (std::size_t other = 0; other < views.size(); ++other)
      if (other != f) append(train.views, views[other]);
    adjust(train, options);
    predict_fold(observations, train, views[f], result);
  }
  return result;
}

std::vector<HeldOutCorner> heldout_rig(const Observations& observations,
                                       const Calibration& calibration, int folds, int jobs) {
  const Bundle whole = restore_bundle(observations, calibration);
  const auto frames = shared_frames(whole);
  // By board pose. Frames that only one camera saw have no fold: every solve uses them.
  std::map<int, int> fold_of;
  int position = 0;
  for (const auto& [board_pose, views] : frames) fold_of[board_pose] = position++ % folds;
  std::vector<std::vector<HeldOutCorner>> parts(static_cast<std::size_t>(folds));
  parallel_for(parts.size(), jobs, [&](std::size_t fold) {
    Bundle train = whole;
    std::erase_if(train.views, [&](const BundleView& view) {
      const auto found = fold_of.find(view.board_pose);
      return found != fold_of.end() && found->second == static_cast<int>(fold);
    });
    adjust(train);
    for (const auto& [board_pose, views] : frames) {
      if (fold_of.at(board_pose) == static_cast<int>(fold))
        predict_frame(train, views, observations, parts[fold]);
    }
  });
  std::vector<HeldOutCorner> result;
  for (const auto& part : parts) append(result, part);
  return result;
}

std::vector<HeldOutCorner> predict_lens(const Observations& observations,
                                        std::span<const View* const> views,
                                        const Intrinsics& lens) {
  std::vector<HeldOutCorner> result;
  predict_views(observations, views, Projector(lens), result);
  return result;
}

std::vector<HeldOutCorner> predict_rig(const Observations& observations,
                                       const Calibration& calibration) {
  const Bundle rig = restore_bundle(observations, calibration);
  std::vector<HeldOutCorner> result;
  for (const auto& [board_pose, views] : shared_frames(rig))
    predict_frame(rig, views, observations, result);
  return result;
}

std::map<std::int64_t, Pose> locate_frames(const Observations& observations,
                                           const Calibration& calibration) {
  Calibration everywhere = calibration;
  for (const View& view : observations.views) everywhere.frames.try_emplace(view.frame);
  const Bundle rig = restore_bundle(observations, everywhere);
  std::map<std::int64_t, Pose> frames;
  for (const auto& [board_pose, views] : views_by_board_pose(rig)) {
    const std::int64_t frame = observations.views[views.front()->observed_view].frame;
    const auto solved = calibration.frames.find(frame);
    if (solved != calibration.frames.end() && is_fitted(rig, views, solved->second)) {
      frames[frame] = solved->second;
    } else if (const auto pose = board_pose_from(rig, views)) {
      frames[frame] = *pose;
    }
  }
  return frames;
}

double mean_length(std::span<const HeldOutCorner> corners) {
  double sum = 0;
  for (const HeldOutCorner& corner : corners) sum += corner.error.norm();
  const double mean = sum / static_cast<double>(corners.size());
  return std::isfinite(mean) ? mean : std::numeric_limits<double>::infinity();
}

}  // namespace calib
