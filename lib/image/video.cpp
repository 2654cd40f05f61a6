#include "image/video.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "image/decode.hpp"

namespace calib {
namespace {

// Makes the path absolute because FFmpeg would take "http://..." for an address and the "12" of
// "12:30.mp4" for a protocol.
std::unique_ptr<VideoSource> open(const std::filesystem::path& path) {
  try {
    return codecs().open_video(std::filesystem::absolute(path).c_str());
  } catch (const cv::Exception&) {
    return nullptr;
  }
}

}  // namespace

// OpenCV passes this log level (AV_LOG_QUIET) to FFmpeg when it opens the first video.
void silence_video() {
  silence_opencv();
  static const int once = ::setenv("OPENCV_FFMPEG_LOGLEVEL", "-8", 0);
  static_cast<void>(once);
}

VideoReader::VideoReader(const std::filesystem::path& path) {
  silence_video();
  std::error_code error;
  require(std::filesystem::exists(path, error), fmt::format("{}: no such file", path.string()));
  require(!is_special(path), path.string() + ": is a pipe or device, expected a file");
  source_ = open(path);
  require(source_ != nullptr, fmt::format("{}: not a video that can be decoded; convert it, for "
                                          "example with 'ffmpeg -i {} out.mp4'",
                                          path.string(), path.filename().string()));
  const std::string too_large =
      size_problem(count(cv::CAP_PROP_FRAME_WIDTH), count(cv::CAP_PROP_FRAME_HEIGHT));
  require(too_large.empty(), path.string() + ": " + too_large);
  stated_frames_ = count(cv::CAP_PROP_FRAME_COUNT);
  const double fps = source_->property(cv::CAP_PROP_FPS);
  if (fps > 0 && fps < 1e5) fps_ = fps;
}

std::size_t VideoReader::count(int property) const {
  const double stated = source_->property(property);
  return stated >= 1 && stated < 1e9 ? static_cast<std::size_t>(stated) : 0;
}

bool VideoReader::read(PixelFormat format, cv::Mat& pixels) {
  cv::Mat frame;
  try {
    if (!source_->read(frame) || frame.empty()) return false;
  } catch (const cv::Exception&) {
    return false;
  }
  advance();
  if (format != PixelFormat::kAsStored && frame.channels() == 3) {
    cv::cvtColor(frame, pixels, cv::COLOR_BGR2GRAY);
  } else {
    pixels = frame;
  }
  return true;
}

bool VideoReader::skip() {
  if (!source_->grab()) return false;
  advance();
  return true;
}

// A backend that does not know the times of frames states 0 for all.
void VideoReader::advance() {
  const double shown_s = source_->property(cv::CAP_PROP_POS_MSEC) / 1000;
  const bool is_first = position_ == 0;
  time_s_.reset();
  if (is_first || shown_s > shown_s_) {
    time_s_ = shown_s;
  } else if (shown_s == 0 && fps_ > 0) {
    time_s_ = static_cast<double>(position_) / fps_;
  }
  shown_s_ = std::max(shown_s, shown_s_);
  ++position_;
}

std::string VideoReader::shortfall() const {
  if (position_ == 0) return "no frame of this video can be decoded";
  // Containers without an index estimate the number from the duration, with a small error, or a
  // large one if frames do not come at a constant rate: then the last one is still near the end.
  const auto is_near_end = [&](double frames) {
    return frames + 2 + static_cast<double>(stated_frames_) / 50 >=
           static_cast<double>(stated_frames_);
  };
  if (is_near_end(static_cast<double>(position_)) || is_near_end(shown_s_ * fps_)) return "";
  return fmt::format("the video ends after {} of {} frames: is the file complete?", position_,
                     stated_frames_);
}

VideoWriter::VideoWriter(const std::filesystem::path& path, double fps, int width, int height)
    : path_(path), size_(width, height) {
  silence_video();
  const bool avi = path.extension() == ".avi";
  require(avi || path.extension() == ".mp4",
          fmt::format("{}: expected a video file name that ends in .avi or .mp4", path.string()));
  try {
    sink_ = codecs().create_video(std::filesystem::absolute(path).c_str(), avi, fps, width, height);
  } catch (const cv::Exception&) {
    // Reported below.
  }
  require(sink_ != nullptr,
          fmt::format("{}: OpenCV on this machine cannot write this kind of video{}", path.string(),
                      avi ? "" : "; use --format avi or png"));
}

void VideoWriter::write(const cv::Mat& pixels) {
  require(pixels.depth() == CV_8U && pixels.size() == size_,
          fmt::format("{}: found a frame of {}x{} pixels and {} bits, expected {}x{} pixels and 8 "
                      "bits",
                      path_.string(), pixels.cols, pixels.rows, 8 * pixels.elemSize1(), size_.width,
                      size_.height));
  cv::Mat bgr = pixels;
  if (pixels.channels() != 3)
    cv::cvtColor(pixels, bgr, pixels.channels() == 4 ? cv::COLOR_BGRA2BGR : cv::COLOR_GRAY2BGR);
  sink_->write(bgr);
  ++frames_;
}

void VideoWriter::finish() {
  sink_.reset();
  std::size_t found = 0;
  try {
    VideoReader written(path_);
    while (written.skip()) ++found;
  } catch (const Error&) {
    // The header cannot be read: no frame was written.
  }
  require(found == frames_,
          fmt::format("{}: only {} of {} frames could be written: is the disk full?",
                      path_.string(), found, frames_));
}

}  // namespace calib
