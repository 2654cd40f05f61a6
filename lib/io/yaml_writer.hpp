#pragma once
// The spelling of values in the artifacts: numbers, text, lists and matrices that every YAML 1.1
// and 1.2 reader takes for what they are, always the same way.

#include <Eigen/Core>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace calib {

/// The shortest text that reads back as exactly `value`. "1.0e-07", not "1e-07", which YAML 1.1
/// (PyYAML) takes for text. Throws Error naming `what` when the value is not finite.
std::string yaml_number(double value, std::string_view what);

/// Plain when every reader takes it for the same text, otherwise in double quotes. Throws Error
/// when the text is not UTF-8.
std::string yaml_string(std::string_view text);

/// "[1, 2, 3]"
std::string yaml_list(std::span<const double> values, std::string_view what);
/// "[[1, 2], [3, 4]]"
std::string yaml_matrix(const Eigen::Ref<const Eigen::MatrixXd>& matrix, std::string_view what);
/// The same with one row a line, to stand after "key:" in a map indented by `indent`.
std::string yaml_matrix_rows(const Eigen::Ref<const Eigen::MatrixXd>& matrix, int indent,
                             std::string_view what);

}  // namespace calib
