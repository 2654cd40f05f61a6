#include "pipeline/report_previews.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <opencv2/core/mat.hpp>
#include <set>

#include "base/errors.hpp"
#include "image/image_stream.hpp"
#include "image/write_image.hpp"
#include "rectify/preview.hpp"
#include "rectify/rectify.hpp"
#include "rectify/warp.hpp"
#include "scene/rescale_calibration.hpp"
#include "target/draw_detection.hpp"

namespace calib {
namespace {

// These keep the page small enough to open and to mail.
constexpr std::size_t kMostPairs = 16;
constexpr int kTileWidth_px = 540, kJpegQuality = 80;

using Key = std::pair<std::string, std::int64_t>;  // camera and frame
using Pictures = std::map<Key, LoadedImage>;

struct Pair {
  std::string first, second;
  std::vector<std::int64_t> frames;
  std::string name() const { return first + "-" + second; }
};

std::set<std::int64_t> frames_of(const Observations& observations, const std::string& camera) {
  std::set<std::int64_t> frames;
  for (const View& view : observations.views) {
    if (camera_name(observations, view) == camera) frames.insert(view.frame);
  }
  return frames;
}

// Divides the common frames into `wanted` equal parts, and takes the middle frame of each; of a
// video, which is read from its beginning, the first ones.
std::vector<std::int64_t> preview_frames(const Observations& observations, const std::string& first,
                                         const std::string& second, int wanted, bool is_video) {
  const std::set<std::int64_t> of_first = frames_of(observations, first),
                               of_second = frames_of(observations, second);
  std::vector<std::int64_t> common, chosen;
  std::set_intersection(of_first.begin(), of_first.end(), of_second.begin(), of_second.end(),
                        std::back_inserter(common));
  const std::size_t count = std::min(common.size(), static_cast<std::size_t>(wanted));
  for (std::size_t i = 0; i < count; ++i)
    chosen.push_back(common[is_video ? i : (2 * i + 1) * common.size() / (2 * count)]);
  return chosen;
}

// The dataset with the wanted images only.
Dataset narrowed(const Dataset& dataset, const std::set<Key>& wanted) {
  std::set<std::int64_t> frames;
  for (const auto& [camera, frame] : wanted) frames.insert(frame);
  Dataset few = with_frames(dataset, frames);
  for (DatasetCamera& camera : few.cameras) {
    std::erase_if(camera.images, [&](const ImageFile& image) {
      return !camera.is_composite && !wanted.contains({camera.name, image.frame});
    });
  }
  std::erase_if(few.cameras, [&](const DatasetCamera& camera) {
    return std::none_of(wanted.begin(), wanted.end(),
                        [&](const Key& key) { return key.first == camera.name; });
  });
  return few;
}

Pictures load(const Dataset& dataset, const std::vector<Pair>& pairs, int jobs) {
  std::set<Key> wanted;
  for (const Pair& pair : pairs) {
    for (const std::int64_t frame : pair.frames) {
      wanted.insert({pair.first, frame});
      wanted.insert({pair.second, frame});
    }
  }
  const Dataset few = narrowed(dataset, wanted);
  Pictures pictures;
  std::mutex mutex;
  for_each_image(few, PixelFormat::kAsStored, jobs, [&](LoadedImage& image) {
    const Key key(few.cameras[image.camera].name, image.frame);
    if (!wanted.contains(key)) return;
    const std::scoped_lock lock(mutex);
    pictures[key] = std::move(image);
  });
  return pictures;
}

class Previewer {
 public:
  Previewer(const Calibration& calibration, const Pictures& pictures, int jobs)
      : calibration_(calibration), pictures_(pictures), jobs_(jobs) {}

  void draw(const Pair& pair, PreviewPictures& result) const {
    const Rectification built = rectify_set(calibration_, {pair.first, pair.second}, {}, jobs_);
    for (const std::int64_t frame : pair.frames) {
      try {
        result.pictures.push_back(draw_frame(built, pair, frame));
      } catch (const Error& error) {
        result.broken.push_back(fmt::format("{}, frame {}: {}", pair.name(), frame, error.what()));
        result.missing.push_back(result.broken.back());
      }
    }
  }

 private:
  PreviewPicture draw_frame(const Rectification& built, const Pair& pair,
                            std::int64_t frame) const {
    std::vector<cv::Mat> tiles;
    for (std::size_t i = 0; i < built.set.cameras.size(); ++i) {
      const Warp warp(built.maps[i], Interpolation::kLinear);
      tiles.push_back(
          shrunk_to_tile(warp(picture_of(built.set.cameras[i].name, frame)), kTileWidth_px));
    }
    // Lines are drawn on the small pictures, so that they stay one pixel wide.
    const cv::Mat lines = draw_lines(built.set, tiles);
    return {pair.name(), frame,      built.set.pairs.front().vertical,
            lines.cols,  lines.rows, encode_image("preview.jpg", lines, kJpegQuality)};
  }

  const cv::Mat& picture_of(const std::string& camera, std::int64_t frame) const {
    const auto found = pictures_.find({camera, frame});
    require(found != pictures_.end(), camera + " has no image");
    const LoadedImage& image = found->second;
    require(image.problem.empty(), image.path + ": " + image.problem);
    const ImageSize size{image.pixels.cols, image.pixels.rows};
    const ImageSize expected = find_camera(calibration_, camera)->intrinsics->image_size;
    require(size == expected,
            fmt::format("{}: is {}, but {} was calibrated at {}; {}", image.path, to_text(size),
                        camera, to_text(expected), rescale_advice(camera, expected, size)));
    return image.pixels;
  }

  const Calibration& calibration_;
  const Pictures& pictures_;
  int jobs_;
};

std::vector<Pair> chosen_pairs(const Calibration& calibration, const Observations& observations,
                               int frames, bool is_video, std::vector<std::string>& missing) {
  std::vector<Pair> pairs;
  const auto neighbors = adjacent_pairs(calibration);
  for (const auto& [first, second] : neighbors) {
    if (pairs.size() == kMostPairs) break;
    pairs.push_back({first, second, preview_frames(observations, first, second, frames, is_video)});
    if (frames > 0 && pairs.back().frames.empty())
      missing.push_back(pairs.back().name() + ": the two never saw the board together");
  }
  if (neighbors.empty())
    missing.emplace_back(
        "No two cameras with poses stand next to each other and look the same way.");
  if (neighbors.size() > kMostPairs)
    missing.push_back(fmt::format("{} of {} pairs are shown; calib rectify --preview draws all.",
                                  kMostPairs, neighbors.size()));
  return pairs;
}

}  // namespace

PreviewPictures preview_pictures(const Calibration& calibration, const Observations& observations,
                                 const Dataset& dataset, int frames, const Context& context) {
  PreviewPictures result;
  result.asked = true;
  const std::vector<Pair> pairs =
      chosen_pairs(calibration, observations, frames, has_video(dataset), result.missing);
  const Pictures pictures = load(dataset, pairs, context.jobs);
  const Previewer previewer(calibration, pictures, context.jobs);
  for (const Pair& pair : pairs) {
    try {
      previewer.draw(pair, result);
    } catch (const UndeterminedError& error) {
      result.missing.emplace_back(error.what());
    }
  }
  return result;
}

}  // namespace calib
