#include "image/video.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio/registry.hpp>

#include "base/errors.hpp"

namespace calib {
namespace {

// FFmpeg prints on stderr by itself. OpenCV hands it this level (AV_LOG_QUIET) when it opens the
// first video, unless the user has set one.
void silence_ffmpeg() {
  static const int once = ::setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
  static_cast<void>(once);
}

// FFmpeg where OpenCV has it: the others take a broken video for a camera or a pipeline to start.
cv::VideoCaptureAPIs backend() {
  return cv::videoio_registry::hasBackend(cv::CAP_FFMPEG) ? cv::CAP_FFMPEG : cv::CAP_ANY;
}

bool open(cv::VideoCapture& capture, const std::filesystem::path& path) {
  try {
    return capture.open(path.string(), backend());
  } catch (const cv::Exception&) {
    return false;
  }
}

}  // namespace

VideoReader::VideoReader(const std::filesystem::path& path) {
  silence_opencv();
  silence_ffmpeg();
  std::error_code error;
  require(std::filesystem::exists(path, error), fmt::format("{}: no such file", path.string()));
  require(open(capture_, path), fmt::format("{}: not a video that can be decoded; convert it, for "
                                            "example with 'ffmpeg -i {} out.mp4'",
                                            path.string(), path.filename().string()));
  capture_.set(cv::CAP_PROP_ORIENTATION_AUTO, 0);  // the sensor's own pixels
  const double stated = capture_.get(cv::CAP_PROP_FRAME_COUNT);
  if (stated >= 1 && stated < 1e9) stated_frames_ = static_cast<std::size_t>(stated);
}

bool VideoReader::read(PixelFormat format, cv::Mat& pixels) {
  cv::Mat frame;
  try {
    if (!capture_.read(frame) || frame.empty()) return false;
  } catch (const cv::Exception&) {
    return false;
  }
  ++position_;
  if (format == PixelFormat::kGrey8 && frame.channels() == 3) {
    cv::cvtColor(frame, pixels, cv::COLOR_BGR2GRAY);
  } else {
    pixels = frame;
  }
  return true;
}

bool VideoReader::skip() {
  if (!capture_.grab()) return false;
  ++position_;
  return true;
}

std::string VideoReader::shortfall() const {
  if (position_ == 0) return "no frame of this video can be decoded";
  // Containers without an index estimate the number from the duration: a few frames off is normal.
  if (position_ + 2 + stated_frames_ / 50 >= stated_frames_) return "";
  return fmt::format("the video ends after {} of {} frames: is the file complete?", position_,
                     stated_frames_);
}

}  // namespace calib
