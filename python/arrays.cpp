#include "python/arrays.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <opencv2/core.hpp>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "image/decode.hpp"

namespace calib::python {
namespace {

// "(5, 3)", as NumPy prints it.
std::string found_shape(const py::array& array) {
  return py::str(array.attr("shape")).cast<std::string>();
}

std::string type_of(const py::array& array) { return py::str(array.dtype()).cast<std::string>(); }

[[noreturn]] void refuse_type(const std::string& name, const std::string& found,
                              const std::string& expected) {
  throw py::type_error(fmt::format("{}: found {}, expected {}", name, found, expected));
}

std::string class_of(const py::object& object) {
  return py::str(py::type::of(object).attr("__name__")).cast<std::string>();
}

// Lists and tuples become arrays too; lists of unequal lengths are no array.
py::array to_array(const py::object& object, const std::string& name) {
  py::array array = object.is_none() ? py::array() : py::array::ensure(object);
  if (!object.is_none() && array) return array;
  PyErr_Clear();
  refuse_type(name, "a value of type " + class_of(object), "an array of numbers");
}

// A value as the user would write it on the command line.
std::string option_text(const py::handle& value) {
  if (!py::isinstance<py::tuple>(value) && !py::isinstance<py::list>(value))
    return py::str(value).cast<std::string>();
  std::string text;
  for (const py::handle& part : value) text += (text.empty() ? "" : "x") + option_text(part);
  return text;
}

}  // namespace

Doubles numbers(const py::object& object, const std::string& name, const Shape& last,
                const std::string& expected) {
  const py::array array = to_array(object, name);
  if (std::string_view("iuf").find(array.dtype().kind()) == std::string_view::npos)
    refuse_type(name, "an array of " + type_of(array), "real numbers (float64)");
  const auto sizes = static_cast<py::ssize_t>(last.size());
  const bool fits = array.ndim() >= sizes &&
                    std::equal(last.begin(), last.end(), array.shape() + array.ndim() - sizes);
  require(fits, fmt::format("{}: found an array of shape {}, expected {}", name, found_shape(array),
                            expected));
  return py::array_t<double, py::array::c_style | py::array::forcecast>(array);
}

Shape leading_shape(const Doubles& array, py::ssize_t count, const Shape& more) {
  Shape shape(array.shape(), array.shape() + array.ndim() - count);
  shape.insert(shape.end(), more.begin(), more.end());
  return shape;
}

cv::Mat picture(const py::object& object, py::object& keeper) {
  const py::array array = to_array(object, "image");
  const bool is_wide = py::isinstance<py::array_t<std::uint16_t>>(array);
  if (!is_wide && !py::isinstance<py::array_t<std::uint8_t>>(array))
    refuse_type("image", "an array of " + type_of(array), "uint8 or uint16");
  const bool is_color = array.ndim() == 3 && array.shape(2) == 3;
  require(array.ndim() == 2 || is_color,
          fmt::format("image: found an array of shape {}, expected (height, width), or (height, "
                      "width, 3) for blue, green and red",
                      found_shape(array)));
  require(array.size() > 0, fmt::format("image: found an empty array of shape {}, expected pixels",
                                        found_shape(array)));
  const auto height = static_cast<std::uint64_t>(array.shape(0)),
             width = static_cast<std::uint64_t>(array.shape(1));
  require(width <= kMostPixels / height, fmt::format("image: found {}x{} pixels, expected at most "
                                                     "{} million",
                                                     width, height, kMostPixels / 1'000'000));
  const py::array whole = py::array::ensure(array, py::array::c_style);
  keeper = whole;
  const int type = CV_MAKETYPE(is_wide ? CV_16U : CV_8U, is_color ? 3 : 1);
  // const_cast: detectors only read their pictures.
  return {static_cast<int>(height), static_cast<int>(width), type, const_cast<void*>(whole.data())};
}

std::string text_of(const py::object& object, const std::string& name) {
  if (!py::isinstance<py::str>(object))
    refuse_type(name, "a value of type " + class_of(object), "text");
  return object.cast<std::string>();
}

void set_options(const std::vector<Option>& options, const py::dict& values) {
  for (const Option& option : options) {
    if (!values.contains(option.key)) continue;
    const py::object value = values[option.key.c_str()];
    if (!value.is_none()) option.set({option_text(value)});
  }
}

}  // namespace calib::python
