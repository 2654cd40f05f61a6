#include "io/yaml_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace calib {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_plain(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '/' || c == '-';
}

// Whether some version of YAML reads the word as null, true, false or a number.
bool is_reserved(std::string_view text) {
  static constexpr std::array<std::string_view, 11> kReserved = {
      "NULL", "TRUE", "FALSE", "YES", "NO", "ON", "OFF", "Y", "N", "NAN", "INF"};
  return std::find(kReserved.begin(), kReserved.end(), upper_case(std::string(text))) !=
         kReserved.end();
}

// Escapes quotes, line breaks and characters that YAML or an editor could remove: U+0080 to U+009F,
// U+2028, U+2029, U+FEFF.
std::string escaped_character(std::string_view c) {
  if (c == "\"") return "\\\"";
  if (c == "\\") return "\\\\";
  if (c == "\n") return "\\n";
  if (c == "\t") return "\\t";
  if (c == "\r") return "\\r";
  if (c == "\u2028") return "\\u2028";
  if (c == "\u2029") return "\\u2029";
  if (c == "\uFEFF") return "\\uFEFF";
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(c[i]); };
  if (c.size() == 1 && (byte(0) < 0x20 || byte(0) == 0x7F))
    return fmt::format("\\x{:02X}", byte(0));
  if (c.size() == 2 && byte(0) == 0xC2 && byte(1) < 0xA0) return fmt::format("\\x{:02X}", byte(1));
  return std::string(c);
}

std::vector<std::string> row_texts(const Eigen::Ref<const Eigen::MatrixXd>& matrix,
                                   std::string_view what) {
  std::vector<std::string> rows;
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    const Eigen::VectorXd row = matrix.row(i);
    rows.push_back(yaml_list({row.data(), static_cast<std::size_t>(row.size())}, what));
  }
  return rows;
}

}  // namespace

std::string yaml_number(double value, std::string_view what) {
  require(std::isfinite(value),
          fmt::format("{} is not a finite number; it cannot be written", what));
  if (value == 0) return "0";  // also for -0
  std::string text = to_text(value);
  const std::size_t exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos)
    text.insert(exponent, ".0");
  return text;
}

std::string yaml_string(std::string_view text) {
  const bool starts_as_name = !text.empty() && (is_letter(text.front()) || text.front() == '_');
  if (starts_as_name && std::all_of(text.begin(), text.end(), is_plain) && !is_reserved(text))
    return std::string(text);

  std::string quoted = "\"";
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    require(length > 0,
            fmt::format("the name or text {}\" has bytes that are not UTF-8; rename it", quoted));
    quoted += escaped_character(text.substr(0, length));
    text.remove_prefix(length);
  }
  return quoted + '"';
}

std::string yaml_list(std::span<const double> values, std::string_view what) {
  std::string text = "[";
  for (const double value : values) {
    if (text.size() > 1) text += ", ";
    text += yaml_number(value, what);
  }
  return text + "]";
}

std::string yaml_matrix(const Eigen::Ref<const Eigen::MatrixXd>& matrix, std::string_view what) {
  return "[" + join(row_texts(matrix, what), ", ") + "]";
}

std::string yaml_matrix_rows(const Eigen::Ref<const Eigen::MatrixXd>& matrix, int indent,
                             std::string_view what) {
  std::string text;
  for (const std::string& row : row_texts(matrix, what))
    text += fmt::format("\n{:{}}- {}", "", indent, row);
  return text;
}

}  // namespace calib
