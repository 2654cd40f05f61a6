#pragma once
// How far a calibration can be trusted: errors of views left out, and the predicted uncertainty of
// projection.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "evaluate/verdict.hpp"
#include "scene/calibration.hpp"

namespace calib {

/// A row a camera; empty when neither is known.
std::string trust_table(const Calibration& calibration, const Evaluation& evaluation);

/// Which models `--model auto` tried, a row a camera; empty when the user named the model.
std::string model_table(const Calibration& calibration);

/// Puts both, with the grids of uncertainty, into json["cameras"][name].
void add_trust(const Calibration& calibration, const Evaluation& evaluation,
               nlohmann::ordered_json& json);

}  // namespace calib
