#pragma once
// Synthetic rigs, board poses and observations with exact ground truth.

#include <string>
#include <vector>

#include "base/option.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"
#include "synth/arrangement.hpp"
#include "synth/board_path.hpp"
#include "synth/part_layout.hpp"

namespace calib {

/// Whether the board is still in every image, at a new place for each frame, or moves on.
enum class Motion { kStill, kSmooth };
inline constexpr Named<Motion> kMotions[] = {{"still", Motion::kStill},
                                             {"smooth", Motion::kSmooth}};

struct SynthOptions {
  int cameras = 4;
  RigShape arrangement = RigShape::kGrid;
  std::string size = "1280x720";
  std::string model = "opencv5";
  double fov_deg = 75;
  double baseline_m = 0.1;
  int frames = 40;
  double partial = 0.05;
  double noise = 2;
  double blur_px = 0.7;
  double falloff = 0.3;
  std::string composite;
  PartLayout boards_on = PartLayout::kWall;
  Motion motion = Motion::kStill;
  double speed_m_s = 0.2;
  double fps = 30;
  std::vector<std::string> time_offset, rate, line_delay, lose_frames;  ///< CAMERA=VALUE
  double exposure_s = 0;
  int seed = 1;
};
/// Has the meaning, the unit and the range of each option.
std::vector<Option> describe(SynthOptions& options);

/// Returns a rig with true intrinsics and poses, and `frames` board poses. The distortion is
/// typical for the camera model and differs a little between cameras. The cameras look at a common
/// point, with deviations from the ideal arrangement of up to a degree and some millimeters. The
/// boards together cover the images: they are near and far and tilted by up to 45 degrees, and all
/// cameras see the whole board except in a share `partial` of the views. In a ring, where not all
/// cameras can see the same board, at least two neighbors see it. The same seed gives the same rig.
/// Throws Error if an option is out of range, the lens cannot have the angle of view, or no board
/// pose is found.
Calibration make_synthetic_rig(const SynthOptions& options, const Board& board);

/// The cameras of make_synthetic_rig() alone.
Calibration make_synthetic_cameras(const SynthOptions& options, const Board& board);

/// One image of a camera.
struct Shot {
  std::int64_t frame = 0;    ///< the number of its file
  std::int64_t capture = 0;  ///< the number of the image in the order in which it was taken
  double tau_s = 0;          ///< when its first row was exposed, on the clock of the rig
};

/// A rig with the images that its cameras take of the board.
struct SyntheticRecording {
  Calibration truth;              ///< `frames` has the board's poses at frame / fps
  std::optional<BoardPath> path;  ///< of what a hand holds in the frame of the rig (see HeldBoard);
                                  ///< absent: the board is still
  /// The images of each camera. A lost image has no file, and later ones have smaller numbers than
  /// they should.
  std::vector<std::vector<Shot>> shots;
  std::optional<double> frame_rate_hz = std::nullopt;  ///< absent if the board is still
  Pose T_held_board = {};  ///< from the board to what moves along the path
};

/// Returns the rig of make_synthetic_rig() with its images. With Motion::kSmooth, each camera has
/// its true CameraTime. A board with parts is placed by its first part; cameras on the other side
/// see the back of a panel. Throws Error if an option is out of range or names no camera.
SyntheticRecording make_recording(const SynthOptions& options, const Board& panel);

/// T_cam_board at the time `after_s` seconds after the exposure of the first row of an image.
Pose board_at(const SyntheticRecording& recording, std::size_t camera, const Shot& shot,
              double after_s);

/// The exact corners of every view that are at least `margin_px` inside the image. Views with fewer
/// than 4 corners, and views of the back of the board, go to `missing` with the reason out_of_view.
/// Image names are those that `calib synth` writes: cam0/0000.png.
Observations true_observations(const Calibration& truth, double margin_px);
/// The same for every image of a recording. Each corner is at its position when its row was
/// exposed.
Observations true_observations(const SyntheticRecording& recording, double margin_px);

/// Adds independent Gaussian noise of `sigma_px` to each coordinate, and sets Corner::sigma_px. The
/// noise of a corner only depends on seed, camera, frame and id.
Observations add_noise(Observations observations, double sigma_px, int seed);

}  // namespace calib
