#include "solve/normal_equations.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <map>
#include <span>

#include "base/parallel.hpp"
#include "solve/column_products.hpp"
#include "solve/reprojection.hpp"
#include "solve/shape_parameters.hpp"

namespace calib {
namespace {

// Sums are computed in parts whose number depends on the problem alone, so that their rounding
// errors do not depend on the number of threads. There are fewer parts if all together would take
// more memory than this.
constexpr std::size_t kMaxParts = 8, kMaxDoubles = std::size_t{1} << 25;  // 256 MB
// Relative damping that is always added, so that the step of a parameter without influence is
// finite.
constexpr double kMinRelativeDamping = 1e-12;

using FrameViews = std::vector<std::vector<const BundleView*>>;

// The board poses that have views (by index), and the views of each.
struct FrameIndex {
  std::vector<int> board_poses;
  FrameViews views;

  FrameIndex(std::size_t poses, std::span<const BundleView> of_views) {
    FrameViews by_pose(poses);
    for (const BundleView& view : of_views) by_pose[view.board_pose].push_back(&view);
    for (std::size_t i = 0; i < by_pose.size(); ++i) {
      if (by_pose[i].empty()) continue;
      board_poses.push_back(static_cast<int>(i));
      views.push_back(std::move(by_pose[i]));
    }
  }
};

struct Part {
  std::size_t begin = 0, end = 0;
};

std::vector<Part> parts_of(std::size_t count, Eigen::Index shared = 1) {
  const auto fitting =
      kMaxDoubles / static_cast<std::size_t>(std::max<Eigen::Index>(1, shared * shared));
  const std::size_t parts = std::min(count, std::clamp(fitting, std::size_t{2}, kMaxParts));
  std::vector<Part> result;
  for (std::size_t i = 0; i < parts; ++i)
    result.push_back({i * count / parts, (i + 1) * count / parts});
  return result;
}

// The Cauchy loss of a corner's residual r with |r|^2 = square, or half the square if scale is 0,
// and the square root of the corner's weight in iteratively reweighted least squares.
struct CornerLoss {
  double cost = 0, root_weight = 1;
};

CornerLoss cauchy_loss(double square, double scale) {
  if (!(scale > 0)) return {square / 2, 1};
  const double ratio = 1 + square / (scale * scale);
  return {scale * scale / 2 * std::log(ratio), 1 / std::sqrt(ratio)};
}

double loss_scale(const AdjustOptions& options, int camera) {
  return options.loss_scales.empty() ? 0 : options.loss_scales[static_cast<std::size_t>(camera)];
}

bool evaluate_bundle_view(const Bundle& bundle, const BundleView& view, Derivatives wanted,
                          ViewRows& rows) {
  const BundleCamera& camera = bundle.cameras[view.camera];
  return evaluate_view(camera.intrinsics, bundle.board, camera.T_cam_rig,
                       bundle.board_poses[view.board_pose], view.corners, wanted, rows);
}

// Sums the normal equations over one part of the frames.
class Accumulator {
 public:
  Accumulator(const Bundle& bundle, const SharedLayout& layout, const AdjustOptions& options)
      : bundle_(bundle),
        layout_(layout),
        options_(options),
        shared(layout),
        gradient(Eigen::VectorXd::Zero(layout.size)),
        row_of_column_(static_cast<std::size_t>(layout.size), -1) {}

  bool add(int board_pose, const std::vector<const BundleView*>& views, FrameEquations& frame) {
    frame.board_pose = board_pose;
    frame.board_block.setZero();
    frame.gradient.setZero();
    views_.resize(std::max(views_.size(), views.size()));
    const Derivatives wanted =
        layout_.board_parameter_count > 0 ? Derivatives::kAll : Derivatives::kCamera;
    for (std::size_t v = 0; v < views.size(); ++v) {
      if (!evaluate_bundle_view(bundle_, *views[v], wanted, views_[v].rows)) return false;
      gather(*views[v], views_[v]);
    }
    lay_out(views.size(), frame);
    for (std::size_t v = 0; v < views.size(); ++v) add_view(views_[v], frame);
    frame.board_block.triangularView<Eigen::StrictlyUpper>() = frame.board_block.transpose();
    for (const int column : columns_) row_of_column_[column] = -1;
    return true;
  }

