#pragma once
// Videos as sequences of pictures.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <string>

#include "image/codecs.hpp"
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
  /// Frames a second as the container states it, 0 when it does not.
  double fps() const { return fps_; }
  /// The frames read and skipped so far: the index of the next one.
  std::size_t position() const { return position_; }

  /// Decodes the next frame (8 bit, gray or BGR) into a picture of its own. False at the end.
  bool read(PixelFormat format, cv::Mat& pixels);
  /// Steps over a frame. False at the end.
  bool skip();

  /// To be asked at the end: why the video seems cut off, or "".
  std::string shortfall() const;

 private:
  std::size_t count(int property) const;  // as the container states it, 0 when it does not

  std::unique_ptr<VideoSource> source_;
  std::size_t stated_frames_ = 0;
  double fps_ = 0;
  std::size_t position_ = 0;
};

/// Writes frame after frame. Not thread-safe.
class VideoWriter {
 public:
  /// .avi holds Motion JPEG, .mp4 MPEG-4; both lose a little. Throws Error "PATH: ..." for other
  /// names, and when OpenCV has no such encoder.
  VideoWriter(const std::filesystem::path& path, double fps, int width, int height);

  /// 8 bit, gray, BGR or BGRA, of the size given. Throws Error otherwise.
  void write(const cv::Mat& pixels);

  /// Closes the file, which then must hold every frame: encoders do not tell of a full disk. Throws
  /// Error when it does not.
  void finish();

 private:
  std::filesystem::path path_;
  cv::Size size_;
  std::unique_ptr<VideoSink> sink_;
  std::size_t frames_ = 0;
};

}  // namespace calib
