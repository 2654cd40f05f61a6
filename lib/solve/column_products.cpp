#include "solve/column_products.hpp"

#include <algorithm>
#include <cstring>

#include "base/wide_vectors.hpp"

namespace calib {
namespace {

constexpr Eigen::Index kWidth = ColumnPanels::kWidth;

// A row of a panel (an extension of GCC and Clang, which any processor can compute with).
using Quad = double __attribute__((vector_size(kWidth * sizeof(double))));

// tile(k, i) = the sum over all rows of a(row, k) * b(row, i), row after row, so that all
// processors round alike. The columns of b are those of two panels.
CALIB_WIDE_VECTORS void multiply_panels(const double* a, const double* b, const double* next_b,
                                        Eigen::Index rows, double* tile) {
  Quad sums[kWidth][2] = {};
  for (Eigen::Index row = 0; row < rows; ++row) {
    Quad first, second;
    std::memcpy(&first, b + row * kWidth, sizeof first);
    std::memcpy(&second, next_b + row * kWidth, sizeof second);
    for (Eigen::Index k = 0; k < kWidth; ++k) {
      const double factor = a[row * kWidth + k];
      sums[k][0] += factor * first;
      sums[k][1] += factor * second;
    }
  }
  std::memcpy(tile, sums, sizeof sums);
}

// Calls visit(k, i, products) for each column k of [begin, end) with the products of column k and
// the columns i, i + 1 and so on, which are those of one or two panels.
template <class Visit>
void visit_products(const ColumnPanels& m, Eigen::Index begin, Eigen::Index end,
                    const Visit& visit) {
  const Eigen::Index last_panel = (m.columns() - 1) / kWidth;
  double tile[kWidth * 2 * kWidth];
  for (Eigen::Index first_k = begin / kWidth * kWidth; first_k < end; first_k += kWidth) {
    for (Eigen::Index first_i = first_k; first_i < m.columns(); first_i += 2 * kWidth) {
      const Eigen::Index panel = first_i / kWidth, next = std::min(panel + 1, last_panel);
      multiply_panels(m.panel(first_k / kWidth), m.panel(panel), m.panel(next), m.rows(), tile);
      const Eigen::Index end_i = std::min(first_i + 2 * kWidth, m.columns());
      for (Eigen::Index k = std::max(first_k, begin); k < std::min(first_k + kWidth, end); ++k) {
        const Eigen::Index i = std::max(first_i, k);
        if (i >= end_i) continue;
        const double* row = tile + (k - first_k) * 2 * kWidth;
        visit(k, i, std::span(row + (i - first_i), row + (end_i - first_i)));
      }
    }
  }
}

}  // namespace

void ColumnPanels::resize(Eigen::Index rows, Eigen::Index columns) {
  rows_ = rows;
  columns_ = columns;
  const Eigen::Index panels = (columns + kWidth - 1) / kWidth;
  data_.assign(static_cast<std::size_t>(panels * rows * kWidth), 0);
}

void multiply_columns(const ColumnPanels& m, Eigen::MatrixXd& products) {
  products.setZero(m.columns(), m.columns());
  const auto copy = [&](Eigen::Index k, Eigen::Index i, std::span<const double> values) {
    std::copy(values.begin(), values.end(), products.col(k).data() + i);
  };
  visit_products(m, 0, m.columns(), copy);
}

void subtract_column_products(const ColumnPanels& m, std::span<const int> places, int begin,
                              int end, Eigen::MatrixXd& sums) {
  const auto column_at = [&](int place) {
    return std::lower_bound(places.begin(), places.end(), place) - places.begin();
  };
  const auto subtract = [&](Eigen::Index k, Eigen::Index i, std::span<const double> values) {
    double* const column = sums.col(places[static_cast<std::size_t>(k)]).data();
    const int* const rows = places.data() + i;
    const auto count = static_cast<int>(values.size());
    if (rows[count - 1] - rows[0] == count - 1) {  // consecutive, as they often are
      double* const first = column + rows[0];
      for (int n = 0; n < count; ++n) first[n] -= values[static_cast<std::size_t>(n)];
    } else {
      for (int n = 0; n < count; ++n) column[rows[n]] -= values[static_cast<std::size_t>(n)];
    }
  };
  visit_products(m, column_at(begin), column_at(end), subtract);
}

}  // namespace calib