 private:
  struct ViewSystem {
    ViewRows rows;
    std::vector<int> columns;  // the shared parameters that the view depends on, ascending
    ColumnPanels weighted;     // Jacobians by `columns` and by the board's pose, and the residual
  };

  // Fills `columns` and `weighted`, in which all rows are weighted by the loss.
  void gather(const BundleView& view, ViewSystem& system) {
    const ViewRows& rows = system.rows;
    const SharedLayout::Place& place = layout_.cameras[view.camera];
    system.columns.clear();
    from_.clear();
    for (std::size_t i = 0; i < rows.parameters.size(); ++i) {
      const int column = place.intrinsics[static_cast<std::size_t>(rows.parameters[i])];
      if (column < 0) continue;
      system.columns.push_back(column);
      from_.push_back(static_cast<Eigen::Index>(i));
    }
    append(system.columns, place.pose, 6);
    for (const int column : place.clock) append(system.columns, column, 1);
    append(system.columns, layout_.shape, layout_.board_parameter_count);
    system.weighted.resize(rows.residual.size(),
                           static_cast<Eigen::Index>(system.columns.size()) + 7);
    residuals += rows.residual.size();
    const double scale = loss_scale(options_, view.camera);
    for (Eigen::Index row = 0; row < rows.residual.size(); row += 2) {
      const CornerLoss loss = cauchy_loss(rows.residual.segment<2>(row).squaredNorm(), scale);
      cost += loss.cost;
      gather_row(view, place, row, loss.root_weight, system);
      gather_row(view, place, row + 1, loss.root_weight, system);
    }
  }

  void gather_row(const BundleView& view, const SharedLayout::Place& place, Eigen::Index row,
                  double weight, ViewSystem& system) const {
    const ViewRows& rows = system.rows;
    Eigen::Index column = 0;
    const auto put = [&](double value) { system.weighted(row, column++) = weight * value; };
    for (const Eigen::Index from : from_) put(rows.by_intrinsics(row, from));
    if (place.pose >= 0) {
      for (int i = 0; i < 6; ++i) put(rows.by_camera(row, i));
    }
    for (int k = 0; k < kClockParameters; ++k) {
      // A later exposure shows the board further on its path.
      if (place.clock[static_cast<std::size_t>(k)] < 0) continue;
      put(rows.by_board.row(row).dot(view.exposure.velocity) *
          by_clock(k, view, static_cast<std::size_t>(row / 2)));
    }
    for (int i = 0; i < layout_.board_parameter_count; ++i) put(rows.by_shape(row, i));
    for (int i = 0; i < 6; ++i) put(rows.by_board(row, i));
    put(rows.residual[row]);
  }

  // The derivative of the time at which a corner was exposed by a parameter of the clock.
  static double by_clock(int parameter, const BundleView& view, std::size_t corner) {
    if (parameter == kClockOffset) return 1;
    if (parameter == kClockRate) return view.exposure.time_s;
    return view.corners[corner].y - view.exposure.middle_row;
  }

  static void append(std::vector<int>& columns, int first, int count) {
    if (first < 0) return;
    for (int i = 0; i < count; ++i) columns.push_back(first + i);
  }

  // Gives a row of the frame's shared_board_block to every shared parameter that its views depend
  // on, in ascending order.
  void lay_out(std::size_t views, FrameEquations& frame) {
    columns_.clear();
    for (std::size_t v = 0; v < views; ++v)
      columns_.insert(columns_.end(), views_[v].columns.begin(), views_[v].columns.end());
    std::sort(columns_.begin(), columns_.end());
    columns_.erase(std::unique(columns_.begin(), columns_.end()), columns_.end());
    frame.shared_board_block.setZero(static_cast<Eigen::Index>(columns_.size()), 6);
    frame.runs.clear();
    for (int row = 0; row < static_cast<int>(columns_.size()); ++row) {
      const int column = columns_[static_cast<std::size_t>(row)];
      row_of_column_[static_cast<std::size_t>(column)] = row;
      if (!frame.runs.empty() && frame.runs.back().column + frame.runs.back().count == column) {
        ++frame.runs.back().count;
      } else {
        frame.runs.push_back({column, row, 1});
      }
    }
  }

