#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "evaluate/metrics.hpp"
#include "report/calibration_report.hpp"
#include "report/cells.hpp"
#include "report/detail_report.hpp"
#include "report/text_table.hpp"

namespace calib {
namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t kMostReasons = 3, kMostShots = 2;  // lines of each
constexpr std::size_t kLeastPairs = 2;                   // lines that cameras leave to pairs

Rows camera_rows(const Calibration& calibration, const Evaluation& evaluation) {
  Rows rows = {
      {"camera", "lens", "views", "coverage", "RMS error px", "focal length px", "position mm"}};
  for (const Camera& camera : calibration.cameras) {
    const CameraCoverage* coverage = find_coverage(evaluation, camera.name);
    const std::optional<double> rms = reprojection_rms(camera, evaluation);
    rows.push_back({camera.name, camera.intrinsics ? camera.intrinsics->model : "not known",
                    std::to_string(camera.views),
                    coverage ? fmt::format("{:.0f} %", 100 * coverage->share) : "-",
                    rms ? to_text(*rms, 3) : "-",
                    camera.intrinsics
                        ? with_std(camera.intrinsics->parameters[0], parameter_std(camera, 0))
                        : "-",
                    center_text(camera)});
  }
  return rows;
}

// The pairs with the largest row errors first.
Rows pair_rows(const Evaluation& evaluation) {
  std::vector<const PairRowErrors*> pairs;
  for (const PairRowErrors& pair : evaluation.pairs) pairs.push_back(&pair);
  std::stable_sort(pairs.begin(), pairs.end(), [](const PairRowErrors* a, const PairRowErrors* b) {
    return a->row_px.mean > b->row_px.mean;
  });
  Rows rows = {{"pair", "common frames", "baseline mm", "mean row error px", "length error %"}};
  for (const PairRowErrors* pair : pairs) {
    const PairLengths* lengths = find_pair_lengths(evaluation, pair->first, pair->second);
    rows.push_back({pair_name(pair->first, pair->second), std::to_string(pair->frames),
                    to_text(1000 * pair->baseline_m, 2), to_text(pair->row_px.mean, 3),
                    lengths ? scale_text(lengths->errors) : "-"});
  }
  return rows;
}

// The table in at most `most_lines` lines, its head and a line about what is left out among them.
std::string table_of(Rows rows, std::size_t most_lines, const char* what) {
  if (rows.size() < 2 || most_lines < 3) return "";
  const std::size_t left_out = rows.size() > most_lines ? rows.size() - (most_lines - 1) : 0;
  rows.resize(rows.size() - left_out);
  const std::string more =
      left_out > 0 ? fmt::format("  and {} more {} (-v shows all)\n", left_out, what) : "";
  return text_table(rows) + more;
}

std::size_t line_count(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

std::string summary_text(const Calibration& calibration, const Evaluation& evaluation,
                         std::size_t most_lines) {
  const std::string verdict = verdict_text(calibration, kMostReasons);
  const std::string tail = rejected_text(calibration) + next_shots_text(evaluation, kMostShots);
  const std::size_t used = line_count(verdict) + line_count(tail);
  std::size_t left = most_lines > used ? most_lines - used : 0;
  const Rows pairs = pair_rows(evaluation);
  const std::size_t for_pairs = pairs.size() > 1 ? std::min(pairs.size(), kLeastPairs + 2) : 0;
  const std::string cameras = table_of(camera_rows(calibration, evaluation),
                                       left > for_pairs ? left - for_pairs : 0, "cameras");
  left -= line_count(cameras);
  return verdict + cameras + table_of(pairs, left, "pairs") + tail;
}

}  // namespace calib
