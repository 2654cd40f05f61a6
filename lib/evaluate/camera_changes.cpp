#include "evaluate/camera_changes.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

namespace calib {
namespace {

using Vector = ViewScore::Camera;
using Block = ViewScore::CameraBlock;
using Kind = CameraChange::Kind;

constexpr int kMinFrames = 4;    // minimum on each side of a change
constexpr int kMostBlocks = 16;  // for the scatter between blocks of frames
constexpr int kMostChanges = 6;

// The parameters that a kind of change moves.
struct Hypothesis {
  Kind kind;
  int first, count;
  // A turn moves the picture almost as a principal point does, and is far more common.
  double credit;
};
constexpr Hypothesis kHypotheses[] = {
    {Kind::kZoom, 0, 1, 1}, {Kind::kPrincipalPoint, 1, 2, 0.9}, {Kind::kPose, 3, 6, 1}};
// The score of a change is its chi-square minus kParameterCost for each of its parameters (an
// information criterion). A change counts if its score is above kMinScore, which chance does not
// reach over all frames and cameras that are tried.
constexpr double kParameterCost = 4, kMinScore = 32;

// The gradient and the information of one camera's views at one frame, with the board pose free.
struct FrameScore {
  int board_pose = 0;
  Block block = Block::Zero();
  Vector gradient = Vector::Zero();
};

struct Scores {
  std::map<int, BoardScore> boards;
  std::vector<ViewScore> views;
  double variance = 1;
};

Scores gather(const std::vector<ViewScore>& views) {
  Scores scores{board_scores(views), views, 1};
  double square = 0;
  long residuals = 0;
  for (const ViewScore& view : views) {
    square += view.square;
    residuals += view.residuals;
  }
  const double unknowns = 6.0 * static_cast<double>(scores.boards.size());
  scores.variance =
      std::max(1e-12, square / std::max(1.0, static_cast<double>(residuals) - unknowns));
  return scores;
}

std::vector<FrameScore> scores_of(const Scores& scores, int camera) {
  std::vector<FrameScore> frames;
  for (const ViewScore& view : scores.views) {
    if (view.camera != camera) continue;
    const BoardScore& board = scores.boards.at(view.board_pose);
    FrameScore frame{view.board_pose};
    frame.block = view.camera_block - view.cross * board.block.solve(view.cross.transpose());
    frame.gradient = view.camera_gradient - view.cross * board.block.solve(board.gradient);
    frames.push_back(frame);
  }
  std::sort(frames.begin(), frames.end(),
            [](const FrameScore& a, const FrameScore& b) { return a.board_pose < b.board_pose; });
  return frames;
}

// The sums over the frames, weighted by how far the change has come at each: w from 0 to 1.
struct ProfileSums {
  Block block_w = Block::Zero(), block_ww = Block::Zero();
  Vector gradient_w = Vector::Zero();
};

// The step of the parameters of a hypothesis and what it explains, with all parameters of the
// camera free besides: the Schur complement of [H, H_w; H_w', H_ww].
struct Fit {
  double chi_square = 0;
  Vector step = Vector::Zero(), common = Vector::Zero();
};

class CameraTest {
 public:
  CameraTest(const std::vector<FrameScore>& frames, int parameters, double correlated)
      : frames_(frames), parameters_(parameters), correlated_(correlated) {
    for (const FrameScore& frame : frames_) {
      block_ += frame.block;
      gradient_ += frame.gradient;
    }
    const Eigen::MatrixXd all = block_.topLeftCorner(parameters_, parameters_);
    Eigen::MatrixXd damped = all;
    damped.diagonal() *= 1 + 1e-9;
    factor_.compute(damped);
  }

  Fit fit(const Hypothesis& test, const ProfileSums& sums) const {
    const Eigen::MatrixXd cross = sums.block_w.block(0, test.first, parameters_, test.count);
    const Eigen::MatrixXd solved = factor_.solve(cross);
    Eigen::MatrixXd own = sums.block_ww.block(test.first, test.first, test.count, test.count) -
                          cross.transpose() * solved;
    own.diagonal() *= 1 + 1e-9;
    const Eigen::VectorXd score = sums.gradient_w.segment(test.first, test.count) -
                                  solved.transpose() * gradient_.head(parameters_);
    const Eigen::LDLT<Eigen::MatrixXd> factor(own);
    const Eigen::VectorXd step = -factor.solve(score);
    Fit result;
    if (!factor.isPositive() || !step.allFinite()) return result;
    result.chi_square = -score.dot(step);
    result.step.segment(test.first, test.count) = step;
    result.common.head(parameters_) = -factor_.solve(gradient_.head(parameters_) + cross * step);
    return result;
  }

  ProfileSums sums(const std::vector<double>& weights) const {
    ProfileSums result;
    for (std::size_t f = 0; f < frames_.size(); ++f) {
      result.block_w += weights[f] * frames_[f].block;
      result.block_ww += weights[f] * weights[f] * frames_[f].block;
      result.gradient_w += weights[f] * frames_[f].gradient;
    }
    return result;
  }

  // The scatter of the scores between blocks of frames after the change is taken out, in units of
  // what independent errors give.
  double scatter(const Hypothesis& test, const Fit& fit, const std::vector<double>& weights,
                 double variance) const {
    const std::size_t count = frames_.size();
    const auto independent = static_cast<std::size_t>(static_cast<double>(count) / correlated_);
    const std::size_t blocks = std::clamp<std::size_t>(independent / 2, 2, kMostBlocks);
    double sum = 0;
    for (std::size_t b = 0; b < blocks; ++b) {
      Eigen::MatrixXd block = Eigen::MatrixXd::Zero(test.count, test.count);
      Eigen::VectorXd score = Eigen::VectorXd::Zero(test.count);
      for (std::size_t f = b * count / blocks; f < (b + 1) * count / blocks; ++f) {
        const FrameScore& frame = frames_[f];
        const Vector left = frame.gradient + frame.block * (fit.common + weights[f] * fit.step);
        block += frame.block.block(test.first, test.first, test.count, test.count);
        score += left.segment(test.first, test.count);
      }
      block.diagonal() *= 1 + 1e-9;
      sum += score.dot(block.ldlt().solve(score)) / variance;
    }
    return sum / static_cast<double>(blocks * static_cast<std::size_t>(test.count));
  }