  void add_view(const ViewSystem& system, FrameEquations& frame) {
    const auto count = static_cast<Eigen::Index>(system.columns.size());
    multiply_columns(system.weighted, products_);
    for (Eigen::Index k = 0; k < count; ++k) {
      const int column = system.columns[static_cast<std::size_t>(k)];
      // The columns of a view are in ascending order, so this fills the lower triangle.
      for (Eigen::Index i = k; i < count; ++i)
        shared(system.columns[static_cast<std::size_t>(i)], column) += products_(i, k);
      frame.shared_board_block.row(row_of_column_[static_cast<std::size_t>(column)]) +=
          products_.col(k).segment<6>(count).transpose();
      gradient[column] += products_(count + 6, k);
    }
    frame.board_block += products_.block<6, 6>(count, count);
    frame.gradient += products_.row(count + 6).segment<6>(count).transpose();
  }

  const Bundle& bundle_;
  const SharedLayout& layout_;
  const AdjustOptions& options_;

 public:
  SharedBlock shared;
  Eigen::VectorXd gradient;
  double cost = 0;
  long residuals = 0;

 private:
  // Members, so that all frames reuse their memory.
  std::vector<ViewSystem> views_;
  std::vector<int> columns_, row_of_column_;
  std::vector<Eigen::Index> from_;
  Eigen::MatrixXd products_;
};

// The elimination of the board pose of one frame, with V = board_block (damped), W =
// shared_board_block and g = gradient: V = L L', Y = W L^-T, z = L^-1 g. The frame subtracts Y Y'
// from the Schur complement and Y z from its gradient.
struct Eliminated {
  Eigen::LLT<Eigen::Matrix<double, 6, 6>> factor;
  Eigen::MatrixXd y;
  Eigen::Matrix<double, 6, 1> z;
};

Eliminated eliminate(const FrameEquations& frame, double damping) {
  Eliminated result;
  Eigen::Matrix<double, 6, 6> board_block = frame.board_block;
  board_block.diagonal() *= 1 + damping + kMinRelativeDamping;
  result.factor.compute(board_block);
  result.z = result.factor.matrixL().solve(frame.gradient);
  result.y = frame.shared_board_block;
  // Without free shared parameters Eigen would access the first element of an empty matrix.
  if (result.y.size() > 0) result.factor.matrixU().solveInPlace<Eigen::OnTheRight>(result.y);
  return result;
}

// The shared parameters of the rows of a frame's shared_board_block.
std::vector<int> columns_of(const FrameEquations& frame) {
  std::vector<int> columns;
  for (const ColumnRun& run : frame.runs)
    for (int i = 0; i < run.count; ++i) columns.push_back(run.column + i);
  return columns;
}

// Frames whose views depend on the same shared parameters, the `columns`.
struct AlikeFrames {
  std::vector<int> columns;
  std::vector<const FrameEquations*> frames;
};

// At most kStackedFrames in each: their products are summed at once, which reads the Schur
// complement once for all of them.
constexpr std::size_t kStackedFrames = 16, kStacksAtATime = 32;
constexpr int kColumnsAtATime = 32;

std::vector<AlikeFrames> alike_frames(std::span<const FrameEquations> frames) {
  std::vector<AlikeFrames> result;
  std::map<std::vector<int>, std::size_t> open;
  for (const FrameEquations& frame : frames) {
    std::vector<int> columns = columns_of(frame);
    const auto [found, is_new] = open.try_emplace(columns, result.size());
    if (is_new || result[found->second].frames.size() == kStackedFrames) {
      found->second = result.size();
      result.push_back({std::move(columns), {}});
    }
    result[found->second].frames.push_back(&frame);
  }
  return result;
}

// Y of the frames, transposed and one below the other, and Y z of all of them.
struct StackedFrames {
  std::vector<int> columns;
  ColumnPanels rows;
  Eigen::VectorXd gradient;
};

StackedFrames stack(const AlikeFrames& alike, double damping) {
  const auto count = static_cast<Eigen::Index>(alike.columns.size());
  StackedFrames result{alike.columns, {}, Eigen::VectorXd::Zero(count)};
  if (count == 0) return result;
  result.rows.resize(6 * static_cast<Eigen::Index>(alike.frames.size()), count);
  for (std::size_t f = 0; f < alike.frames.size(); ++f) {
    const Eliminated eliminated = eliminate(*alike.frames[f], damping);
    for (Eigen::Index k = 0; k < count; ++k) {
      for (Eigen::Index i = 0; i < 6; ++i)
        result.rows(6 * static_cast<Eigen::Index>(f) + i, k) = eliminated.y(k, i);
    }
    result.gradient += eliminated.y * eliminated.z;
  }
  return result;
}

// Subtracts Y Y' (lower triangle) and Y z of the frames. Each thread has columns of its own, few
// enough for the second-level cache, so that sums do not depend on the number of threads.
void subtract_frames(std::span<const StackedFrames> all, int jobs, SchurComplement& from) {
  for (const StackedFrames& frames : all) from.gradient(frames.columns) -= frames.gradient;
  const auto size = static_cast<int>(from.gradient.size());
  const int strips = (size + kColumnsAtATime - 1) / kColumnsAtATime;
  parallel_for(static_cast<std::size_t>(strips), jobs, [&](std::size_t strip) {
    const int begin = static_cast<int>(strip) * kColumnsAtATime;
    for (const StackedFrames& frames : all) {
      if (!frames.columns.empty())
        subtract_column_products(frames.rows, frames.columns, begin,
                                 std::min(begin + kColumnsAtATime, size), from.information);
    }
  });
}

// Calls visit(terms, residual) for each free parameter whose value was given.
template <class Visit>
void visit_given(const BundleCamera& camera, const std::vector<int>& columns, const Visit& visit) {
  if (!camera.given) return;
  const auto& [values, sigmas] = *camera.given;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (columns[k] < 0 || !(sigmas[k] > 0)) continue;
    const std::vector<LensPrior::Term> terms = {{columns[k], 1 / sigmas[k]}};
    visit(terms, (camera.intrinsics.parameters[k] - values[k]) / sigmas[k]);
  }
}

bool has_place(const Board& board, const std::vector<int>& ids) {
  return std::all_of(ids.begin(), ids.end(), [&](int id) {
    return board.parts[part_point(board, id).part].T_board_part.has_value();
  });
}

// Calls visit(terms, residual) for each measured distance between parts whose poses are free.
template <class Visit>
void visit_distances(const Bundle& bundle, const SharedLayout& layout, const Visit& visit) {
  const Board& board = bundle.board;
  if (bundle.distances.empty() || layout.board_parameter_count != board_parameter_count(board))
    return;
  for (const BoardDistance& distance : bundle.distances) {
    if (!has_place(board, distance.from) || !has_place(board, distance.to)) continue;
    const auto [length, by_board] = length_by_board(board, distance);
    std::vector<LensPrior::Term> terms;
    for (int k = 0; k < layout.board_parameter_count; ++k)
      if (by_board[k] != 0) terms.push_back({layout.shape + k, by_board[k] / distance.sigma_m});
    visit(terms, (length - distance.length_m) / distance.sigma_m);
  }
}

// Calls visit(terms, residual) for every prior of a lens with free intrinsics, and for every
// measured distance. The terms are those
// of the free parameters, with columns of the shared parameters instead of indices of the
// intrinsics.
template <class Visit>
void visit_priors(const Bundle& bundle, const SharedLayout& layout, const Visit& visit) {
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    const Intrinsics& lens = bundle.cameras[i].intrinsics;
    const std::vector<int>& columns = layout.cameras[i].intrinsics;
    if (std::all_of(columns.begin(), columns.end(), [](int column) { return column < 0; }))
      continue;
    for (LensPrior& prior : lens_priors(lens)) {
      double residual = 0;
      for (LensPrior::Term& term : prior.terms) {
        const auto parameter = static_cast<std::size_t>(term.parameter);
        residual += term.coefficient * lens.parameters[parameter];
        term.parameter = columns[parameter];
      }
      std::erase_if(prior.terms, [](const LensPrior::Term& term) { return term.parameter < 0; });
      visit(prior.terms, residual);
    }
    visit_given(bundle.cameras[i], columns, visit);
  }
  visit_distances(bundle, layout, visit);
}

}  // namespace

