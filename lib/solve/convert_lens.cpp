#include "solve/convert_lens.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "base/errors.hpp"
#include "camera/model_list.hpp"
#include "solve/reprojection.hpp"
#include "solve/sample_lens.hpp"
#include "solve/splined_start.hpp"

namespace calib {
namespace {

constexpr int kGridX = 32, kGridY = 24;
constexpr int kMaxFitIterations = 60;
// The fit ends with a step whose relative decrease of the cost is smaller: if it is to be exact,
// and if it is a start.
constexpr double kExactDecrease = 1e-10, kStartDecrease = 1e-4;
// A model fits a cone of rays well if its largest error is at most this.
constexpr double kMaxGoodErrorPx = 1;
// The half angles of the cones tried, as fractions of the angle of the outermost ray.
constexpr double kCones[] = {1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3};

struct Sample {
  Eigen::Vector2d pixel;
  Eigen::Vector3d ray;
  double angle;  // between the ray and the optical axis
};
using Samples = std::span<const Sample>;

// The samples in the order of their angle, so that those in a cone come first.
std::vector<Sample> by_angle(const std::vector<LensSample>& rays) {
  std::vector<Sample> samples;
  samples.reserve(rays.size());
  for (const auto& [pixel, ray] : rays)
    samples.push_back({pixel, ray, std::atan2(ray.head<2>().norm(), ray.z())});
  std::stable_sort(samples.begin(), samples.end(),
                   [](const Sample& a, const Sample& b) { return a.angle < b.angle; });
  return samples;
}

Samples within(const std::vector<Sample>& samples, double angle) {
  const auto end =
      std::upper_bound(samples.begin(), samples.end(), angle,
                       [](double a, const Sample& sample) { return a < sample.angle; });
  return {samples.begin(), end};
}

struct Errors {
  double sum_of_squares = 0, max_px = 0;
};

// Returns nullopt if the lens cannot project one of the rays.
std::optional<Errors> errors_of(const Intrinsics& lens, Samples samples) {
  if (!(lens.parameters[0] > 0) || !(lens.parameters[1] > 0)) return std::nullopt;
  const Projector projector(lens);
  Errors errors;
  for (const Sample& sample : samples) {
    const auto pixel = projector.project(sample.ray);
    if (!pixel || !pixel->allFinite()) return std::nullopt;
    const double square = (*pixel - sample.pixel).squaredNorm();
    errors.sum_of_squares += square;
    errors.max_px = std::max(errors.max_px, std::sqrt(square));
  }
  return errors;
}

// The normal equations J'J and J'r of the fit, where r are the pixel errors.
struct Equations {
  Eigen::MatrixXd matrix;
  Eigen::VectorXd gradient;
};

Equations linearize(const Intrinsics& lens, Samples samples) {
  const auto count = static_cast<Eigen::Index>(lens.parameters.size());
  const Projector projector(lens);
  Equations equations{Eigen::MatrixXd::Zero(count, count), Eigen::VectorXd::Zero(count)};
  Eigen::Matrix2Xd row(2, count);
  for (const Sample& sample : samples) {
    const auto derivatives = lens_derivatives(lens, sample.ray);
    const auto pixel = projector.project(sample.ray);
    if (!derivatives || !pixel) continue;
    row.setZero();
    for (std::size_t i = 0; i < derivatives->parameters.size(); ++i) {
      row.col(derivatives->parameters[i]) =
          derivatives->by_parameters.col(static_cast<Eigen::Index>(i));
    }
    equations.matrix += row.transpose() * row;
    equations.gradient += row.transpose() * (*pixel - sample.pixel);
  }
  return equations;
}

struct FittedLens {
  Intrinsics lens;
  Errors errors;
};

// The lens after a Levenberg-Marquardt step.
Intrinsics stepped(const Intrinsics& lens, const Equations& equations, double damping) {
  Eigen::MatrixXd damped = equations.matrix;
  damped.diagonal() *= 1 + damping;
  const Eigen::VectorXd step = damped.ldlt().solve(-equations.gradient);
  Intrinsics result = lens;
  for (std::size_t i = 0; i < result.parameters.size(); ++i)
    result.parameters[i] += step[static_cast<Eigen::Index>(i)];
  return result;
}

bool is_finite(const Intrinsics& lens) {
  return std::all_of(lens.parameters.begin(), lens.parameters.end(),
                     [](double value) { return std::isfinite(value); });
}

// Replaces `fit` by a better one after one step. Returns false if no damping gives one.
bool improve(FittedLens& fit, Samples samples, double& damping) {
  constexpr double kMaxFitDamping = 1e8, kFactor = 10;
  const Equations equations = linearize(fit.lens, samples);
  for (; damping < kMaxFitDamping; damping *= kFactor) {
    Intrinsics trial = stepped(fit.lens, equations, damping);
    if (!is_finite(trial)) continue;
    const auto errors = errors_of(trial, samples);
    if (!errors || errors->sum_of_squares >= fit.errors.sum_of_squares) continue;
    fit = {std::move(trial), *errors};
    damping /= kFactor;
    return true;
  }
  return false;
}

// Returns nullopt if the start cannot project one of the rays.
std::optional<FittedLens> fit_from(const Intrinsics& start, Samples samples, double min_decrease) {
  const auto errors = errors_of(start, samples);
  if (!errors) return std::nullopt;
  FittedLens fit{start, *errors};
  double damping = 1e-3;
  for (int i = 0; i < kMaxFitIterations; ++i) {
    const double before = fit.errors.sum_of_squares;
    if (!improve(fit, samples, damping)) break;
    if (before - fit.errors.sum_of_squares <= min_decrease * before) break;
  }
  return fit;
}

bool begins_with(const std::vector<std::string>& names, const std::vector<std::string>& first) {
  return names.size() >= first.size() && std::equal(first.begin(), first.end(), names.begin());
}

// The starts of the model with the principal point of `lens`, and `lens` itself if the parameters
// of one model begin with all those of the other (opencv5 and opencv8).
std::vector<Intrinsics> starts(const Intrinsics& lens, const std::string& model) {
  std::vector<Intrinsics> result =
      starting_intrinsics(model, lens.image_size, Projector(lens).axis_focal_px());
  for (Intrinsics& start : result) {
    start = as_model(std::move(start), model);
    std::copy_n(lens.parameters.begin() + 2, 2, start.parameters.begin() + 2);  // cx, cy
  }
  const std::vector<std::string> from = parameter_names(lens.model), to = parameter_names(model);
  if (begins_with(from, to) || begins_with(to, from)) result.push_back(as_model(lens, model));
  return result;
}

std::optional<FittedLens> best_fit(const std::vector<Intrinsics>& candidates, Samples samples) {
  std::optional<FittedLens> best;
  for (const Intrinsics& start : candidates) {
    auto fit = fit_from(start, samples, kExactDecrease);
    if (fit && (!best || fit->errors.sum_of_squares < best->errors.sum_of_squares))
      best = std::move(fit);
  }
  return best;
}

ConvertedLens converted(const FittedLens& fit, std::size_t fitted, std::size_t all) {
  return {fit.lens, std::sqrt(fit.errors.sum_of_squares / static_cast<double>(fitted)),
          fit.errors.max_px, static_cast<double>(fitted) / static_cast<double>(all)};
}

// The fit of a splined lens is linear and has its own margins.
ConvertedLens convert_to_splined(const Intrinsics& lens, Samples samples) {
  const Intrinsics splined = splined_like(lens);
  const auto errors = errors_of(splined, samples);
  if (!errors)
    throw UndeterminedError(
        "a splined lens cannot cover the image up to its border: choose another --convert-to");
  return converted({splined, *errors}, samples.size(), samples.size());
}

}  // namespace

ConvertedLens convert_lens(const Intrinsics& lens, const std::string& model) {
  require_model(model);
  const std::vector<Sample> samples = by_angle(sample_lens(lens, kGridX, kGridY));
  if (samples.empty())
    throw UndeterminedError(
        fmt::format("the {} lens has no ray for any pixel of its image", lens.model));
  if (model == Splined::name) return convert_to_splined(lens, samples);
  const std::vector<Intrinsics> candidates = starts(lens, model);
  std::optional<ConvertedLens> widest;
  for (const double share : kCones) {
    const Samples cone = within(samples, share * samples.back().angle);
    if (cone.size() < candidates.front().parameters.size()) break;
    const auto fit = best_fit(candidates, cone);
    if (!fit) continue;
    const ConvertedLens result = converted(*fit, cone.size(), samples.size());
    if (result.max_px <= kMaxGoodErrorPx) return result;
    if (!widest) widest = result;
  }
  if (!widest) {
    throw UndeterminedError(fmt::format(
        "no lens of model {} can project the rays of this {} lens: choose another --convert-to",
        model, lens.model));
  }
  return *widest;
}

std::optional<Intrinsics> lens_through(const std::vector<LensSample>& rays, const Intrinsics& like,
                                       const std::string& model) {
  const std::vector<std::string> from = parameter_names(like.model), to = parameter_names(model);
  if (from.size() > kLinearCount && begins_with(to, from)) return as_model(like, model);
  const std::vector<Sample> samples = by_angle(rays);
  const std::vector<Intrinsics> candidates = starts(like, model);
  for (const double share : kCones) {
    const Samples cone = within(samples, share * samples.back().angle);
    const Intrinsics* best = nullptr;
    double least = std::numeric_limits<double>::infinity();
    for (const Intrinsics& candidate : candidates) {
      const auto errors = errors_of(candidate, cone);
      if (!errors || errors->sum_of_squares >= least) continue;
      least = errors->sum_of_squares;
      best = &candidate;
    }
    if (best) return fit_from(*best, cone, kStartDecrease)->lens;
  }
  return std::nullopt;
}

}  // namespace calib
