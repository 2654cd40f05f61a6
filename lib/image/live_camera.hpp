#pragma once
// A camera or stream that is read while it films.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <opencv2/core/mat.hpp>
#include <string>
#include <thread>

#include "base/stopwatch.hpp"
#include "camera/intrinsics.hpp"
#include "image/codecs.hpp"

namespace calib {

/// Whether the text names a camera of this machine (/dev/video0) or the address of a stream
/// (rtsp://..., http://..., udp://...).
bool is_live_source(const std::string& text);

/// Reads a camera in a thread of its own, so that its newest picture is at hand and older ones do
/// not wait in its buffer. A source that stops is opened again every two seconds.
class LiveCamera {
 public:
  /// Waits for the first picture. `size` is asked of a camera of this machine, which may choose
  /// another one; 0x0: its own choice. Throws Error "NAME: ..." if no picture comes.
  LiveCamera(std::string name, std::string source, ImageSize size);
  /// Waits for the picture that is being read.
  ~LiveCamera() = default;
  LiveCamera(const LiveCamera&) = delete;
  LiveCamera& operator=(const LiveCamera&) = delete;

  const std::string& name() const { return name_; }
  /// The newest picture (8 bits, BGR or gray); empty if none has come since the last call.
  cv::Mat take();
  /// For how many seconds no picture has come.
  double silence_s() const;

 private:
  std::unique_ptr<VideoSource> open() const;
  void read_on(const std::stop_token& stop);

  std::string name_, source_;
  ImageSize size_;
  std::unique_ptr<VideoSource> video_;  // used by the thread, once it runs
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  cv::Mat newest_;       // guarded by the mutex, as the next one is
  Stopwatch silence_;    // since the last picture
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace calib
