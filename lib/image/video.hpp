#pragma once
// Reading and writing videos frame by frame.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>

#include "image/codecs.hpp"
#include "image/decode.hpp"

namespace calib {

/// Turns off the messages of OpenCV and FFmpeg on stderr, unless the user has set FFmpeg's level.
/// To be called before the first video is opened.
void silence_video();

/// Reads one frame after another. Does not seek, because seeking is inexact in many containers. Not
/// thread-safe.
class VideoReader {
 public:
  /// Throws Error "PATH: ..." if the file does not exist or is not a video that can be decoded.
  explicit VideoReader(const std::filesystem::path& path);

  /// The number of frames according to the container, which may be an estimate from the duration; 0
  /// if the container does not state it.
  std::size_t stated_frames() const { return stated_frames_; }
  /// Frames per second according to the container; 0 if it does not state them.
  double fps() const { return fps_; }
  /// The index of the next frame.
  std::size_t position() const { return position_; }
  /// When the frame that was read or skipped last is shown, in seconds after the first one: as the
  /// container says, or else by its frames per second. Returns nullopt if it says neither, or a
  /// time that is not after that of the frame before.
  std::optional<double> time_s() const { return time_s_; }

  /// Decodes the next frame (8 bits, gray or BGR; rotated as the file says) to a newly allocated
  /// image. Returns false at the end.
  bool read(PixelFormat format, cv::Mat& pixels);
  /// Skips one frame. Returns false at the end.
  bool skip();

  /// Call it at the end of the video: returns the reason if the video seems to be truncated, or "".
  std::string shortfall() const;

 private:
  std::size_t count(int property) const;  // a number that the container states, or 0
  void advance();                         // after a frame

  std::unique_ptr<VideoSource> source_;
  std::size_t stated_frames_ = 0;
  double fps_ = 0;
  std::size_t position_ = 0;
  double shown_s_ = -1;  // the time of the last frame, as the container states it
  std::optional<double> time_s_;
};

/// Writes one frame after another. Not thread-safe.
class VideoWriter {
 public:
  /// Writes Motion JPEG for .avi and MPEG-4 for .mp4; both are lossy. Throws Error "PATH: ..." for
  /// other suffixes, or if OpenCV has no such encoder.
  VideoWriter(const std::filesystem::path& path, double fps, int width, int height);

  /// Throws Error unless the frame has 8 bits, is gray, BGR or BGRA, and has the size of the video.
  void write(const cv::Mat& pixels);

  /// Closes the file and reads it again to check that it contains all frames, because encoders do
  /// not report a full disk. Throws Error if frames are missing.
  void finish();

 private:
  std::filesystem::path path_;
  cv::Size size_;
  std::unique_ptr<VideoSink> sink_;
  std::size_t frames_ = 0;
};

}  // namespace calib