  double correlated() const { return correlated_; }

 private:
  const std::vector<FrameScore>& frames_;
  int parameters_;
  double correlated_;
  Block block_ = Block::Zero();
  Vector gradient_ = Vector::Zero();
  Eigen::LDLT<Eigen::MatrixXd> factor_;
};

std::vector<double> step_weights(std::size_t count, std::size_t at) {
  std::vector<double> weights(count, 0.0);
  std::fill(weights.begin() + static_cast<std::ptrdiff_t>(at), weights.end(), 1.0);
  return weights;
}

std::vector<double> drift_weights(const std::vector<FrameScore>& frames) {
  std::vector<double> weights;
  weights.reserve(frames.size());
  const double first = frames.front().board_pose, last = frames.back().board_pose;
  for (const FrameScore& frame : frames)
    weights.push_back((frame.board_pose - first) / std::max(1.0, last - first));
  return weights;
}

struct Found {
  double score = 0;
  int camera = 0;
  const Hypothesis* test = nullptr;
  bool gradual = false;
  std::size_t at = 0;
  Fit fit;
  std::vector<double> weights;
  std::vector<int> board_poses;
};

// The best change of one kind: a sudden one at any frame, or an even drift.
std::optional<Found> best_change(const CameraTest& test, const std::vector<FrameScore>& frames,
                                 const Hypothesis& hypothesis, double variance) {
  const std::size_t count = frames.size();
  if (count < 2 * kMinFrames) return std::nullopt;
  Found best;
  ProfileSums sums;  // of the frames from `at` on
  for (std::size_t at = count; at-- > kMinFrames;) {
    sums.block_w += frames[at].block;
    sums.gradient_w += frames[at].gradient;
    if (at > count - kMinFrames) continue;
    sums.block_ww = sums.block_w;
    Fit fit = test.fit(hypothesis, sums);
    if (fit.chi_square > best.fit.chi_square) {
      best.fit = fit;
      best.at = at;
    }
  }
  best.weights = step_weights(count, best.at);
  const std::vector<double> drift = drift_weights(frames);
  if (Fit fit = test.fit(hypothesis, test.sums(drift)); fit.chi_square > best.fit.chi_square) {
    best.fit = fit;
    best.gradual = true;
    best.weights = drift;
  }
  const double scatter =
      std::max(test.correlated(), test.scatter(hypothesis, best.fit, best.weights, variance));
  best.score = hypothesis.credit * best.fit.chi_square / (variance * scatter) -
               kParameterCost * hypothesis.count;
  best.test = &hypothesis;
  for (const FrameScore& frame : frames) best.board_poses.push_back(frame.board_pose);
  return best;
}

// Subtracts the effect of the change from the gradients of all views, so that other changes can be
// detected.
void take_out(const Found& found, Scores& scores) {
  std::map<int, double> weight;
  for (std::size_t f = 0; f < found.weights.size(); ++f)
    weight[found.board_poses[f]] = found.weights[f];
  for (ViewScore& view : scores.views) {
    if (view.camera != found.camera) continue;
    const Vector step = found.fit.common + weight.at(view.board_pose) * found.fit.step;
    view.camera_gradient += view.camera_block * step;
    const ViewScore::Board change = view.cross.transpose() * step;
    view.board_gradient += change;
    scores.boards.at(view.board_pose).gradient += change;
  }
}

CameraChange describe_change(const Found& found, const Bundle& bundle,
                             const std::vector<std::int64_t>& frames, double variance) {
  CameraChange change;
  change.camera = bundle.cameras[static_cast<std::size_t>(found.camera)].name;
  change.kind = found.test->kind;
  change.gradual = found.gradual;
  change.frame = frames[static_cast<std::size_t>(
      found.board_poses[found.gradual ? found.board_poses.size() / 2 : found.at])];
  change.zoom = found.fit.step[0];
  change.shift_px = found.fit.step.segment<2>(1);
  change.angle_rad = found.fit.step.segment<3>(3).norm();
  change.chi_square = found.fit.chi_square / variance;
  return change;
}

}  // namespace

std::vector<CameraChange> camera_changes(const Bundle& bundle,
                                         const std::vector<std::int64_t>& frames,
                                         const std::vector<ViewScore>& views, double correlated) {
  std::vector<CameraChange> changes;
  Scores scores = gather(views);
  const bool single = bundle.cameras.size() == 1;
  for (int round = 0; round < kMostChanges; ++round) {
    Found best;
    for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
      const std::vector<FrameScore> own = scores_of(scores, static_cast<int>(i));
      if (own.size() < 2 * kMinFrames) continue;
      const CameraTest test(own, single ? 3 : kCameraChangeCount, correlated);
      for (const Hypothesis& hypothesis : kHypotheses) {
        if (single && hypothesis.kind == Kind::kPose) continue;
        auto found = best_change(test, own, hypothesis, scores.variance);
        if (!found || found->score <= best.score) continue;
        best = std::move(*found);
        best.camera = static_cast<int>(i);
      }
    }
    if (best.score < kMinScore) break;
    changes.push_back(describe_change(best, bundle, frames, scores.variance));
    take_out(best, scores);
  }
  return changes;
}

}  // namespace calib
