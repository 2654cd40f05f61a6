#pragma once
// The parameters that all frames of a bundle share, and their block of the normal equations.

#include <Eigen/Core>
#include <array>
#include <vector>

#include "solve/bundle.hpp"

namespace calib {

/// Whether the clocks of the cameras (BundleCamera::clock) have columns. An adjustment holds them;
/// adjust_clocks.hpp moves them, and covariances account for them.
enum class Clocks { kHeld, kFree };

/// The columns of the free shared parameters: for each camera its intrinsics, the small motion
/// (w, t) of T_cam_rig, and its clock, then the parameters of the board. A camera without views has
/// no columns.
struct SharedLayout {
  struct Place {
    std::vector<int> intrinsics;  ///< the column of each parameter; -1: held fixed
    int pose = -1;                ///< the first of 6 columns; -1: held fixed
    std::array<int, kClockParameters> clock{-1, -1, -1};  ///< offset, rate, line delay; -1: held
    int begin = 0, end = 0;                               ///< all columns of the camera
  };
  std::vector<Place> cameras;
  int shape = 0,
      board_parameter_count = 0;  ///< first column of the board's parameters, number of free ones
  int size = 0;

  explicit SharedLayout(const Bundle& bundle, Clocks clocks = Clocks::kHeld);
};

/// The block J'J of the shared parameters. A corner depends on the parameters of one camera and of
/// the board, so that the products of different cameras are 0, and are not stored.
class SharedBlock {
 public:
  /// All elements are 0.
  explicit SharedBlock(const SharedLayout& layout);

  Eigen::Index size() const { return size_; }
  /// An element of the lower triangle, whose row and column belong to one camera or to the board.
  double& operator()(int row, int column);
  SharedBlock& operator+=(const SharedBlock& other);
  Eigen::VectorXd diagonal() const;
  Eigen::MatrixXd lower_triangle() const;

 private:
  // The columns [begin, end) of a camera, or of the board. Their rows are the same, and below them
  // those of the board's parameters.
  struct Part {
    int begin = 0, end = 0;
    Eigen::MatrixXd values;
  };
  int size_, shape_;
  std::vector<Part> parts_;
  std::vector<int> part_of_column_;
};

}  // namespace calib
