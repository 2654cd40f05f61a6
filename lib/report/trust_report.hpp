#pragma once
// How far a calibration can be trusted: errors of views left out, and the predicted uncertainty of
// projection.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "evaluate/verdict.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// The head, and a row a camera; the head alone when neither is known.
std::vector<std::vector<std::string>> trust_rows(const Calibration& calibration,
                                                 const Evaluation& evaluation);
/// A line for below them: how many corners could not be predicted. May be empty.
std::string lost_note(const Evaluation& evaluation);

/// Which models `--model auto` tried: the head, and a row a camera; the head alone when the user
/// named the model.
std::vector<std::vector<std::string>> model_rows(const Calibration& calibration);

/// Puts both, with the grids of uncertainty, into json["cameras"][name].
void add_trust(const Calibration& calibration, const Evaluation& evaluation,
               nlohmann::ordered_json& json);

}  // namespace calib
