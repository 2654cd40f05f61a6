#include "solve/board_distances.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/text.hpp"
#include "scene/board_types.hpp"
#include "solve/normal_equations.hpp"
#include "solve/shape_parameters.hpp"

namespace calib {
namespace {

// A distance that is further off than this many standard deviations of the difference disagrees.
constexpr double kMostDistanceSigmas = 4;

bool is_placed(const Board& board, const std::vector<int>& ids) {
  return board.parts[part_point(board, ids.front()).part].T_board_part.has_value();
}

// The unit that was probably meant, if the ratio of two lengths is that of two units.
bool is_ratio_of_units(double ratio) {
  constexpr double kRatios[] = {10, 100, 1000, 25.4, 2.54, 304.8, 30.48, 3.28084};
  return std::any_of(std::begin(kRatios), std::end(kRatios), [&](double known) {
    return std::abs(ratio / known - 1) < 0.02 || std::abs(ratio * known - 1) < 0.02;
  });
}

std::string advice_on(const Board& board, const BoardDistance& distance, double factor) {
  if (is_ratio_of_units(factor)) return "check the unit of the length";
  const Board& part = board.parts[part_point(board, distance.from.front()).part];
  return fmt::format(
      "measure it again, and the sides of the markers: if the distance is right, "
      "the tags described as {} mm are {} mm wide",
      to_text(1000 * part.marker_m, 4), to_text(1000 * part.marker_m * factor, 4));
}

Finding disagreement_finding(const Board& board, const BoardDistance& distance, double found_m,
                             double sigmas) {
  const double factor = distance.length_m / found_m;
  return {.code = FindingCode::kDistanceDisagrees,
          .severity = Severity::kWarning,
          .numbers = {{"found_mm", 1000 * found_m},
                      {"length_mm", 1000 * distance.length_m},
                      {"sigma_mm", 1000 * distance.sigma_m},
                      {"sigmas", sigmas},
                      {"factor", factor}},
          .words = {{"from", place_name(board, distance.from)},
                    {"to", place_name(board, distance.to)},
                    {"advice", advice_on(board, distance, factor)}}};
}

}  // namespace

std::vector<Finding> take_distances(Bundle& bundle, int jobs) {
  std::vector<Finding> findings;
  bundle.distances.clear();
  const Board& board = bundle.board;
  if (board.distances.empty()) return findings;
  const SharedLayout layout(bundle);
  const auto equations = linearize(bundle, layout, {.jobs = jobs});
  if (!equations) return findings;
  const double freedom = equations->degrees_of_freedom();
  const double scale = freedom > 0 ? std::sqrt(std::max(1e-12, 2 * equations->cost / freedom)) : 1;
  const Eigen::MatrixXd information = schur_complement(*equations, 0, jobs).information;
  for (const BoardDistance& distance : board.distances) {
    if (!is_placed(board, distance.from) || !is_placed(board, distance.to)) continue;
    const auto [length, by_board] = length_by_board(board, distance);
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(layout.size);
    gradient.segment(layout.shape, layout.board_parameter_count) = by_board.transpose();
    const auto response = solve_information(information, gradient);
    const double own = response ? scale * std::sqrt(std::max(0.0, gradient.dot(*response))) : 0;
    const double sigmas = (length - distance.length_m) / std::hypot(own, distance.sigma_m);
    if (std::abs(sigmas) > kMostDistanceSigmas) {
      findings.push_back(disagreement_finding(board, distance, length, sigmas));
      continue;
    }
    bundle.distances.push_back(distance);
    bundle.distances.back().sigma_m /= scale;
  }
  return findings;
}

std::vector<Finding> distance_findings(const Bundle& bundle) {
  std::vector<Finding> findings;
  for (const BoardDistance& used : bundle.distances) {
    const auto told = std::find_if(bundle.board.distances.begin(), bundle.board.distances.end(),
                                   [&](const BoardDistance& each) {
                                     return std::tie(each.from, each.to, each.length_m) ==
                                            std::tie(used.from, used.to, used.length_m);
                                   });
    const double found = length_by_board(bundle.board, used).length_m;
    findings.push_back({.code = FindingCode::kDistanceFound,
                        .numbers = {{"found_mm", 1000 * found},
                                    {"length_mm", 1000 * told->length_m},
                                    {"sigma_mm", 1000 * told->sigma_m},
                                    {"error_mm", 1000 * (found - told->length_m)}},
                        .words = {{"from", place_name(bundle.board, told->from)},
                                  {"to", place_name(bundle.board, told->to)}}});
  }
  return findings;
}

}  // namespace calib
