#pragma once
// Pictures of a board through a lens, with the truth known to better than 0.005 px.

#include <cstdint>
#include <opencv2/core/mat.hpp>
#include <vector>

#include "scene/calibration.hpp"
#include "synth/synthetic_rig.hpp"

namespace calib {

/// A board of other shapes than the chessboard's, drawn once, as fine as its smallest part needs.
struct PatternTexture {
  cv::Mat gray;  ///< empty: a chessboard, which needs none
  cv::Mat flat;  ///< for blocks of kBlock x kBlock pixels of it their gray, or kMixed
  static constexpr int kBlock = 8, kMixed = 128;
  Eigen::Vector2d origin{0, 0};
  double scale = 0;  ///< pixels a meter
};

/// Renders one camera, again and again. The rays of all pixels are found once. Thread-safe.
class Renderer {
 public:
  /// Several boards need known places. The background follows from the seed and the camera's name.
  /// Throws Error when the camera has no intrinsics.
  Renderer(const Camera& camera, const Board& board, const SynthOptions& options);

  /// An 8-bit gray picture of the board at T_cam_board. Each pixel near an edge holds the exact
  /// mean over its footprint on the board (no sampling; boards other than chessboards: of 144
  /// samples), blurred by the lens (Gaussian); then light
  /// falloff, Gaussian noise from a generator seeded by `noise_seed` alone (view_seed() in
  /// random.hpp makes one of seed, camera and frame), rounding. Seen from behind, the board is a
  /// plain sheet.
  cv::Mat render(const Pose& T_cam_board, std::uint64_t noise_seed) const;

 private:
  struct Sheet {
    Board board;
    PatternTexture texture;
    Pose T_board_sheet;
  };
  cv::Rect sheet_region(const Sheet& sheet, const Pose& T_cam_sheet) const;
  void add_sheets(const Pose& T_cam_board, cv::Mat& picture) const;
  void draw_sheet(const Sheet& sheet, const Pose& T_cam_sheet, const cv::Rect& region,
                  cv::Mat& fine) const;

  Projector projector_;
  cv::Mat rays_;        // CV_64FC3, as pixel_rays() gives them
  cv::Mat gain_;        // CV_32F: light falloff
  cv::Mat background_;  // CV_32F: the picture without a board
  std::vector<Sheet> sheets_;
  double noise_ = 0, blur_px_ = 0;
};

}  // namespace calib
