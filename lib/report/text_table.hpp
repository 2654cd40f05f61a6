#pragma once
// Text tables.

#include <string>
#include <vector>

namespace calib {

/// Rows of cells; the first row is the header.
using TableRows = std::vector<std::vector<std::string>>;

/// The rows without the columns that have only "-" below their header. The first column is kept.
TableRows without_empty_columns(const TableRows& rows);

/// The table as text, without_empty_columns(). The first column is aligned to the left, the others
/// to the right. Every line ends with a newline.
std::string text_table(const TableRows& rows);

}  // namespace calib
