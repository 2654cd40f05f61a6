#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/append.hpp"
#include "base/text.hpp"
#include "report/calibration_report.hpp"
#include "report/cells.hpp"
#include "report/detail_report.hpp"
#include "report/text_table.hpp"
#include "report/trust_report.hpp"

namespace calib {
namespace {

// How many lines the lists around the tables may have: the first choice that fits is taken.
struct ListLines {
  std::size_t reasons, notes, shots;
};
constexpr ListLines kListLines[] = {{3, 3, 2}, {3, 1, 2}, {3, 1, 0}, {2, 1, 0}, {2, 0, 0}};
constexpr std::size_t kMinPairs = 2;  // pairs for which the table of cameras leaves lines

TableRows camera_rows(const Calibration& calibration, const Evaluation& evaluation) {
  TableRows rows = {{"camera", "lens", "views", "coverage", "RMS error px", "held-out error px",
                     "focal length px", "position mm"}};
  for (const Camera& camera : calibration.cameras) {
    const auto& lens = camera.intrinsics;
    rows.push_back({camera.name, lens ? lens->model : "not known"});
    append(rows.back(), view_cells(camera, evaluation));
    rows.back().push_back(heldout_text(evaluation, camera.name));
    rows.back().push_back(lens ? with_std(lens->parameters[0], parameter_std(camera, 0)) : "-");
    rows.back().push_back(center_text(camera));
  }
  return rows;
}

// A row per pair, in descending order of their row errors.
TableRows pair_rows(const Evaluation& evaluation) {
  std::vector<const PairRowErrors*> pairs;
  for (const PairRowErrors& pair : evaluation.pairs) pairs.push_back(&pair);
  std::stable_sort(pairs.begin(), pairs.end(), [](const PairRowErrors* a, const PairRowErrors* b) {
    return a->row_px.mean > b->row_px.mean;
  });
  TableRows rows = {
      {"pair", "common frames", "baseline mm", "mean row error px", "length error %"}};
  for (const PairRowErrors* pair : pairs) {
    const PairLengths* lengths = find_pair_lengths(evaluation, pair->first, pair->second);
    rows.push_back({pair_name(pair->first, pair->second), std::to_string(pair->frames),
                    to_text(1000 * pair->baseline_m, 2), to_text(pair->row_px.mean, 3),
                    lengths ? scale_text(lengths->errors) : "-"});
  }
  return rows;
}

// The table in at most `most_lines` lines, including its header and, if rows are left out, a line
// that says how many. "" if there are no rows, or too few lines for the header, a row and that
// line.
std::string table_of(TableRows rows, std::size_t most_lines, const char* what) {
  if (rows.size() < 2 || (rows.size() > most_lines && most_lines < 3)) return "";
  const std::size_t left_out = rows.size() > most_lines ? rows.size() - (most_lines - 1) : 0;
  rows.resize(rows.size() - left_out);
  const std::string more =
      left_out > 0 ? fmt::format("  and {} more {} (-v shows all)\n", left_out, what) : "";
  return text_table(rows) + more;
}

std::size_t line_count(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

struct Lists {
  std::string verdict, tail;
};

// The lists that leave `for_tables` lines of `most_lines`, or the shortest ones.
Lists lists_of(const Calibration& calibration, const Evaluation& evaluation, std::size_t most_lines,
               std::size_t for_tables) {
  Lists lists;
  for (const ListLines& each : kListLines) {
    lists = {verdict_text(calibration, each.reasons, each.notes),
             rejected_text(calibration) + next_shots_text(evaluation, each.shots)};
    if (line_count(lists.verdict) + line_count(lists.tail) + for_tables <= most_lines) break;
  }
  return lists;
}

}  // namespace

std::string summary_text(const Calibration& calibration, const Evaluation& evaluation,
                         std::size_t most_lines) {
  const TableRows cameras = camera_rows(calibration, evaluation), pairs = pair_rows(evaluation);
  const std::size_t for_pairs = pairs.size() > 1 ? std::min(pairs.size(), kMinPairs + 2) : 0;
  const auto [verdict, tail] =
      lists_of(calibration, evaluation, most_lines, cameras.size() + for_pairs);
  const std::size_t used = line_count(verdict) + line_count(tail);
  std::size_t left = most_lines > used ? most_lines - used : 0;
  const std::string camera_table = table_of(cameras, left, "cameras");
  left -= line_count(camera_table);
  const std::string models =
      table_of(model_rows(calibration), left > for_pairs ? left - for_pairs : 0, "cameras");
  left -= line_count(models);
  return verdict + camera_table + models + table_of(pairs, left, "pairs") + tail;
}

}  // namespace calib
