#pragma once
// Decodes and processes all images of a dataset on several threads, with only a few images per
// thread in memory.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <opencv2/core/mat.hpp>
#include <optional>
#include <string>

#include "image/dataset.hpp"
#include "image/decode.hpp"

namespace calib {

struct LoadedImage {
  std::size_t camera = 0;  ///< index into Dataset::cameras
  std::size_t index = 0;   ///< index among the camera's images
  std::int64_t frame = 0;
  std::optional<double> time_s;  ///< as in ImageFile; of a video, also the time that it states
  std::string path;              ///< as in ImageFile, or "video.mp4#12", counted in this video
  cv::Mat pixels;                ///< empty if there is a problem
  std::string problem;           ///< why the image could not be read; empty: it was read
  double decode_s = 0;           ///< the time that reading and decoding took
};

/// Returns whether a frame shall be processed. An empty function accepts all frames.
using FrameFilter = std::function<bool(std::int64_t frame)>;

/// Calls work(image) once for every image of every camera whose frame is wanted, on at most `jobs`
/// threads and in any order; the caller stores results by (camera, index). An image file is decoded
/// by the thread that calls work(); a video is decoded in order while other threads call work(). A
/// composite is decoded once for all its cameras. An exception of work() ends the stream and is
/// rethrown; Ctrl-C throws Interrupted.
void for_each_image(const Dataset& dataset, PixelFormat format, int jobs,
                    const std::function<void(LoadedImage&)>& work, const FrameFilter& wanted = {});

/// The same for whole composites: work(image) is called once for each, with the first camera.
/// All cameras of the dataset must be composites.
void for_each_composite(const Dataset& dataset, PixelFormat format, int jobs,
                        const std::function<void(LoadedImage&)>& work);

/// The view of `camera` in a decoded picture: a copy of its part of a composite, or the picture
/// itself. If the composite does not have the size of the others, the result has a problem.
DecodedImage view_of(const DatasetCamera& camera, const DecodedImage& picture);

/// The path of an image as in LoadedImage. Where videos follow one another, their names are joined
/// by "+", and the number is counted through all, since it is not known which one has the frame.
std::string image_path(const Dataset& dataset, std::size_t camera, std::size_t index);

/// Whether any camera has videos.
bool has_video(const Dataset& dataset);

/// The number of images and video frames, for the progress bar.
std::size_t count_images(const Dataset& dataset);

}  // namespace calib