double NormalEquations::degrees_of_freedom() const {
  const auto unknowns = shared.size() + 6 * static_cast<Eigen::Index>(frames.size());
  return std::max(1.0, static_cast<double>(residuals - unknowns));
}

std::optional<NormalEquations> linearize_views(const Bundle& bundle,
                                               std::span<const BundleView> views,
                                               const SharedLayout& layout,
                                               const AdjustOptions& options) {
  const FrameIndex index(bundle.board_poses.size(), views);
  NormalEquations result{
      .shared = SharedBlock(layout), .gradient = Eigen::VectorXd::Zero(layout.size), .frames = {}};
  result.frames.resize(index.views.size());
  const std::vector<Part> parts = parts_of(index.views.size(), layout.size);
  std::vector<std::optional<Accumulator>> sums(parts.size());
  std::vector<char> valid(parts.size(), 1);
  parallel_for(parts.size(), options.jobs, [&](std::size_t p) {
    Accumulator& sum = sums[p].emplace(bundle, layout, options);
    for (std::size_t f = parts[p].begin; f < parts[p].end && valid[p]; ++f)
      valid[p] = sum.add(index.board_poses[f], index.views[f], result.frames[f]);
  });
  if (std::find(valid.begin(), valid.end(), 0) != valid.end()) return std::nullopt;
  for (const auto& sum : sums) {
    result.shared += sum->shared;
    result.gradient += sum->gradient;
    result.cost += sum->cost;
    result.residuals += sum->residuals;
  }
  return result;
}

