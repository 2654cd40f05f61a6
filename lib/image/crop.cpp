#include "image/crop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <tuple>
#include <utility>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "image/image_stream.hpp"
#include "image/write_image.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// The result of cropping one composite frame.
struct FrameOutcome {
  std::int64_t frame = 0;
  std::string path;
  std::string problem;  // why it was skipped; empty: it was written
};

// Digits of a frame number in file names. A video has a fixed number of digits because its number
// of frames is known only at its end.
std::size_t digits_of(const DatasetCamera& camera) {
  constexpr std::size_t kVideoDigits = 6, kLeastDigits = 4;
  if (camera.has_video()) return kVideoDigits;
  return std::max(kLeastDigits, std::to_string(camera.images.back().frame).size());
}

class Cropper {
 public:
  Cropper(const Dataset& composites, const CropOptions& options, const fs::path& output)
      : composites_(composites),
        options_(options),
        output_(output),
        digits_(digits_of(composites.cameras.front())) {
    for (const DatasetCamera& camera : composites.cameras) create_folder(output / camera.name);
  }

  // Writes the views of one frame. Returns why it is skipped, or "".
  std::string crop(const LoadedImage& frame) const {
    if (!frame.problem.empty()) return frame.problem;
    if (options_.format == "jpg" && frame.pixels.depth() != CV_8U)
      return "has 16 bits per channel, which jpg cannot store; use --format png";
    std::vector<DecodedImage> views;
    for (const DatasetCamera& camera : composites_.cameras) {
      views.push_back(view_of(camera, {frame.pixels, ""}));
      if (!views.back().problem.empty()) return views.back().problem;
    }
    for (std::size_t c = 0; c < views.size(); ++c)
      write_image(output_ / path_of(composites_.cameras[c], frame.frame), views[c].pixels);
    return "";
  }

  // `outcomes` are ordered by frame.
  CropResult result(const std::vector<FrameOutcome>& outcomes) const {
    CropResult result;
    result.dataset.root = output_;
    for (const DatasetCamera& camera : composites_.cameras) {
      DatasetCamera cut{camera.name, camera.image_size, camera.crop};
      for (const FrameOutcome& outcome : outcomes) {
        if (outcome.problem.empty())
          cut.images.push_back({outcome.frame, path_of(camera, outcome.frame)});
      }
      result.dataset.cameras.push_back(std::move(cut));
    }
    for (const FrameOutcome& outcome : outcomes) {
      if (outcome.problem.empty()) {
        ++result.frames;
      } else {
        result.skipped.push_back({outcome.path, outcome.problem});
      }
    }
    return result;
  }

 private:
  std::string path_of(const DatasetCamera& camera, std::int64_t frame) const {
    return fmt::format("{}/{:0{}}.{}", camera.name, frame, digits_, options_.format);
  }

  const Dataset& composites_;
  const CropOptions& options_;
  const fs::path& output_;
  std::size_t digits_;
};

}  // namespace

Option format_option(CropOptions& options) {
  return Option::text(
             "format", options.format,
             "file format of the pictures that are cut; png is lossless, jpg has quality 95")
      .one_of({"png", "jpg"});
}

std::vector<Option> describe(CropOptions& options) {
  std::vector<Option> described = describe(static_cast<CompositeOptions&>(options));
  described.push_back(format_option(options));
  return described;
}

CropResult crop_composites(const Dataset& composites, const CropOptions& options,
                           const fs::path& output, int jobs, Progress& progress) {
  const Cropper cropper(composites, options, output);
  std::vector<FrameOutcome> outcomes;
  std::mutex mutex;
  progress.begin("crop", count_images(composites) / composites.cameras.size());
  for_each_composite(composites, PixelFormat::kAsStored, jobs, [&](LoadedImage& frame) {
    FrameOutcome outcome{frame.frame, resolve(composites, frame.path).string(),
                         cropper.crop(frame)};
    const std::lock_guard lock(mutex);
    outcomes.push_back(std::move(outcome));
    progress.advance();
  });
  progress.end();
  std::sort(outcomes.begin(), outcomes.end(), [](const FrameOutcome& a, const FrameOutcome& b) {
    return std::tie(a.frame, a.path) < std::tie(b.frame, b.path);
  });
  CropResult result = cropper.result(outcomes);
  if (result.frames == 0) {
    const SkippedFile& first = result.skipped.at(0);
    throw Error(fmt::format("{}: {}; none of the {} frames can be cut", first.path, first.reason,
                            outcomes.size()));
  }
  return result;
}

}  // namespace calib
