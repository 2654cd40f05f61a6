#include "solve/board_shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/errors.hpp"
#include "base/text.hpp"
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

std::string shape_text(const BoardShape& shape, const BoardShape& std) {
  std::vector<std::string> parts;
  const auto add = [&](const char* what, double value, double sigma, double unit,
                       const char* name) {
    if (sigma > 0)
      parts.push_back(fmt::format("{} {:.2f} ±{:.2f} {}", what, value * unit, sigma * unit, name));
  };
  add("bow along rows", shape.bow_x_m, std.bow_x_m, 1000, "mm");
  add("bow along columns", shape.bow_y_m, std.bow_y_m, 1000, "mm");
  add("twist", shape.twist_m, std.twist_m, 1000, "mm");
  add("squares higher than wide by", shape.stretch_y, std.stretch_y, 100, "%");
  return join(parts, ", ");
}

}  // namespace calib
