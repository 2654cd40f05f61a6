#include "solve/board_shape.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/errors.hpp"
#include "solve/covariance.hpp"

namespace calib {
namespace {

constexpr double kSurely = 5, kWorthwhile = 0.02;
// A stretch that is known worse than this is as well the lens's aspect.
constexpr double kWorstStretch = 1e-3;

std::array<double, kBoardShapeCount> numbers(const BoardShape& shape) {
  return {shape.bow_x_m, shape.bow_y_m, shape.twist_m, shape.stretch_y};
}

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
    double* const shape[] = {&check.shape.bow_x_m, &check.shape.bow_y_m, &check.shape.twist_m,
                             &check.shape.stretch_y};
    double* const std[] = {&check.std.bow_x_m, &check.std.bow_y_m, &check.std.twist_m,
                           &check.std.stretch_y};
    for (int k = 0; k < count; ++k) {
      const int column = found.layout.shape + k;
      *shape[k] += step->shared[column];
      *std[k] = std::sqrt(std::max(0.0, found.shared(column, column)));
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
  if (!bundle.board.parts.empty()) return {};  // their numbers are where they stand
  const BoardShapeCheck whole = check_with(bundle, kBoardShapeCount, jobs);
  if (whole.determined && whole.std.stretch_y < kWorstStretch) return whole;
  return check_with(bundle, kBoardShapeCount - 1, jobs);
}

bool matters(const BoardShapeCheck& check) {
  if (!check.determined || check.rms_change < kWorthwhile) return false;
  const auto values = numbers(check.shape), stds = numbers(check.std);
  for (std::size_t k = 0; k < values.size(); ++k) {
    if (stds[k] > 0 && std::abs(values[k]) > kSurely * stds[k]) return true;
  }
  return false;
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
