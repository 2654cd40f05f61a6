#pragma once
// Held-out errors, the predicted uncertainty of projection, and the trials of --model auto, as text
// and JSON.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "evaluate/verdict.hpp"
#include "report/text_table.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// Held-out errors and uncertainties: the header and a row per camera, or the header alone if
/// neither is known.
TableRows trust_rows(const Calibration& calibration, const Evaluation& evaluation);
/// The mean error of views of this camera that were left out, with the board located by the other
/// cameras if there are any; "-" if it was not measured.
std::string heldout_text(const Evaluation& evaluation, const std::string& name);
/// A line about the number of corners that could not be predicted. May be empty.
std::string lost_note(const Evaluation& evaluation);

/// The models that `--model auto` tried: the header and a row per camera, or the header alone if
/// the user named the model.
TableRows model_rows(const Calibration& calibration);

/// Adds all of these, with the whole grids of uncertainty, to json["cameras"][name] and
/// json["heldout"].
void add_trust(const Calibration& calibration, const Evaluation& evaluation,
               nlohmann::ordered_json& json);

}  // namespace calib
