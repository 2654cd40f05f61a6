#pragma once
// The next pose of the board in front of a rig that is being filmed: of many poses at different
// places, distances and tilts, the one that would lower the variances of lenses and camera poses
// most (solve/frame_information.hpp), or would cover most of what no corner has covered yet.

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/coverage.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "solve/frame_information.hpp"

namespace calib {

/// How a board is held in front of a camera.
struct BoardHold {
  Eigen::Vector2d place;  ///< of its middle in the picture: (0, 0) is the top left, (1, 1) the end
  double distance_m = 0;  ///< of its middle from the camera
  /// The rotation vector (x right, y down), radians, from a board that faces the camera: with a
  /// positive y the right side is nearer, with a positive x the top.
  Eigen::Vector2d tilt = Eigen::Vector2d::Zero();
};

/// T_cam_board of a single board that is held so, moved toward the middle of the picture until all
/// of it is seen. Returns nullopt if it is not seen there either.
std::optional<Pose> held_board(const Projector& projector, const Board& board,
                               const BoardHold& hold);

/// How the board of a pose is held, as held_board() has it.
BoardHold hold_of(const Projector& projector, const Board& board, const Pose& T_cam_board);

struct NextShot {
  std::string camera;  ///< in whose picture the place was chosen
  Pose T_rig_board;
  double gain = 0;  ///< the share by which it would lower the mean of the variances
};

/// Knows the information of what was filmed, and of poses that may be filmed next.
class NextShots {
 public:
  /// `observations` are those that the calibration was solved from, of a single board; at least two
  /// cameras, or one, have poses. Takes about a second for four cameras. Throws UndeterminedError
  /// if a corner cannot be projected.
  NextShots(const Observations& observations, const Calibration& calibration, int jobs);

  /// Adds a frame that was filmed since.
  void add(const Observations& observations, std::int64_t frame);

  /// The pose with the largest sum of its gain and the share of all cells of the pictures that it
  /// would cover first. Takes milliseconds. Returns nullopt if
  /// there is no place for a whole board in front of any camera.
  std::optional<NextShot> best(const std::vector<CameraCoverage>& coverage);

 private:
  struct Candidate {
    NextShot shot;
    std::vector<BundleView> views;
    FrameInformation information = {};
    double score = 0;  // when it was last evaluated
  };
  std::vector<Candidate> candidates_of(std::size_t camera,
                                       const std::vector<double>& distances_m) const;
  std::vector<BundleView> views_of(const Pose& T_rig_board) const;
  FrameInformation information_of(const Pose& T_rig_board, std::vector<BundleView> views) const;
  double score(const Candidate& candidate, const std::vector<CameraCoverage>& coverage) const;

  Bundle bundle_;
  SharedLayout layout_;
  std::vector<Projector> projectors_;  // of the cameras of the bundle
  double sigma_px_ = 0;                // of a usual corner
  Eigen::VectorXd scale_;
  std::optional<InformationSum> sum_;
  std::vector<Candidate> candidates_;
};

}  // namespace calib
