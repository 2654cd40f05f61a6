#pragma once
// Comma-separated tables with a header of names, read on several threads.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace calib {

/// The columns to read. Texts are numbered in the order of their first appearance in the file.
/// "point|name" is a column with either name.
struct CsvColumns {
  std::vector<std::string> integers, texts, numbers;  ///< all must be there
  std::vector<std::string> optional_numbers;          ///< a column that is missing is all NaN
  bool may_lack_integers = false;                     ///< columns that are missing are all 0
};

/// The values row by row, in the order of CsvColumns. An empty number and "nan" are NaN.
struct CsvTable {
  std::size_t rows = 0;
  std::vector<std::int64_t> integers;
  std::vector<int> texts;                       ///< indices into `names` of their column
  std::vector<double> numbers;                  ///< then the optional ones
  std::vector<std::vector<std::string>> names;  ///< of each text column
};

/// Throws Error "FILE:LINE: ...".
CsvTable read_csv(const std::filesystem::path& file, const CsvColumns& columns, int jobs);

/// The fields of a line without its end; quotes around a field are removed.
std::vector<std::string> csv_fields(std::string_view line);
/// The lines of a text without their ends, and without a byte order mark.
std::vector<std::string_view> csv_lines(std::string_view text);

/// Appends the shortest text that reads back as `value`; with `digits` that many significant ones;
/// nothing for NaN.
void append_number(std::string& text, double value, int digits = 0);

}  // namespace calib
