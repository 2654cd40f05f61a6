#pragma once
// Every image of a dataset, decoded and worked on by many threads, with a few images a thread in
// memory.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <opencv2/core/mat.hpp>
#include <string>

#include "image/dataset.hpp"
#include "image/decode.hpp"

namespace calib {

struct LoadedImage {
  std::size_t camera = 0;  ///< index into Dataset::cameras
  std::size_t index = 0;   ///< index among the camera's images
  std::int64_t frame = 0;
  std::string path;     ///< image_path()
  cv::Mat pixels;       ///< empty when there is a problem
  std::string problem;  ///< why it could not be read; empty: it could
  double decode_s = 0;  ///< what reading and decoding took
};

/// Whether a frame is wanted; empty: all are.
using FrameFilter = std::function<bool(std::int64_t frame)>;

/// Calls work(image) once for every image of every camera whose frame is wanted, from at most
/// `jobs` threads, in no particular order: results must go into slots by (camera, index). Image
/// files are decoded by the same thread that works on them; a video is decoded in order while other
/// threads work. Exceptions of work() and Ctrl-C end the stream.
void for_each_image(const Dataset& dataset, PixelFormat format, int jobs,
                    const std::function<void(LoadedImage&)>& work, const FrameFilter& wanted = {});

/// The path of an image as in ImageFile; of a video's frame "video.mp4#12".
std::string image_path(const Dataset& dataset, std::size_t camera, std::size_t index);

/// The number of images, counting a video's frames; for the progress bar.
std::size_t count_images(const Dataset& dataset);

}  // namespace calib
