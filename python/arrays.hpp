#pragma once
// Arrays of NumPy as the numbers and pictures of calib, and Python's values as those of options.
// What has another shape or type than expected is an exception of one line. All functions need
// Python's lock.

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <Eigen/Core>
#include <limits>
#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

#include "base/option.hpp"
#include "base/parallel.hpp"

namespace calib::python {

namespace py = pybind11;

using Doubles = py::array_t<double, py::array::c_style>;
using Shape = std::vector<py::ssize_t>;

/// Numbers as doubles in C order, the last sizes of whose shape are `last`. `expected` describes
/// the shape: "(..., 3)". Throws Error "NAME: found ...", or TypeError for what are no real
/// numbers.
Doubles numbers(const py::object& object, const std::string& name, const Shape& last,
                const std::string& expected);

/// The shape of an array without its last `count` sizes, and with `more` after them.
Shape leading_shape(const Doubles& array, py::ssize_t count, const Shape& more = {});

/// How many rows of `row_size` numbers an array has.
inline std::size_t row_count(const Doubles& array, std::size_t row_size) {
  return static_cast<std::size_t>(array.size()) / row_size;
}

/// The pixels of an array of uint8 or uint16 and of shape (height, width) or (height, width, 3) for
/// blue, green and red. They share the memory of `keeper`, which is the array or a copy of it.
cv::Mat picture(const py::object& object, py::object& keeper);

/// Text, such as the name of a camera. Throws TypeError for anything else.
std::string text_of(const py::object& object, const std::string& name);

/// Sets the options to the values of a dictionary by their keys. None leaves the default. Sizes may
/// be tuples: (11, 8) is "11x8". Throws Error as Option::set() does.
void set_options(const std::vector<Option>& options, const py::dict& values);

/// A matrix of Eigen as an array with its rows.
template <class Matrix>
Doubles array_of(const Matrix& matrix) {
  Doubles array(Shape{matrix.rows(), matrix.cols()});
  Eigen::Map<
      Eigen::Matrix<double, Matrix::RowsAtCompileTime, Matrix::ColsAtCompileTime, Eigen::RowMajor>>(
      array.mutable_data()) = matrix;
  return array;
}

/// Maps each row of `From` numbers to one of `To` on several threads, meanwhile without Python's
/// lock. `map` returns an optional vector; nullopt, and rows that are not finite, become NaN.
template <int From, int To, class Map>
Doubles map_rows(const Doubles& rows, int jobs, const Map& map) {
  constexpr std::size_t kRowsOfTask = 1024;
  const std::size_t count = row_count(rows, From);
  Doubles result(leading_shape(rows, 1, {To}));
  const double* from = rows.data();
  double* to = result.mutable_data();
  const py::gil_scoped_release unlocked;
  parallel_for((count + kRowsOfTask - 1) / kRowsOfTask, jobs, [&](std::size_t task) {
    const std::size_t last = std::min(count, (task + 1) * kRowsOfTask);
    for (std::size_t i = task * kRowsOfTask; i < last; ++i) {
      using Row = Eigen::Matrix<double, From, 1>;
      using Mapped = Eigen::Matrix<double, To, 1>;
      const Row row = Eigen::Map<const Row>(from + From * i);
      const auto mapped = row.allFinite() ? map(row) : std::nullopt;
      Eigen::Map<Mapped>(to + To * i) =
          mapped ? *mapped : Mapped::Constant(std::numeric_limits<double>::quiet_NaN());
    }
  });
  return result;
}

}  // namespace calib::python
