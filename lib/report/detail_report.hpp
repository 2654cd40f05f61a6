#pragma once
// The detailed metrics of an evaluation as text and JSON: worst views, systematic errors, board
// poses, lengths, stream offsets and camera motions.

#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "evaluate/verdict.hpp"
#include "report/text_table.hpp"

namespace calib {

/// The header and a row per camera with board poses.
TableRows detail_rows(const Evaluation& evaluation);
/// The lines below the tables: triangulated lengths, worst views, the meaning of "?". May be empty.
std::string detail_notes(const Evaluation& evaluation);
/// "next shots:" and one line per advice. Empty without advice, or if `most_lines` is 0.
std::string next_shots_text(const Evaluation& evaluation, std::size_t most_lines);

/// A bulleted list of at most `most_lines` lines, the last of which says how many more there are of
/// `what`.
std::string bullets(const std::vector<std::string>& lines, std::size_t most_lines,
                    const std::string& what = "");
/// All lines of a list, as in the full report.
inline constexpr std::size_t kAllBullets = std::numeric_limits<std::size_t>::max();

/// Adds the metrics of each camera to json["cameras"][name], and the views, the lengths and the
/// advice to json.
void add_details(const Evaluation& evaluation, nlohmann::ordered_json& json);
/// The lengths of a pair, or null if it has none.
nlohmann::ordered_json pair_metric_json(const Evaluation& evaluation, const std::string& first,
                                        const std::string& second);
/// The lengths of a pair, or nullptr if it has none.
const PairLengths* find_pair_lengths(const Evaluation& evaluation, const std::string& first,
                                     const std::string& second);

}  // namespace calib
