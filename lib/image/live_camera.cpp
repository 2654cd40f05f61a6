#include "image/live_camera.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <utility>

#include "base/errors.hpp"
#include "image/video.hpp"

namespace calib {
namespace {

constexpr const char* kDevices = "/dev/";

bool is_device(const std::string& source) { return source.starts_with(kDevices); }

// The address without the name and password of its user: "rtsp://me:secret@10.0.0.7/live".
std::string without_password(const std::string& source) {
  const std::size_t host = source.find("://") + 3, end = source.find('/', host);
  const std::size_t at = source.substr(0, end).rfind('@');
  return is_device(source) || at == std::string::npos || at < host
             ? source
             : source.substr(0, host) + source.substr(at + 1);
}

// Reads a picture to a matrix of its own. Returns false if there is none.
bool read_picture(VideoSource& video, cv::Mat& picture) {
  picture = cv::Mat();
  try {
    return video.read(picture) && !picture.empty();
  } catch (const cv::Exception&) {
    return false;
  }
}

}  // namespace

bool is_live_source(const std::string& text) {
  return is_device(text) || text.find("://") != std::string::npos;
}

LiveCamera::LiveCamera(std::string name, std::string source, ImageSize size)
    : name_(std::move(name)), source_(std::move(source)), size_(size) {
  silence_video();
  std::error_code error;
  require(
      !is_device(source_) || std::filesystem::exists(source_, error),
      fmt::format("{}: {}: there is no such camera; 'ls /dev/video*' shows those of this machine",
                  name_, source_));
  video_ = open();
  require(video_ && read_picture(*video_, newest_),
          fmt::format("{}: {}: gives no picture; {}", name_, without_password(source_),
                      is_device(source_)
                          ? "does another program use the camera, or is this not its video device?"
                          : "is the address right, and does the camera send?"));
  thread_ = std::jthread([this](const std::stop_token& stop) { read_on(stop); });
}

std::unique_ptr<VideoSource> LiveCamera::open() const {
  try {
    return codecs().open_live(source_.c_str(), size_.width, size_.height);
  } catch (const cv::Exception&) {
    return nullptr;
  }
}

void LiveCamera::read_on(const std::stop_token& stop) {
  using namespace std::chrono_literals;
  while (!stop.stop_requested()) {
    cv::Mat picture;
    if (video_ && read_picture(*video_, picture)) {
      const std::lock_guard lock(mutex_);
      newest_ = picture;
      silence_ = {};
      continue;
    }
    video_.reset();
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, 2s, [] { return false; });
    }
    if (!stop.stop_requested()) video_ = open();
  }
}

cv::Mat LiveCamera::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(newest_, {});
}

double LiveCamera::silence_s() const {
  const std::lock_guard lock(mutex_);
  return silence_.seconds();
}

}  // namespace calib
