#pragma once
// NumPy's array files, versions 1 to 3:
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace calib {

/// The header of an array of this type ("<f8") in C order; the elements follow it.
std::string npy_header(std::string_view type, const std::vector<std::size_t>& shape);

/// "4, 100, 12, 2"
std::string shape_text(const std::vector<std::size_t>& shape);

/// An array of floating-point numbers in C order.
struct NpyArray {
  std::vector<std::size_t> shape;
  std::vector<double> values;
};
/// Reads an array of <f4 or <f8 in C order. Throws Error that names the file for any other.
NpyArray read_npy(const std::filesystem::path& file);

}  // namespace calib
