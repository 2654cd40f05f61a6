#include "image/video_sequence.hpp"

namespace calib {

VideoSequence::VideoSequence(const std::vector<std::filesystem::path>& paths) {
  videos_.reserve(paths.size());
  for (const std::filesystem::path& path : paths) videos_.emplace_back(path);
}

std::size_t VideoSequence::stated_frames() const {
  std::size_t sum = 0;
  for (const VideoReader& video : videos_) sum += video.stated_frames();
  return sum;
}

void VideoSequence::advance() {
  const VideoReader& video = videos_[current_];
  // The first frame of a chapter follows the last one of the chapter before.
  if (current_ > 0 && video.position() == 1)
    start_s_ = time_s_ && video.fps() > 0 ? *time_s_ + 1 / video.fps() : 0;
  const std::optional<double> shown_s = video.time_s();
  time_s_ = shown_s ? std::optional(start_s_ + *shown_s) : std::nullopt;
  ++position_;
}

bool VideoSequence::read(PixelFormat format, SequenceFrame& frame) {
  for (; current_ < videos_.size(); ++current_) {
    VideoReader& video = videos_[current_];
    frame = {position_, current_, video.position(), {}, {}};
    if (video.read(format, frame.image.pixels)) {
      advance();
      frame.time_s = time_s_;
      return true;
    }
    frame.image.problem = video.shortfall();
    if (frame.image.problem.empty()) continue;
    ++current_;
    return true;
  }
  return false;
}

bool VideoSequence::skip() {
  for (; current_ < videos_.size(); ++current_) {
    if (videos_[current_].skip()) {
      advance();
      return true;
    }
    if (!videos_[current_].shortfall().empty()) return false;
  }
  return false;
}

bool VideoSequence::read_wanted(PixelFormat format, const std::function<bool(std::size_t)>& wanted,
                                int last, SequenceFrame& frame) {
  const auto is_after_last = [&] {
    return last >= 0 && position_ > static_cast<std::size_t>(last);
  };
  while (!is_after_last() && !wanted(position_) && skip()) {
  }
  return !is_after_last() && read(format, frame);
}

}  // namespace calib
