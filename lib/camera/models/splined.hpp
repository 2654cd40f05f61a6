#pragma once
// A non-parametric lens: a stereographic projection corrected by a cubic B-spline surface (similar
// to mrcal's splined stereographic models).
//   u = 2 (X, Y) / (|P| + Z)            the stereographic projection of the ray
//   (x', y') = u + sum_ij B_i B_j c_ij  with a uniform grid of control points c_ij over
//                                       |u_x| <= extent_x, |u_y| <= extent_y
// Valid within the grid. fx, fy, cx, cy and the extents only place the grid: they are chosen once
// and not estimated, because the surface can represent their effect. Two gauge conditions make the
// pose of the camera unique: the ray of pixel (cx, cy) is the optical axis, and the surface does
// not rotate the image around it. Each ray depends only on the 4 x 4 control points around it.

#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string_view>
#include <utility>
#include <vector>

#include "camera/jet.hpp"

namespace calib {

struct Splined {
  static constexpr int kColumns = 14, kRows = 10, kPoints = kColumns * kRows;
  static constexpr int kHeld = 2;  // extent_x, extent_y
  static constexpr int kCount = kHeld + 2 * kPoints;
  static constexpr int kSupport = 16;

  static constexpr std::string_view name = "splined";
  static constexpr bool kSeesBehind = true;

 private:
  // "x_03_11": the x component of the control point in row 3, column 11.
  static constexpr std::size_t kNameLength = 7;
  static constexpr std::array<char, 2 * kPoints* kNameLength> kNames = [] {
    std::array<char, 2 * kPoints * kNameLength> text{};
    std::size_t at = 0;
    for (const char axis : {'x', 'y'}) {
      for (int row = 0; row < kRows; ++row) {
        for (int column = 0; column < kColumns; ++column) {
          for (const char c :
               {axis, '_', static_cast<char>('0' + row / 10), static_cast<char>('0' + row % 10),
                '_', static_cast<char>('0' + column / 10), static_cast<char>('0' + column % 10)})
            text[at++] = c;
        }
      }
    }
    return text;
  }();

 public:
  static constexpr std::array<std::string_view, kCount> distortion_names = [] {
    std::array<std::string_view, kCount> names{"extent_x", "extent_y"};
    for (std::size_t i = 0; i < 2 * kPoints; ++i)
      names[kHeld + i] = std::string_view(kNames.data() + i * kNameLength, kNameLength);
    return names;
  }();

  /// The distortion parameters on which a ray depends, and their weights:
  /// x' = u_x + sum_i weight[i] k[index[i]], y' = u_y + sum_i weight[i] k[index[i] + kPoints].
  template <class T>
  struct Weights {
    std::array<int, kSupport> index;
    std::array<T, kSupport> weight;
  };
  using Local = Weights<double>;

  template <class T>
  static bool distort(const T* k, const T* point, T* out) {
    return distort_with(k, point, out);
  }

  /// The same if the parameters and the point have different types: only the point is a Jet where
  /// only derivatives with respect to the point are needed.
  template <class K, class T>
  static bool distort_with(const K* k, const T* point, T* out) {
    Weights<T> local;
    if (!find_weights(k, point, out, local)) return false;
    for (std::size_t i = 0; i < kSupport; ++i) {
      out[0] += local.weight[i] * T(k[local.index[i]]);
      out[1] += local.weight[i] * T(k[local.index[i] + kPoints]);
    }
    return true;
  }

  /// The parameters on which this point depends. Returns false outside the grid.
  static bool local(const double* k, const double* point, Local& result) {
    double u[2];
    return find_weights(k, point, u, result);
  }

  /// The largest angle from the axis: that of the grid's corners.
  static double max_radius(const double* k) { return 2 * std::atan(std::hypot(k[0], k[1]) / 2); }

  /// Calls visit(indices) for each four neighboring control points in a row or column, whose third
  /// difference (focal lengths) has a prior around 0: it keeps the surface smooth where there are
  /// no corners.
  template <class Visit>
  static void visit_third_differences(const Visit& visit) {
    const auto add = [&](int column, int row, int step_column, int step_row) {
      for (const int axis : {0, kPoints}) {
        std::array<int, 4> index;
        for (int i = 0; i < 4; ++i)
          index[static_cast<std::size_t>(i)] =
              axis + point_index(column + i * step_column, row + i * step_row);
        visit(index);
      }
    };
    for (int row = 0; row < kRows; ++row)
      for (int column = 0; column + 3 < kColumns; ++column) add(column, row, 1, 0);
    for (int row = 0; row + 3 < kRows; ++row)
      for (int column = 0; column < kColumns; ++column) add(column, row, 0, 1);
  }

