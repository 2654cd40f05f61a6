#pragma once
// The detailed metrics of an evaluation as text and JSON: worst views, systematic errors, board
// poses, lengths, stream offsets and camera motions.

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
/// "next shots:" and one line per advice. Empty without advice.
std::string next_shots_text(const Evaluation& evaluation, std::size_t most_lines);

/// A bulleted list of at most `most_lines` (at least 1) lines, the last of which says how many more
/// there are.
std::string bullets(const std::vector<std::string>& lines, std::size_t most_lines);
/// The largest number of lines of a list in the full report.
inline constexpr std::size_t kMostBullets = 8;

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
