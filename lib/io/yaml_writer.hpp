#pragma once
// Writes the values in the artifacts: numbers, text, lists and matrices. Every YAML 1.1 and 1.2
// reader reads them in the same way.

#include <Eigen/Core>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calib {

/// The shortest text that reads back as exactly `value`: "1.0e-07" and not "1e-07", which is text
/// in YAML 1.1 (PyYAML). Throws Error with `what` if the value is not finite.
std::string yaml_number(double value, std::string_view what);

/// The text without quotes if every reader takes it for this text, otherwise in double quotes.
/// Throws Error if the text is not UTF-8.
std::string yaml_string(std::string_view text);

/// "[1, 2, 3]"
std::string yaml_list(std::span<const double> values, std::string_view what);
/// "[[1, 2], [3, 4]]"
std::string yaml_matrix(const Eigen::Ref<const Eigen::MatrixXd>& matrix, std::string_view what);
/// The same with one row per line, for a key "key:" whose value is indented by `indent`.
std::string yaml_matrix_rows(const Eigen::Ref<const Eigen::MatrixXd>& matrix, int indent,
                             std::string_view what);

}  // namespace calib
