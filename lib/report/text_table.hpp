#pragma once
// Rows of cells as columns of text.

#include <string>
#include <vector>

namespace calib {

/// The rows without the columns that have nothing but "-" below their head.
std::vector<std::vector<std::string>> without_empty_columns(
    const std::vector<std::vector<std::string>>& rows);

/// Rows of cells as columns of text: the first column to the left, the others to the right. The
/// first row is the head. A column that has nothing but "-" below its head is left out.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace calib
