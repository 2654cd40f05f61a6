#pragma once
// A video as a sequence of pictures.

#include <cstddef>
#include <filesystem>
#include <opencv2/core/mat.hpp>
#include <opencv2/videoio.hpp>
#include <string>

#include "image/decode.hpp"

namespace calib {

/// Reads frame after frame; never seeks, since seeking is inexact in many containers. Not
/// thread-safe.
class VideoReader {
 public:
  /// Throws Error "PATH: ..." when there is no such file or it is no video that can be decoded.
  explicit VideoReader(const std::filesystem::path& path);

  /// The number of frames as the container states it, 0 when it does not; some only estimate it
  /// from the duration.
  std::size_t stated_frames() const { return stated_frames_; }
  /// The frames read and skipped so far: the index of the next one.
  std::size_t position() const { return position_; }

  /// Decodes the next frame (8 bit, grey or BGR) into a picture of its own. False at the end.
  bool read(PixelFormat format, cv::Mat& pixels);
  /// Steps over a frame. False at the end.
  bool skip();

  /// To be asked at the end: why the video seems cut off, or "".
  std::string shortfall() const;

 private:
  cv::VideoCapture capture_;
  std::size_t stated_frames_ = 0;
  std::size_t position_ = 0;
};

}  // namespace calib
