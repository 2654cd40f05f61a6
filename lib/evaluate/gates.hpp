#pragma once
// Gates: bounds that a user sets on the metrics of an evaluation, as in --require
// 'epipolar_px<0.3'.

#include <map>
#include <string>
#include <vector>

#include "evaluate/compare.hpp"
#include "evaluate/verdict.hpp"

namespace calib {

struct Gate {
  std::string text;  ///< as the user wrote it
  std::string name;
  double bound = 0;
  bool below = true;  ///< whether the value must be below the bound (<) or above it (>)
};

struct GateResult {
  Gate gate;
  double value = 0;
  bool passed = false;
};

/// "name (meaning), ..." for the help.
std::string gate_help();

/// Throws Error for an unknown metric (with the most similar name) and for a text that is not
/// NAME<X or NAME>X.
std::vector<Gate> parse_gates(const std::vector<std::string>& texts);

/// The values of all metrics that could be measured, by name. `differences`: those to the truth.
std::map<std::string, double> gate_values(const Calibration& calibration,
                                          const Evaluation& evaluation,
                                          const std::vector<CameraDifference>& differences);

/// Throws Error if the metric of a gate was not measured (truth_px without --truth).
std::vector<GateResult> check_gates(const std::vector<Gate>& gates,
                                    const std::map<std::string, double>& values);

/// Throws GateError, which lists every missed gate and `failures`, unless there are none.
void require_gates(const std::vector<GateResult>& results,
                   const std::vector<std::string>& failures = {});

}  // namespace calib
