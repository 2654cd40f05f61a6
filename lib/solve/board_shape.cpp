#include "solve/board_shape.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/errors.hpp"
#include "solve/covariance.hpp"
#include "solve/shape_parameters.hpp"

namespace calib {
namespace {

constexpr double kMinShapeSigmas = 5, kMinRmsChange = 0.02;
// With a larger standard deviation the stretch cannot be told from the ratio fx / fy of the lens.
constexpr double kMaxStretchStd = 1e-3;

BoardShapeCheck check_with(Bundle bundle, int count, int jobs) {
  bundle.free_shape = count;
  BoardShapeCheck check;
  check.shape = bundle.board.shape;
  AdjustOptions options;
  options.jobs = jobs;
  try {
    const Covariance found = covariance(bundle, jobs);
    const auto equations = linearize(bundle, found.layout, options);
    const auto step = solve_step(*equations, 0, jobs);
    if (!step) return check;
    check.determined = true;
    for (int k = 0; k < count; ++k) {
      const int column = found.layout.shape + k;
      check.shape.*kShapeFields[k] += step->shared[column];
      check.std.*kShapeFields[k] = std::sqrt(std::max(0.0, found.shared(column, column)));
    }
    if (equations->cost > 0)
      check.rms_change =
          1 - std::sqrt(std::max(0.0, 1 - step->predicted_decrease / equations->cost));
  } catch (const UndeterminedError&) {
    check.determined = false;
  }
  return check;
}

}  // namespace

BoardShapeCheck check_board_shape(const Bundle& bundle, int jobs) {
  if (!bundle.board.parts.empty())
    return {};  // the parameters of several boards are their relative poses
  const BoardShapeCheck whole = check_with(bundle, kBoardShapeCount, jobs);
  if (whole.determined && whole.std.stretch_y < kMaxStretchStd) return whole;
  return check_with(bundle, kBoardShapeCount - 1, jobs);
}

bool matters(const BoardShapeCheck& check) {
  if (!check.determined || check.rms_change < kMinRmsChange) return false;
  return std::any_of(std::begin(kShapeFields), std::end(kShapeFields), [&](auto field) {
    const double sigma = check.std.*field;
    return sigma > 0 && std::abs(check.shape.*field) > kMinShapeSigmas * sigma;
  });
}

int estimable_shape(const BoardShapeCheck& check) {
  if (!check.determined) return 0;
  return check.std.stretch_y > 0 ? kBoardShapeCount : kBoardShapeCount - 1;
}

Finding shape_finding(FindingCode code, Severity severity, const BoardShapeCheck& check) {
  const BoardShape &shape = check.shape, &std = check.std;
  return {.code = code,
          .severity = severity,
          .numbers = {{"bow_x_mm", 1000 * shape.bow_x_m},
                      {"bow_x_std_mm", 1000 * std.bow_x_m},
                      {"bow_y_mm", 1000 * shape.bow_y_m},
                      {"bow_y_std_mm", 1000 * std.bow_y_m},
                      {"twist_mm", 1000 * shape.twist_m},
                      {"twist_std_mm", 1000 * std.twist_m},
                      {"stretch_y_percent", 100 * shape.stretch_y},
                      {"stretch_y_std_percent", 100 * std.stretch_y},
                      {"rms_change_percent", 100 * check.rms_change}}};
}

}  // namespace calib
