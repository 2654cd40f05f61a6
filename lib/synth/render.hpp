#pragma once
// Renders images of a board with corner positions that are accurate to 0.005 px.

#include <cstdint>
#include <functional>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "scene/calibration.hpp"
#include "synth/synthetic_rig.hpp"

namespace calib {

/// A high-resolution image of a board other than a chessboard.
struct PatternTexture {
  cv::Mat gray;  ///< CV_8U; empty for a chessboard, which needs no texture
  cv::Mat flat;  ///< the gray level of each block of kBlock x kBlock pixels, or kMixed
  static constexpr int kBlock = 8, kMixed = 128;
  Eigen::Vector2d origin{0, 0};  ///< top-left in board coordinates, meters
  double scale = 0;              ///< pixels per meter
};

/// How a board moves while an image is taken.
struct MovingBoard {
  /// T_cam_board at a time after the exposure of the first row, seconds.
  std::function<Pose(double after_s)> T_cam_board;
  double line_delay_s = 0;  ///< from the exposure of one row to that of the next
  double exposure_s = 0;    ///< of each row, half before and half after its time
};

/// Renders any number of images of one camera, with the rays of its pixels computed once.
/// Thread-safe.
class Renderer {
 public:
  /// The parts of several boards need known poses. The background depends on the seed and the name
  /// of the camera. Throws Error if the camera has no intrinsics.
  Renderer(const Camera& camera, const Board& board, const SynthOptions& options);

  /// Returns an 8-bit gray image of the board at T_cam_board. Each pixel near an edge is the mean
  /// over its footprint on the board (exact for chessboards, from 144 samples for other boards),
  /// blurred by the lens (Gaussian). Then follow light falloff, Gaussian noise that only depends on
  /// `noise_seed` (see view_seed() in random.hpp), and rounding. Seen from behind, the board is a
  /// blank sheet.
  cv::Mat render(const Pose& T_cam_board, std::uint64_t noise_seed) const;
  /// The same of a board that moves: the mean of so many images that it moves at most a quarter of
  /// a pixel from one to the next.
  cv::Mat render(const MovingBoard& motion, std::uint64_t noise_seed) const;

 private:
  struct Sheet {
    Board board;
    PatternTexture texture;
    Pose T_board_sheet;
  };
  /// T_cam_board when a row was exposed.
  using BoardAtRow = std::function<Pose(double row)>;
  cv::Rect pose_region(const Sheet& sheet, const Pose& T_cam_sheet) const;
  cv::Rect sheet_region(const Sheet& sheet, const BoardAtRow& T_cam_board) const;
  void add_sheets(const BoardAtRow& T_cam_board, cv::Mat& picture) const;
  void draw_sheet(const Sheet& sheet, const BoardAtRow& T_cam_board, const cv::Rect& region,
                  cv::Mat& fine) const;
  int exposure_steps(const MovingBoard& motion) const;
  cv::Mat finished(cv::Mat picture, std::uint64_t noise_seed) const;

  Projector projector_;
  cv::Mat rays_;        // CV_64FC3, from pixel_rays()
  cv::Mat gain_;        // CV_32F: light falloff
  cv::Mat background_;  // CV_32F: the image without a board
  std::vector<Sheet> sheets_;
  double noise_ = 0, blur_px_ = 0;
  bool is_panel_ = false;  // each face of the board hides the other
};

}  // namespace calib
