#pragma once
// Videos that follow one another, read as one: the chapters that a camera writes, or one video.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "image/decode.hpp"
#include "image/video.hpp"

namespace calib {

struct SequenceFrame {
  std::size_t position = 0;      ///< counted from 0 through all videos
  std::size_t video = 0;         ///< which of the videos it is in
  std::size_t index = 0;         ///< counted from 0 in this video
  DecodedImage image;            ///< a problem stands for the missing end of a video
  std::optional<double> time_s;  ///< as in VideoReader, counted through all videos
};

/// Not thread-safe.
class VideoSequence {
 public:
  /// Throws Error as VideoReader does.
  explicit VideoSequence(const std::vector<std::filesystem::path>& paths);

  /// As in VideoReader, of all videos together; frames per second of the first.
  std::size_t stated_frames() const;
  double fps() const { return videos_.front().fps(); }
  std::size_t position() const { return position_; }
  std::optional<double> time_s() const { return time_s_; }

  /// Decodes the next frame. Where a video is cut short, gives a frame with a problem once, and
  /// goes on with the next video. Returns false at the end.
  bool read(PixelFormat format, SequenceFrame& frame);
  /// Skips one frame. Returns false at the end, and where a video is cut short, which read() then
  /// reports.
  bool skip();
  /// Skips the frames before the first one from here on whose position is wanted, and reads that.
  /// Returns false at the end, or after `last`, if it is not negative.
  bool read_wanted(PixelFormat format, const std::function<bool(std::size_t)>& wanted, int last,
                   SequenceFrame& frame);

 private:
  void advance();  // after a frame

  std::vector<VideoReader> videos_;
  std::size_t current_ = 0;   // the video of the next frame
  std::size_t position_ = 0;  // of the next frame
  double start_s_ = 0;        // of the current video
  std::optional<double> time_s_;
};

}  // namespace calib
