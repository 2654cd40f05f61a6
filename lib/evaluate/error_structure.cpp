#include "evaluate/error_structure.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "base/append.hpp"
#include "base/parallel.hpp"
#include "scene/rejected_set.hpp"
#include "solve/frame_blocks.hpp"
#include "solve/lens_fit.hpp"
#include "solve/restore_bundle.hpp"
#include "solve/sigma_groups.hpp"

namespace calib {
namespace {

// The sum of the products of neighbors' errors and the number of pairs, both for x and y.
struct Products {
  double sum = 0, square = 0;
  int pairs = 0, corners = 0;
};

Products products_of(const ViewScore& score, const Board& board,
                     const std::vector<NumberedBoard>& singles) {
  const auto count = static_cast<std::size_t>(corner_count(board));
  std::vector<Eigen::Index> row_of(count, -1);  // of the corner's error along x
  for (std::size_t k = 0; k < score.ids.size(); ++k)
    row_of[static_cast<std::size_t>(score.ids[k])] = 2 * static_cast<Eigen::Index>(k);
  const auto error_of = [&](int id) {
    return score.own_residual.segment<2>(row_of[static_cast<std::size_t>(id)]);
  };
  Products result;
  for (int id = 0; id < static_cast<int>(count); ++id) {
    if (row_of[static_cast<std::size_t>(id)] < 0) continue;
    result.square += error_of(id).squaredNorm() / 2;
    ++result.corners;
    const auto add = [&](int other) {
      if (row_of[static_cast<std::size_t>(other)] < 0) return;
      result.sum += error_of(id).dot(error_of(other)) / 2;
      ++result.pairs;
    };
    for (const NumberedBoard& single : singles) {
      const int local = id - single.first_id, columns = single.board->corners_x;
      if (local < 0 || local >= corner_count(*single.board)) continue;
      if (local % columns + 1 < columns) add(id + 1);
      if (local + columns < corner_count(*single.board)) add(id + columns);
    }
  }
  return result;
}

NeighborCorrelation correlation_of(const std::string& name, const std::vector<Products>& views) {
  NeighborCorrelation result{name};
  double sum = 0, pairs = 0, square = 0, corners = 0;
  for (const Products& view : views) {
    sum += view.sum;
    pairs += view.pairs;
    square += view.square;
    corners += view.corners;
  }
  if (pairs == 0 || square == 0 || views.size() < 3) return result;
  const double variance = square / corners;
  result.correlation = sum / pairs / variance;
  double scatter = 0;
  for (const Products& view : views) {
    const double off = view.sum / variance - result.correlation * view.pairs;
    scatter += off * off;
  }
  const double std = std::sqrt(scatter) / pairs;
  if (std > 0) result.sigmas = result.correlation / std;
  return result;
}

std::vector<NeighborCorrelation> neighbor_correlations(const Bundle& bundle,
                                                       const std::vector<ViewScore>& scores,
                                                       int jobs) {
  const std::vector<NumberedBoard> singles = single_boards(bundle.board);
  std::vector<Products> of_view(scores.size());
  parallel_for(scores.size(), jobs,
               [&](std::size_t v) { of_view[v] = products_of(scores[v], bundle.board, singles); });
  std::vector<std::vector<Products>> products(bundle.cameras.size());
  for (std::size_t v = 0; v < scores.size(); ++v)
    products[static_cast<std::size_t>(scores[v].camera)].push_back(of_view[v]);
  std::vector<NeighborCorrelation> result;
  for (std::size_t i = 0; i < products.size(); ++i)
    result.push_back(correlation_of(bundle.cameras[i].name, products[i]));
  return result;
}

// The Gauss-Newton step of a board pose from all of its views. 0 if the pose is already fitted.
std::map<int, ViewScore::Board> common_steps(const std::vector<ViewScore>& scores) {
  std::map<int, ViewScore::Board> steps;
  for (const auto& [board_pose, board] : board_scores(scores))
    steps[board_pose] = -board.block.solve(board.gradient);
  return steps;
}

std::vector<PoseDisagreement> pose_disagreements(const Bundle& bundle,
                                                 const std::vector<ViewScore>& scores) {
  std::map<int, int> views_of_board;
  for (const ViewScore& score : scores) ++views_of_board[score.board_pose];
  struct Sums {
    double explained = 0, explained_px = 0, rest = 0, freedom = 0, rest_freedom = 0;
    int views = 0, corners = 0;
  };
  std::vector<Sums> sums(bundle.cameras.size());
  const std::map<int, ViewScore::Board> steps = common_steps(scores);
  for (const ViewScore& score : scores) {
    const int sharing = views_of_board[score.board_pose];
    if (sharing < 2) continue;
    Sums& sum = sums[static_cast<std::size_t>(score.camera)];
    const ViewScore::Board gradient =
        score.board_gradient + score.board_block * steps.at(score.board_pose);
    const double explained = gradient.dot(score.board_block.ldlt().solve(gradient));
    sum.explained += explained;
    sum.explained_px += explained * score.square_px / std::max(1e-300, score.square);
    sum.rest += score.own_residual.squaredNorm();
    sum.freedom += 6.0 * (sharing - 1) / sharing;
    sum.rest_freedom += score.residuals - 6;
    sum.corners += score.residuals / 2;
    ++sum.views;
  }
  std::vector<PoseDisagreement> result;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const Sums& sum = sums[i];
    PoseDisagreement camera{bundle.cameras[i].name};
    camera.views = sum.views;
    if (sum.views > 0 && sum.rest > 0 && sum.rest_freedom > 0) {
      camera.ratio = sum.explained / sum.freedom / (sum.rest / sum.rest_freedom);
      camera.px = std::sqrt(sum.explained_px / sum.corners);
    }
    result.push_back(camera);
  }
  return result;
}

// The largest ratio of the cameras but one, without the views of that one. Infinite if too few of
// their views are left.
double largest_ratio_without(std::size_t camera, const Bundle& bundle,
                             const std::vector<ViewScore>& scores,
                             const std::vector<PoseDisagreement>& with) {
  std::vector<ViewScore> others;
  std::copy_if(scores.begin(), scores.end(), std::back_inserter(others),
               [&](const ViewScore& score) { return score.camera != static_cast<int>(camera); });
  const std::vector<PoseDisagreement> left = pose_disagreements(bundle, others);
  double largest = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (i == camera || with[i].views == 0) continue;
    if (2 * left[i].views < with[i].views) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, left[i].ratio);
  }
  return largest;
}

