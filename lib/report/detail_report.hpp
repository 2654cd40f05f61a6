#pragma once
// The finer metrics of an evaluation: worst views, patterns over the picture, poses of the board,
// lengths, streams and motions.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "evaluate/verdict.hpp"

namespace calib {

/// The head, and a row a camera; the head alone when no view gives a board pose.
std::vector<std::vector<std::string>> detail_rows(const Evaluation& evaluation);
/// Lines below the tables: triangulated lengths, worst views, what a "?" means. May be empty.
std::string detail_notes(const Evaluation& evaluation);
/// "next shots:" and a line each; empty without advice.
std::string next_shots_text(const Evaluation& evaluation, std::size_t most_lines);

/// A line each, at most `most_lines` (at least 1); the last one says how many more there are.
std::string bullets(const std::vector<std::string>& lines, std::size_t most_lines);
/// How many lines a list in the full text has at most.
inline constexpr std::size_t kMostBullets = 8;

/// Puts the metrics of each camera into json["cameras"][name], and the lists of views, the rig's
/// lengths and the advice beside them.
void add_details(const Evaluation& evaluation, nlohmann::ordered_json& json);
/// The lengths of a pair, or null when it has none.
nlohmann::ordered_json pair_metric_json(const Evaluation& evaluation, const std::string& first,
                                        const std::string& second);
const PairLengths* find_pair_lengths(const Evaluation& evaluation, const std::string& first,
                                     const std::string& second);

}  // namespace calib
