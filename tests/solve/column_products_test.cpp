#include "solve/column_products.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace calib {
namespace {

// Small integers, whose products and sums are exact.
double element(Eigen::Index row, Eigen::Index column) {
  return static_cast<double>((7 * row + 3 * column) % 11 - 5);
}

struct Example {
  ColumnPanels panels;
  Eigen::MatrixXd dense;
};

Example example(Eigen::Index rows, Eigen::Index columns) {
  Example result;
  result.panels.resize(rows, columns);
  result.dense.resize(rows, columns);
  for (Eigen::Index row = 0; row < rows; ++row) {
    for (Eigen::Index column = 0; column < columns; ++column)
      result.panels(row, column) = result.dense(row, column) = element(row, column);
  }
  return result;
}

TEST(ColumnProducts, AreTheLowerTriangleForEveryNumberOfColumns) {
  for (Eigen::Index columns = 1; columns < 20; ++columns) {
    const Example m = example(6, columns);
    Eigen::MatrixXd products;
    multiply_columns(m.panels, products);
    const Eigen::MatrixXd expected = (m.dense.transpose() * m.dense).triangularView<Eigen::Lower>();
    EXPECT_EQ(products, expected) << columns << " columns";
  }
}

TEST(ColumnProducts, AreSubtractedAtThePlacesOfTheColumns) {
  const Example m = example(12, 11);
  const std::vector<int> places = {0, 1, 2, 5, 6, 7, 8, 9, 14, 18, 19};
  Eigen::MatrixXd sums = Eigen::MatrixXd::Constant(20, 20, 100), expected = sums;
  for (const auto& [begin, end] : {std::pair{0, 6}, {6, 6}, {6, 15}, {15, 20}})
    subtract_column_products(m.panels, places, begin, end, sums);
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t k = 0; k <= i; ++k) {
      expected(places[i], places[k]) -=
          m.dense.col(static_cast<Eigen::Index>(i)).dot(m.dense.col(static_cast<Eigen::Index>(k)));
    }
  }
  EXPECT_EQ(sums, expected);
}

TEST(ColumnProducts, DoNotKeepWhatTheMatrixHadBefore) {
  ColumnPanels panels = example(6, 9).panels;
  panels.resize(2, 3);
  panels(1, 2) = 3;
  Eigen::MatrixXd products, expected = Eigen::MatrixXd::Zero(3, 3);
  multiply_columns(panels, products);
  expected(2, 2) = 9;
  EXPECT_EQ(products, expected);
}

}  // namespace
}  // namespace calib