// If several cameras disagree and all but one agree without that one, it is the cause.
void name_the_only_cause(const Bundle& bundle, const std::vector<ViewScore>& scores,
                         std::vector<PoseDisagreement>& found) {
  constexpr double kSuspicious = 2, kMostLeft = 0.25, kMuchLess = 4;
  constexpr std::size_t kMostCameras = 16;
  const auto disagrees = [](const PoseDisagreement& each) { return each.ratio > kSuspicious; };
  const auto seen = std::count_if(found.begin(), found.end(),
                                  [](const PoseDisagreement& each) { return each.views > 0; });
  if (seen < 3 || found.size() > kMostCameras ||
      std::count_if(found.begin(), found.end(), disagrees) < 2)
    return;
  double least = std::numeric_limits<double>::infinity(), next = least;
  std::size_t cause = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i].views == 0) continue;
    const double left = largest_ratio_without(i, bundle, scores, found);
    if (left < least) {
      next = std::exchange(least, left);
      cause = i;
    } else {
      next = std::min(next, left);
    }
  }
  double ratio = 0, px = 0;
  for (const PoseDisagreement& each : found) {
    ratio = std::max(ratio, each.ratio);
    px = std::max(px, each.px);
  }
  if (least > std::max(kSuspicious, kMostLeft * ratio) || next < kMuchLess * least) return;
  for (PoseDisagreement& each : found) each.because_of = found[cause].name;
  found[cause].because_of.clear();
  found[cause].ratio = ratio;
  found[cause].px = px;
}

// The structure of one lens, from its own views.
ErrorStructure structure_of_lens(const Observations& observations, int camera, const Camera& solved,
                                 const RejectedSet& rejected) {
  Observations used{observations.board, observations.cameras, {}, {}, {}};
  for (const View& view : observations.views) {
    if (view.camera != camera || rejected.view(solved.name, view.frame)) continue;
    used.views.push_back(view);
    std::erase_if(used.views.back().corners, [&](const Corner& corner) {
      return rejected.corner(solved.name, view.frame, corner.id);
    });
  }
  std::vector<const View*> views;
  for (const View& view : used.views) views.push_back(&view);
  Bundle bundle = single_camera_bundle(used, views, solved.name, *solved.intrinsics);
  rescale_sigmas(bundle, 1, bundle.views);
  std::vector<std::int64_t> frames;
  for (const BundleView& view : bundle.views)
    frames.push_back(used.views[view.observed_view].frame);
  const std::vector<ViewScore> scores = view_scores(bundle, 1);
  const double correlated = correlated_frames(bundle, 1);
  return {neighbor_correlations(bundle, scores, 1),
          {},
          camera_changes(bundle, frames, scores, correlated),
          {},
          correlated};
}

}  // namespace

ErrorStructure error_structure(const Observations& observations, const Calibration& calibration,
                               int jobs) {
  Bundle rig = restore_bundle(observations, calibration);
  ErrorStructure structure;
  if (!rig.views.empty()) {
    rescale_sigmas(rig, jobs, rig.views);
    const std::vector<ViewScore> scores = view_scores(rig, jobs);
    std::vector<std::int64_t> frames;
    for (const auto& [frame, pose] : calibration.frames) frames.push_back(frame);
    const double correlated = correlated_frames(rig, jobs);
    std::vector<PoseDisagreement> disagreements = pose_disagreements(rig, scores);
    name_the_only_cause(rig, scores, disagreements);
    return {neighbor_correlations(rig, scores, jobs), std::move(disagreements),
            camera_changes(rig, frames, scores, correlated),
            rejected_runs(observations, calibration), correlated};
  }
  Observations shaped = observations;
  if (corner_count(calibration.board) > 0) shaped.board = calibration.board;
  if (!has_one_frame(shaped.board)) return structure;
  const RejectedSet rejected(calibration);
  std::vector<ErrorStructure> lenses(shaped.cameras.size());
  parallel_for(lenses.size(), jobs, [&](std::size_t i) {
    const Camera* camera = find_camera(calibration, shaped.cameras[i].name);
    if (camera && camera->intrinsics)
      lenses[i] = structure_of_lens(shaped, static_cast<int>(i), *camera, rejected);
  });
  for (const ErrorStructure& lens : lenses) {
    append(structure.neighbors, lens.neighbors);
    append(structure.changes, lens.changes);
    structure.correlated_frames = std::max(structure.correlated_frames, lens.correlated_frames);
  }
  structure.rejected_runs = rejected_runs(observations, calibration);
  return structure;
}

}  // namespace calib
