#include "evaluate/view_scores.hpp"

#include <optional>

#include "base/parallel.hpp"
#include "solve/reprojection.hpp"

namespace calib {
namespace {

constexpr int kCameraParameters = 4;  // fx, fy, cx, cy

using Jacobian = Eigen::Matrix<double, Eigen::Dynamic, kCameraChangeCount>;

Jacobian camera_jacobian(const ViewRows& rows, const Intrinsics& lens) {
  Jacobian result = Jacobian::Zero(rows.residual.size(), kCameraChangeCount);
  for (std::size_t i = 0; i < rows.parameters.size(); ++i) {
    const int parameter = rows.parameters[i];
    if (parameter >= kCameraParameters) continue;
    const auto column = rows.by_intrinsics.col(static_cast<Eigen::Index>(i));
    if (parameter < 2) {
      result.col(0) += lens.parameters[static_cast<std::size_t>(parameter)] * column;
    } else {
      result.col(parameter - 1) = column;
    }
  }
  result.rightCols<6>() = rows.by_camera;
  return result;
}

std::optional<ViewScore> score_of(const Bundle& bundle, const BundleView& view, ViewRows& rows) {
  const BundleCamera& camera = bundle.cameras[view.camera];
  if (!evaluate_view(camera.intrinsics, bundle.board, camera.T_cam_rig,
                     bundle.board_poses[view.board_pose], view.corners, Derivatives::kCamera, rows))
    return std::nullopt;
  const Jacobian by_camera = camera_jacobian(rows, camera.intrinsics);
  ViewScore score;
  score.camera = view.camera;
  score.board_pose = view.board_pose;
  score.camera_block = by_camera.transpose() * by_camera;
  score.cross = by_camera.transpose() * rows.by_board;
  score.board_block = rows.by_board.transpose() * rows.by_board;
  score.camera_gradient = by_camera.transpose() * rows.residual;
  score.board_gradient = rows.by_board.transpose() * rows.residual;
  score.own_residual =
      rows.residual - rows.by_board * score.board_block.ldlt().solve(score.board_gradient);
  score.square = rows.residual.squaredNorm();
  score.ids.reserve(view.corners.size());
  for (std::size_t k = 0; k < view.corners.size(); ++k) {
    score.ids.push_back(view.corners[k].id);
    const double sigma = view.corners[k].sigma_px > 0 ? view.corners[k].sigma_px : 1;
    score.square_px +=
        sigma * sigma * rows.residual.segment<2>(2 * static_cast<Eigen::Index>(k)).squaredNorm();
  }
  score.residuals = static_cast<int>(rows.residual.size());
  return score;
}

}  // namespace

std::vector<ViewScore> view_scores(const Bundle& bundle, int jobs) {
  std::vector<std::optional<ViewScore>> found(bundle.views.size());
  parallel_for(found.size(), jobs, [&](std::size_t v) {
    ViewRows rows;
    found[v] = score_of(bundle, bundle.views[v], rows);
  });
  std::vector<ViewScore> scores;
  scores.reserve(found.size());
  for (auto& score : found) {
    if (score) scores.push_back(*std::move(score));
  }
  return scores;
}

std::map<int, BoardScore> board_scores(const std::vector<ViewScore>& views) {
  std::map<int, BoardScore> boards;
  std::map<int, Eigen::Matrix<double, 6, 6>> blocks;
  for (const ViewScore& view : views) {
    blocks.try_emplace(view.board_pose, Eigen::Matrix<double, 6, 6>::Zero()).first->second +=
        view.board_block;
    boards[view.board_pose].gradient += view.board_gradient;
  }
  for (const auto& [board_pose, block] : blocks) boards[board_pose].block.compute(block);
  return boards;
}

}  // namespace calib
