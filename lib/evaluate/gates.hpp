#pragma once
// Bounds that a user sets on the metrics of an evaluation: --require 'epipolar_px<0.3'.

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
  bool below = true;  ///< the value must be below (<), or above (>)
};

struct GateResult {
  Gate gate;
  double value = 0;
  bool passed = false;
};

/// "name: meaning; ..." for the help.
std::string gate_help();

/// Throws Error for an unknown name (with the nearest) or a text that is not NAME<X or NAME>X.
std::vector<Gate> parse_gates(const std::vector<std::string>& texts);

/// The value behind every gate name that this evaluation has.
std::map<std::string, double> gate_values(const Calibration& calibration,
                                          const Evaluation& evaluation,
                                          const std::vector<CameraDifference>& differences);

/// Throws Error when a gate's value was not measured (truth_px without --truth).
std::vector<GateResult> check_gates(const std::vector<Gate>& gates,
                                    const std::map<std::string, double>& values);

/// Throws GateError naming every missed gate, and what `besides` says against one.
void require_gates(const std::vector<GateResult>& results,
                   const std::vector<std::string>& besides = {});

}  // namespace calib
