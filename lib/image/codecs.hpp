#pragma once
// OpenCV's image and video codecs. They depend on about 140 libraries, which take longer to load
// than most commands take to run. They are therefore in a separate library, which is loaded when a
// file needs it for the first time.

#include <cstddef>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <vector>

namespace calib {

/// The parts of cv::VideoCapture and cv::VideoWriter that are used.
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

/// The functions of the library. All may throw cv::Exception.
struct Codecs {
  /// cv::imdecode with its flags. Returns an empty image if it fails.
  cv::Mat (*decode)(const void* bytes, std::size_t size, int flags);
  /// cv::imencode. Returns false if the format is not supported.
  bool (*encode)(const char* extension, const cv::Mat& pixels, const std::vector<int>& parameters,
                 std::vector<unsigned char>& bytes);
  /// Uses FFmpeg if OpenCV supports it. Frames are rotated as the file says. Returns null if it
  /// fails.
  std::unique_ptr<VideoSource> (*open_video)(const char* path);
  /// Encodes Motion JPEG or MPEG-4. Returns null if it fails.
  std::unique_ptr<VideoSink> (*create_video)(const char* path, bool motion_jpeg, double fps,
                                             int width, int height);
  /// Opens a camera of this machine ("/dev/video0") or the address of a stream. The size is asked
  /// of a camera, which may choose another one; 0: its own choice. Gives up after ten seconds.
  /// Returns null if it fails.
  std::unique_ptr<VideoSource> (*open_live)(const char* source, int width, int height);
};

/// Loads the library on the first call: from the folder in the environment variable CALIB_CODECS,
/// the folder of the program, or the installation folder. Throws Error if it is in none of them.
const Codecs& codecs();

}  // namespace calib
