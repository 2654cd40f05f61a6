// The library calib_codecs: only this code links OpenCV's imgcodecs and videoio.

#include <limits>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>
#include <opencv2/videoio/registry.hpp>
#include <string_view>
#include <vector>

#include "image/codecs.hpp"

namespace {

class Capture : public calib::VideoSource {
 public:
  bool open(const char* path) {
    // The other backends may take the name of a broken video for a camera or a pipeline to start.
    const bool ffmpeg = cv::videoio_registry::hasBackend(cv::CAP_FFMPEG);
    if (!capture_.open(path, ffmpeg ? cv::CAP_FFMPEG : cv::CAP_ANY)) return false;
    capture_.set(cv::CAP_PROP_ORIENTATION_AUTO, 1);
    return true;
  }
  bool open_camera(const char* device, cv::Size size) {
    // Four streams fit through USB only if they are compressed.
    std::vector<int> parameters = {cv::CAP_PROP_FOURCC,
                                   cv::VideoWriter::fourcc('M', 'J', 'P', 'G')};
    if (!size.empty())
      parameters.insert(parameters.end(), {cv::CAP_PROP_FRAME_WIDTH, size.width,
                                           cv::CAP_PROP_FRAME_HEIGHT, size.height});
    return capture_.open(device, cv::CAP_V4L2, parameters);
  }
  bool open_stream(const char* address) {
    return capture_.open(address, cv::CAP_FFMPEG,
                         {cv::CAP_PROP_OPEN_TIMEOUT_MSEC, kPatience_ms,
                          cv::CAP_PROP_READ_TIMEOUT_MSEC, kPatience_ms});
  }
  bool read(cv::Mat& frame) override { return capture_.read(frame); }
  bool grab() override { return capture_.grab(); }
  double property(int id) const override { return capture_.get(id); }

 private:
  static constexpr int kPatience_ms = 10'000;
  cv::VideoCapture capture_;
};

class Writer : public calib::VideoSink {
 public:
  bool open(const char* path, bool motion_jpeg, double fps, cv::Size size) {
    const int codec = motion_jpeg ? cv::VideoWriter::fourcc('M', 'J', 'P', 'G')
                                  : cv::VideoWriter::fourcc('m', 'p', '4', 'v');
    if (writer_.open(path, cv::CAP_FFMPEG, codec, fps, size, true)) return true;
    // OpenCV's own encoder supports only integer frame rates.
    return motion_jpeg && writer_.open(path, cv::CAP_OPENCV_MJPEG, codec, fps, size, true);
  }
  void write(const cv::Mat& bgr) override { writer_.write(bgr); }

 private:
  cv::VideoWriter writer_;
};

cv::Mat decode(const void* bytes, std::size_t size, int flags) {
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) return {};
  // const_cast: imdecode only reads the buffer.
  const cv::Mat buffer(1, static_cast<int>(size), CV_8U, const_cast<void*>(bytes));
  return cv::imdecode(buffer, flags);
}

bool encode(const char* extension, const cv::Mat& pixels, const std::vector<int>& parameters,
            std::vector<unsigned char>& bytes) {
  return cv::imencode(extension, pixels, bytes, parameters);
}

std::unique_ptr<calib::VideoSource> open_video(const char* path) {
  auto video = std::make_unique<Capture>();
  if (!video->open(path)) return nullptr;
  return video;
}

std::unique_ptr<calib::VideoSource> open_live(const char* source, int width, int height) {
  auto video = std::make_unique<Capture>();
  const bool is_device = std::string_view(source).starts_with("/dev/");
  const bool is_open =
      is_device ? video->open_camera(source, {width, height}) : video->open_stream(source);
  if (!is_open) return nullptr;
  return video;
}

std::unique_ptr<calib::VideoSink> create_video(const char* path, bool motion_jpeg, double fps,
                                               int width, int height) {
  auto video = std::make_unique<Writer>();
  if (!video->open(path, motion_jpeg, fps, {width, height})) return nullptr;
  return video;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const calib::Codecs calib_codecs;
extern "C" const calib::Codecs calib_codecs = {decode, encode, open_video, create_video, open_live};
