#include "report/text_table.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace calib {

TableRows without_empty_columns(const TableRows& rows) {
  TableRows result(rows.size());
  for (std::size_t column = 0; !rows.empty() && column < rows.front().size(); ++column) {
    const auto has_value = [&](const std::vector<std::string>& row) {
      return column < row.size() && row[column] != "-";
    };
    if (column > 0 && rows.size() > 1 && std::none_of(rows.begin() + 1, rows.end(), has_value))
      continue;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (column < rows[i].size()) result[i].push_back(rows[i][column]);
    }
  }
  return result;
}

std::string text_table(const TableRows& all) {
  const TableRows rows = without_empty_columns(all);
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], utf8_characters(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - utf8_characters(row[i]), ' ');
      line += " " + (i == 0 ? row[i] + padding : padding + row[i]) + " ";
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += line + "\n";
  }
  return text;
}

}  // namespace calib
