#pragma once
// Video files for the tests of lib/image.

#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/videoio.hpp>

namespace calib::testing {

/// The gray level of frame `index` of put_video(). The levels differ by 8 because Motion JPEG
/// changes a flat image by one or two levels.
inline int video_level(int index) { return 16 + 8 * index; }

/// Writes a Motion JPEG video of flat frames. Returns false if OpenCV cannot write it.
inline bool put_video(const std::filesystem::path& path, int width, int height, int frames) {
  std::filesystem::create_directories(path.parent_path());
  cv::VideoWriter writer(path.string(), cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), 25,
                         cv::Size(width, height));
  for (int i = 0; writer.isOpened() && i < frames; ++i)
    writer.write(cv::Mat(height, width, CV_8UC3, cv::Scalar::all(video_level(i))));
  return writer.isOpened();
}

}  // namespace calib::testing
