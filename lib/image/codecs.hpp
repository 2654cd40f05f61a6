#pragma once
// OpenCV's image and video codecs. They bring some 140 libraries along, which take longer to load
// than most commands take to run: they live in a library of their own, which is loaded when the
// first file needs it.

#include <cstddef>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <vector>

namespace calib {

/// cv::VideoCapture and cv::VideoWriter, as far as they are used.
class VideoSource {
 public:
  virtual ~VideoSource() = default;
  virtual bool read(cv::Mat& frame) = 0;
  virtual bool grab() = 0;
  virtual double property(int id) const = 0;  ///< cv::CAP_PROP_...
};
class VideoSink {
 public:
  virtual ~VideoSink() = default;
  virtual void write(const cv::Mat& bgr) = 0;
};

/// What the library offers. All may throw cv::Exception.
struct Codecs {
  /// cv::imdecode with its flags; empty when it cannot.
  cv::Mat (*decode)(const void* bytes, std::size_t size, int flags);
  /// cv::imencode; false when there is no such format.
  bool (*encode)(const char* extension, const cv::Mat& pixels, const std::vector<int>& parameters,
                 std::vector<unsigned char>& bytes);
  /// By FFmpeg where OpenCV has it, with the sensor's own orientation; null when it cannot be
  /// opened.
  std::unique_ptr<VideoSource> (*open_video)(const char* path);
  /// Motion JPEG or MPEG-4; null when it cannot.
  std::unique_ptr<VideoSink> (*create_video)(const char* path, bool motion_jpeg, double fps,
                                             int width, int height);
};

/// Loads the library on the first call, from the folder that the environment variable CALIB_CODECS
/// names, the program's folder, or where it was installed. Throws Error when it is not there.
const Codecs& codecs();

}  // namespace calib