  /// Calls visit(terms) for each gauge condition: a list of (parameter, weight) whose weighted sum
  /// must be 0. The surface must not move the projection of the axis nor rotate around it, because
  /// the rotation of the camera has the same effect.
  template <class Visit>
  static void visit_gauges(const double* k, const Visit& visit) {
    constexpr double kStep = 1e-3;
    Local at;
    const auto take = [&](double x, double y, int axis, double scale, auto& terms) {
      const double point[3] = {x, y, 1};
      if (!local(k, point, at)) return;
      for (std::size_t i = 0; i < kSupport; ++i)
        terms.push_back({at.index[i] + axis, scale * at.weight[i]});
    };
    std::vector<std::pair<int, double>> terms;
    for (const int axis : {0, kPoints}) {
      terms.clear();
      take(0, 0, axis, 1, terms);
      visit(terms);
    }
    terms.clear();
    take(0, kStep, 0, 0.5 / kStep, terms);
    take(0, -kStep, 0, -0.5 / kStep, terms);
    take(kStep, 0, kPoints, -0.5 / kStep, terms);
    take(-kStep, 0, kPoints, 0.5 / kStep, terms);
    visit(terms);
  }

  /// The stereographic projection without correction, with a grid large enough for every lens.
  static std::vector<std::vector<double>> starts() {
    std::vector<double> flat(kCount);
    flat[0] = flat[1] = 4;
    return {flat};
  }

  static std::vector<std::vector<double>> examples() {
    std::vector<double> bent(kCount);
    bent[0] = 3;
    bent[1] = 3;
    for (int row = 0; row < kRows; ++row) {
      for (int column = 0; column < kColumns; ++column) {
        const double x = 2.0 * column / (kColumns - 1) - 1, y = 2.0 * row / (kRows - 1) - 1;
        const double radial = 0.05 * (x * x + y * y);
        const auto at = static_cast<std::size_t>(point_index(column, row));
        bent[at] = radial * x;
        bent[at + kPoints] = radial * y;
      }
    }
    return {bent};
  }

 private:
  static int point_index(int column, int row) { return kHeld + row * kColumns + column; }

  template <class T>
  static bool stereographic(const T* point, T* u) {
    using std::sqrt;
    const T length =
        sqrt(point[0] * point[0] + point[1] * point[1] + point[2] * point[2]) + point[2];
    if (!(value_of(length) > 1e-9)) return false;
    const T scale = T(2) / length;
    u[0] = point[0] * scale;
    u[1] = point[1] * scale;
    return true;
  }

  // Computes the stereographic projection u of the point and the weights of its control points.
  template <class K, class T>
  static bool find_weights(const K* k, const T* point, T* u, Weights<T>& result) {
    if (!stereographic(point, u)) return false;
    int cell[2];
    T fraction[2];
    for (int a = 0; a < 2; ++a)
      if (!locate(u[a], T(k[a]), a, cell[a], fraction[a])) return false;
    T bx[4], by[4];
    basis(fraction[0], bx);
    basis(fraction[1], by);
    for (int j = 0; j < 4; ++j) {
      for (int i = 0; i < 4; ++i) {
        const std::size_t at = 4 * static_cast<std::size_t>(j) + static_cast<std::size_t>(i);
        result.index[at] = point_index(cell[0] + i, cell[1] + j);
        result.weight[at] = bx[i] * by[j];
      }
    }
    return true;
  }

  // The cell of the grid that contains u, and the position of u in the cell, from 0 to 1.
  template <class T>
  static bool locate(const T& u, const T& extent, int axis, int& cell, T& fraction) {
    const int cells = (axis == 0 ? kColumns : kRows) - 3;
    const T place = (u / extent + T(1)) * T(cells / 2.0);
    const double value = value_of(place);
    if (!(value >= 0 && value <= cells)) return false;
    cell = value < cells ? static_cast<int>(value) : cells - 1;
    fraction = place - T(cell);
    return true;
  }

  // The four uniform cubic B-spline basis functions that are not zero in a cell, at t in [0, 1].
  template <class T>
  static void basis(const T& t, T* b) {
    const T t2 = t * t, t3 = t2 * t, s = T(1) - t;
    b[0] = s * s * s / T(6);
    b[1] = (T(3) * t3 - T(6) * t2 + T(4)) / T(6);
    b[2] = (T(3) * (t + t2 - t3) + T(1)) / T(6);
    b[3] = t3 / T(6);
  }
};

}  // namespace calib