void add_priors(const Bundle& bundle, const SharedLayout& layout, NormalEquations& equations) {
  visit_priors(bundle, layout, [&](const std::vector<LensPrior::Term>& terms, double residual) {
    for (const LensPrior::Term& a : terms) {
      equations.gradient[a.parameter] += a.coefficient * residual;
      for (const LensPrior::Term& b : terms) {
        if (b.parameter <= a.parameter)
          equations.shared(a.parameter, b.parameter) += a.coefficient * b.coefficient;
      }
    }
    equations.cost += residual * residual / 2;
    ++equations.residuals;
  });
}

std::optional<NormalEquations> linearize(const Bundle& bundle, const SharedLayout& layout,
                                         const AdjustOptions& options) {
  std::optional<NormalEquations> result = linearize_views(bundle, bundle.views, layout, options);
  if (result) add_priors(bundle, layout, *result);
  return result;
}

bool has_positive_focal_lengths(const Bundle& bundle) {
  return std::all_of(bundle.cameras.begin(), bundle.cameras.end(), [](const BundleCamera& camera) {
    const std::vector<double>& p = camera.intrinsics.parameters;
    return p[0] > 0 && p[1] > 0;
  });
}

std::optional<double> total_cost(const Bundle& bundle, const AdjustOptions& options) {
  if (!has_positive_focal_lengths(bundle)) return std::nullopt;
  const std::vector<Part> parts = parts_of(bundle.views.size());
  std::vector<double> costs(parts.size());
  std::vector<char> valid(parts.size(), 1);
  parallel_for(parts.size(), options.jobs, [&](std::size_t p) {
    ViewRows rows;
    for (std::size_t v = parts[p].begin; v < parts[p].end && valid[p]; ++v) {
      const BundleView& view = bundle.views[v];
      valid[p] = evaluate_bundle_view(bundle, view, Derivatives::kNone, rows);
      if (!valid[p]) break;
      const double scale = loss_scale(options, view.camera);
      for (Eigen::Index row = 0; row < rows.residual.size(); row += 2)
        costs[p] += cauchy_loss(rows.residual.segment<2>(row).squaredNorm(), scale).cost;
    }
  });
  if (std::find(valid.begin(), valid.end(), 0) != valid.end()) return std::nullopt;
  double sum = 0;
  for (const double cost : costs) sum += cost;
  visit_priors(bundle, SharedLayout(bundle),
               [&](const auto&, double residual) { sum += residual * residual / 2; });
  return sum;
}

