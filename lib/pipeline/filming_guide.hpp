#pragma once
// Advice while filming: what is missing in the views so far, the standard deviations of lenses and
// poses, and how to hold the board next.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "design/next_shot.hpp"
#include "evaluate/verdict.hpp"
#include "evaluate/view_pose.hpp"
#include "pipeline/context.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// A shot to film next.
struct ShotAdvice {
  std::string camera;  ///< in whose picture the board is to be held
  std::string text;    ///< "cam2: hold the board at the top left, near (0.42 m), ..."
  /// The outline of the board in the pictures of all cameras, by index of Observations::cameras:
  /// pixels of a closed line; empty where the camera does not see the whole board.
  std::vector<std::vector<Eigen::Vector2d>> outlines;
  std::optional<double> gain;  ///< as in NextShot; absent: the rig is not solved yet
};

struct CameraProgress {
  std::string name;
  int pictures = 0, views = 0;
  CameraCoverage coverage;
  std::optional<double> focal_sigma = std::nullopt;  ///< of the focal length, relative
  /// Of the camera's center; absent for the reference.
  std::optional<double> center_sigma_m = std::nullopt;
};

struct FilmingState {
  std::size_t frames = 0;  ///< in which a camera sees the board
  std::vector<CameraProgress> cameras;
  std::vector<std::string> lacks;  ///< next_shots() of all views
  std::string warning;             ///< why hardly any board is found; empty: boards are found
  std::optional<ShotAdvice> next;
  std::optional<Verdict> verdict;  ///< absent: not solved yet
  std::vector<std::string> reasons;
  std::size_t solved_frames = 0;  ///< from which the sigmas are
  std::string obstacle;           ///< why the last solve failed; empty: it did not
  bool is_enough = false;         ///< the verdict is good, and the next shot would change little
};

/// The calibration from the frames so far.
struct SolvedSoFar {
  Calibration calibration;
  std::vector<std::string> reasons;
  std::set<std::int64_t> frames;   ///< all frames that it knows of
  std::size_t used = 0;            ///< the frames that were solved
  std::optional<NextShots> shots;  ///< absent for several boards
  std::string obstacle;
};

/// Solves lenses and rig from at most 40 frames, which are chosen (pipeline/choose_stage.hpp), and
/// judges the result. Takes from tenths of a second to some seconds, so that it is for a thread of
/// its own. Data that do not determine the rig are an obstacle and no error.
SolvedSoFar solve_so_far(const Observations& observations, const Context& context);

/// The fewest frames with a board from which a solve is tried.
inline constexpr std::size_t kFewestToSolve = 5;

class FilmingGuide {
 public:
  FilmingGuide(Board board, int jobs) : board_(std::move(board)), jobs_(jobs) {}

  /// The result of the last solve.
  void take(SolvedSoFar solved);

  /// The advice after these observations, which hold all views so far. Takes milliseconds, and some
  /// tenths of one more for each new view.
  FilmingState advise(const Observations& observations);

 private:
  void follow(const Observations& observations);
  std::optional<ShotAdvice> best_shot(const Observations& observations,
                                      const std::vector<CameraCoverage>& coverage);
  std::optional<ShotAdvice> gap_shot(const Observations& observations,
                                     const std::vector<CameraCoverage>& coverage,
                                     const std::vector<PoseDiversity>& diversity) const;

  Board board_;
  int jobs_;
  std::optional<SolvedSoFar> solved_;  // absent: all solves so far failed
  std::string obstacle_;
  Calibration lenses_;  // solved, or guessed from the sizes of the pictures
  Rays rays_;
  ViewPoses poses_;
};

}  // namespace calib
