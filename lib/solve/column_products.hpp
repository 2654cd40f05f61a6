#pragma once
// Products of the columns of a matrix, M'M: the inner loop of the normal equations.

#include <Eigen/Core>
#include <span>
#include <vector>

namespace calib {

/// A matrix whose columns are stored in panels of four, so that products of columns read memory in
/// order.
class ColumnPanels {
 public:
  static constexpr Eigen::Index kWidth = 4;

  /// Keeps its memory. All elements are 0 afterwards.
  void resize(Eigen::Index rows, Eigen::Index columns);
  Eigen::Index rows() const { return rows_; }
  Eigen::Index columns() const { return columns_; }
  double& operator()(Eigen::Index row, Eigen::Index column) {
    return data_[static_cast<std::size_t>((column / kWidth * rows_ + row) * kWidth +
                                          column % kWidth)];
  }
  /// The columns panel * kWidth and those that follow, row after row.
  const double* panel(Eigen::Index panel) const { return data_.data() + panel * rows_ * kWidth; }

 private:
  std::vector<double> data_;
  Eigen::Index rows_ = 0, columns_ = 0;
};

/// The lower triangle of M'M; the rest of `products` is 0.
void multiply_columns(const ColumnPanels& m, Eigen::MatrixXd& products);

/// Subtracts M'M from the lower triangle of `sums`, in its columns [begin, end). Column k of M
/// belongs to row and column places[k] of `sums`; the places are in ascending order.
void subtract_column_products(const ColumnPanels& m, std::span<const int> places, int begin,
                              int end, Eigen::MatrixXd& sums);

}  // namespace calib
