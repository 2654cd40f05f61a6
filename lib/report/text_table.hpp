#pragma once
// Rows of cells as columns of text.

#include <string>
#include <vector>

namespace calib {

/// Rows of cells as columns of text: the first column to the left, the others to the right. The
/// first row is the head.
std::string text_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace calib