SchurComplement schur_complement(const NormalEquations& equations, double damping, int jobs) {
  SchurComplement result{equations.shared.lower_triangle(), equations.gradient};
  result.information.diagonal() += damping * equations.shared.diagonal();
  const std::vector<AlikeFrames> alike = alike_frames(equations.frames);
  std::vector<StackedFrames> stacked(std::min(alike.size(), kStacksAtATime));
  for (std::size_t begin = 0; begin < alike.size(); begin += kStacksAtATime) {
    const std::size_t count = std::min(alike.size() - begin, kStacksAtATime);
    parallel_for(count, jobs,
                 [&](std::size_t i) { stacked[i] = stack(alike[begin + i], damping); });
    subtract_frames(std::span(stacked).first(count), jobs, result);
  }
  return result;
}

std::optional<Eigen::VectorXd> solve_information(const Eigen::MatrixXd& information,
                                                 const Eigen::VectorXd& right) {
  const Eigen::VectorXd scale = information.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  const Eigen::LLT<Eigen::MatrixXd> factor(scale.asDiagonal() * information * scale.asDiagonal());
  if (factor.info() != Eigen::Success) return std::nullopt;
  return scale.asDiagonal() * factor.solve(scale.asDiagonal() * right);
}

std::optional<Step> solve_step(const NormalEquations& equations, double damping, int jobs) {
  SchurComplement schur = schur_complement(equations, damping, jobs);
  // Scaled to unit diagonal of the undamped shared block, so that units do not matter.
  const Eigen::VectorXd scale =
      equations.shared.diagonal().cwiseMax(1e-300).cwiseSqrt().cwiseInverse();
  Eigen::MatrixXd& scaled = schur.information;
  scaled = scale.asDiagonal() * scaled * scale.asDiagonal();
  scaled.diagonal().array() += kMinRelativeDamping;
  const Eigen::LLT<Eigen::Ref<Eigen::MatrixXd>, Eigen::Lower> factor(scaled);
  if (factor.info() != Eigen::Success) return std::nullopt;
  Step step;
  step.shared = -(scale.asDiagonal() * factor.solve(scale.asDiagonal() * schur.gradient));
  step.frames.resize(equations.frames.size());
  const std::vector<Part> parts = parts_of(step.frames.size());
  parallel_for(parts.size(), jobs, [&](std::size_t p) {
    for (std::size_t f = parts[p].begin; f < parts[p].end; ++f) {
      const Eliminated eliminated = eliminate(equations.frames[f], damping);
      Eigen::Matrix<double, 6, 1> rest = eliminated.z;
      for (const ColumnRun& run : equations.frames[f].runs) {
        rest += eliminated.y.middleRows(run.row, run.count).transpose() *
                step.shared.segment(run.column, run.count);
      }
      step.frames[f] = -eliminated.factor.matrixU().solve(rest);
    }
  });
  // The predicted decrease -g'd - d'Hd/2 of the step d with (H + damping D) d = -g.
  const auto part_of = [damping](const auto& d, const auto& gradient, const auto& diagonal) {
    return (damping * d.cwiseAbs2().dot(diagonal) - d.dot(gradient)) / 2;
  };
  step.predicted_decrease = part_of(step.shared, equations.gradient, equations.shared.diagonal());
  for (std::size_t f = 0; f < step.frames.size(); ++f) {
    const FrameEquations& frame = equations.frames[f];
    step.predicted_decrease +=
        part_of(step.frames[f], frame.gradient, frame.board_block.diagonal());
  }
  if (!std::isfinite(step.predicted_decrease)) return std::nullopt;
  return step;
}

void apply(const Step& step, const NormalEquations& equations, const SharedLayout& layout,
           Bundle& bundle) {
  for (std::size_t i = 0; i < bundle.cameras.size(); ++i) {
    BundleCamera& camera = bundle.cameras[i];
    const SharedLayout::Place& place = layout.cameras[i];
    for (std::size_t k = 0; k < place.intrinsics.size(); ++k) {
      if (place.intrinsics[k] >= 0)
        camera.intrinsics.parameters[k] += step.shared[place.intrinsics[k]];
    }
    if (place.pose >= 0)
      camera.T_cam_rig = retract(camera.T_cam_rig, step.shared.segment<6>(place.pose));
  }
  change_shape(bundle.board, step.shared.segment(layout.shape, layout.board_parameter_count));
  for (std::size_t f = 0; f < equations.frames.size(); ++f) {
    Pose& pose = bundle.board_poses[equations.frames[f].board_pose];
    pose = retract(pose, step.frames[f]);
  }
}

}  // namespace calib
