#include "pipeline/rectify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <set>
#include <tuple>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/parallel.hpp"
#include "base/staged_folder.hpp"
#include "base/text.hpp"
#include "evaluate/residuals.hpp"
#include "image/image_stream.hpp"
#include "image/write_image.hpp"
#include "io/map_files.hpp"
#include "pipeline/inputs_hash.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

std::string folder_of(const RectifiedPair& pair) {
  return pair.first.name + "_" + pair.second.name;
}

std::vector<std::string> folders_of(const std::vector<RectifiedPair>& pairs) {
  std::vector<std::string> folders;
  for (const RectifiedPair& pair : pairs) folders.push_back(folder_of(pair));
  return folders;
}

// The folders that an earlier rectify wrote beside `file`.
std::vector<std::string> folders_of_earlier(const fs::path& file) {
  std::vector<std::string> folders;
  if (!fs::exists(file)) return folders;
  try {
    for (const RectificationEntry& entry : read_rectification(file))
      folders.push_back(folder_of(entry.pair));
  } catch (const Error&) {
    // Not to be read, so nothing is known to be ours.
  }
  return folders;
}

// File names keep the key of the frame; leading zeros keep them in order in any file browser.
std::string file_of(std::int64_t frame, const std::string& format) {
  return fmt::format("{:06}.{}", frame, format);
}

std::vector<std::pair<std::string, std::string>> asked_pairs(const Calibration& calibration,
                                                             const RectifyOptions& options) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& text : options.pair) {
    const std::vector<std::string> names = split(text, ',');
    require(
        names.size() == 2 && names[0] != names[1],
        fmt::format("pair: found '{}', expected two different cameras, such as --pair cam0,cam1",
                    text));
    for (const std::string& name : names) {
      std::vector<std::string> known;
      for (const Camera& camera : calibration.cameras) known.push_back(camera.name);
      require(find_camera(calibration, name) != nullptr,
              fmt::format("pair: there is no camera '{}', expected one of {}{}", name,
                          join(known, ", "), did_you_mean(name, known)));
    }
    pairs.emplace_back(names[0], names[1]);
  }
  return pairs;
}

std::vector<RectifiedPair> make_pairs(const Calibration& calibration, const RectifyOptions& options,
                                      RectifyResult& result) {
  std::vector<RectifiedPair> pairs;
  for (const auto& [first, second] : asked_pairs(calibration, options)) {
    pairs.push_back(rectify_pair(calibration, first, second, options.alpha));
  }
  if (!options.pair.empty()) return pairs;
  for (const auto& [first, second] : adjacent_pairs(calibration)) {
    try {
      pairs.push_back(rectify_pair(calibration, first, second, options.alpha));
    } catch (const UndeterminedError& error) {
      result.skipped_pairs.push_back({first, second, error.what()});
    }
  }
  if (pairs.empty()) {
    throw UndeterminedError(
        result.skipped_pairs.empty()
            ? "no two cameras with known poses stand next to each other and look the same way: "
              "solve the rig with `calib extrinsics` first, or name a pair with --pair"
            : "no pair of cameras can be rectified: " + result.skipped_pairs.front().reason);
  }
  return pairs;
}

// Mean |row difference| (column difference for a vertical pair) of the corners that both cameras
// saw.
std::optional<double> observed_row_error(const Calibration& calibration,
                                         const Observations& observations,
                                         const RectifiedPair& pair) {
  const RejectedSet rejected(calibration);
  const RectifiedCamera* sides[2] = {&pair.first, &pair.second};
  std::map<std::pair<std::int64_t, int>, double> rows[2];
  for (int side = 0; side < 2; ++side) {
    const Projector lens(*find_camera(calibration, sides[side]->name)->intrinsics);
    for (const View& view : observations.views) {
      const std::string& name = observations.cameras[static_cast<std::size_t>(view.camera)].name;
      if (name != sides[side]->name || rejected.view(name, view.frame)) continue;
      for (const Corner& corner : view.corners) {
        if (rejected.corner(name, view.frame, corner.id)) continue;
        const auto pixel = rectified_pixel(lens, *sides[side], {corner.x, corner.y});
        if (pixel) rows[side][{view.frame, corner.id}] = pair.vertical ? pixel->x() : pixel->y();
      }
    }
  }
  double sum = 0;
  int count = 0;
  for (const auto& [key, row] : rows[0]) {
    const auto other = rows[1].find(key);
    if (other == rows[1].end()) continue;
    sum += std::abs(row - other->second);
    ++count;
  }
  return count > 0 ? std::optional(sum / count) : std::nullopt;
}

// A side's maps, and which camera of the dataset it reads.
struct Side {
  std::string name;
  PixelMaps maps;
  const DatasetCamera* camera = nullptr;
  ImageSize source_size;
};

Side make_side(const Calibration& calibration, const RectifiedCamera& camera, ImageSize size,
               const Dataset* dataset) {
  const Intrinsics& intrinsics = *find_camera(calibration, camera.name)->intrinsics;
  Side side{camera.name, rectify_maps(intrinsics, camera, size), nullptr, intrinsics.image_size};
  if (!dataset) return side;
  for (const DatasetCamera& candidate : dataset->cameras) {
    if (candidate.name == camera.name) side.camera = &candidate;
  }
  require(side.camera != nullptr,
          fmt::format("the images have no camera '{}', which the calibration has", camera.name));
  require(side.camera->video.empty(), fmt::format("{}: rectify reads images; cut the video into "
                                                  "images with `calib crop {} --layout 1x1` first",
                                                  side.camera->video, side.camera->video));
  return side;
}

// Reads and warps one image; empty, with the reason noted, when it cannot be used.
class Warper {
 public:
  Warper(const Dataset& dataset, std::vector<SkippedImage>& skipped)
      : dataset_(dataset), skipped_(skipped) {}

  cv::Mat warp(const Side& side, const std::string& path) {
    const DecodedImage image = decode_image(resolve(dataset_, path), PixelFormat::kAsStored);
    std::string problem = image.problem;
    const ImageSize size{image.pixels.cols, image.pixels.rows};
    if (problem.empty() && !(size == side.source_size)) {
      problem = fmt::format("size {}, but {} was calibrated at {}", to_text(size), side.name,
                            to_text(side.source_size));
    }
    if (problem.empty()) return remap_image(image.pixels, side.maps);
    const std::lock_guard lock(mutex_);
    skipped_.push_back({path, problem});
    return {};
  }

 private:
  const Dataset& dataset_;
  std::mutex mutex_;
  std::vector<SkippedImage>& skipped_;
};

// The frames that both cameras have; the others are noted.
struct FramePair {
  std::int64_t frame;
  std::string first, second;
};
std::vector<FramePair> common_frames(const Side& first, const Side& second,
                                     std::vector<SkippedImage>& skipped) {
  std::map<std::int64_t, const ImageFile*> of_second;
  for (const ImageFile& image : second.camera->images) of_second[image.frame] = &image;
  std::vector<FramePair> frames;
  for (const ImageFile& image : first.camera->images) {
    const auto other = of_second.find(image.frame);
    if (other == of_second.end()) {
      skipped.push_back(
          {image.path, fmt::format("{} has no image of frame {}", second.name, image.frame)});
      continue;
    }
    frames.push_back({image.frame, image.path, other->second->path});
    of_second.erase(other);
  }
  for (const auto& [frame, image] : of_second) {
    skipped.push_back({image->path, fmt::format("{} has no image of frame {}", first.name, frame)});
  }
  return frames;
}

// Which of `count` frames get a preview: `wanted` of them, spread evenly; all when it is 0.
std::set<std::size_t> preview_indices(std::size_t count, const RectifyOptions& options) {
  std::set<std::size_t> indices;
  if (!options.preview) return indices;
  const std::size_t wanted =
      options.preview_frames == 0
          ? count
          : std::min(count, static_cast<std::size_t>(options.preview_frames));
  for (std::size_t i = 0; i < wanted; ++i) indices.insert(i * count / wanted);
  return indices;
}

void write_pair_images(const RectifiedPair& pair, const Side& first, const Side& second,
                       const Dataset& dataset, const RectifyOptions& options,
                       const fs::path& output, const Context& context, RectifyResult& result) {
  const std::vector<FramePair> frames = common_frames(first, second, result.skipped_images);
  const fs::path folder = output / folder_of(pair);
  create_folder(folder / first.name);
  create_folder(folder / second.name);
  const std::set<std::size_t> previewed = preview_indices(frames.size(), options);
  if (!previewed.empty()) create_folder(folder / "preview");
  Warper warper(dataset, result.skipped_images);
  std::vector<char> written(frames.size());
  context.progress->begin("rectify " + folder_of(pair), frames.size());
  parallel_for(frames.size(), context.jobs, [&](std::size_t i) {
    const cv::Mat left = warper.warp(first, frames[i].first),
                  right = warper.warp(second, frames[i].second);
    if (!left.empty() && !right.empty()) {
      const std::string name = file_of(frames[i].frame, options.format);
      write_image(folder / first.name / name, left);
      write_image(folder / second.name / name, right);
      if (previewed.contains(i)) {
        write_image(folder / "preview" / file_of(frames[i].frame, "png"),
                    draw_pair_preview(left, right, pair.vertical));
      }
      written[i] = 1;
    }
    context.progress->advance();
  });
  context.progress->end();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    result.images += written[i] ? 2 : 0;
    if (written[i] && previewed.contains(i)) {
      result.previews.push_back(folder / "preview" / file_of(frames[i].frame, "png"));
    }
  }
}

void sort_skipped(std::vector<SkippedImage>& skipped) {
  std::sort(skipped.begin(), skipped.end(), [](const SkippedImage& a, const SkippedImage& b) {
    return std::tie(a.path, a.reason) < std::tie(b.path, b.reason);
  });
  const auto last =
      std::unique(skipped.begin(), skipped.end(),
                  [](const SkippedImage& a, const SkippedImage& b) { return a.path == b.path; });
  skipped.erase(last, skipped.end());
}

void require_none_skipped(const std::vector<SkippedImage>& skipped, const Context& context) {
  if (!context.strict || skipped.empty()) return;
  throw Error(fmt::format("{}: {} ({} such images; without --strict they are left out and listed)",
                          skipped[0].path, skipped[0].reason, skipped.size()));
}

// Throws Error when an image of the camera is in `folder`, which is written to.
void require_elsewhere(const DatasetCamera& camera, const Dataset& dataset,
                       const fs::path& folder) {
  std::error_code does_not_exist;
  for (const ImageFile& image : camera.images) {
    const fs::path path = resolve(dataset, image.path);
    require(!fs::equivalent(path.parent_path(), folder, does_not_exist),
            fmt::format("{}: would be overwritten by its own result; choose another --output",
                        path.string()));
  }
}

}  // namespace

Provenance rectify_provenance(const Calibration& calibration, const Dataset* dataset,
                              RectifyOptions options, int jobs) {
  return {combined_hash({"rectify", to_yaml(calibration),
                         dataset ? dataset_hash(*dataset, jobs) : std::string()}),
          to_pairs(describe(options))};
}

RectifyResult rectify(const Calibration& calibration, const Dataset* dataset,
                      const Observations* observations, const RectifyOptions& options,
                      const fs::path& output, const Context& context) {
  RectifyResult result;
  const std::vector<RectifiedPair> pairs = make_pairs(calibration, options, result);
  const fs::path file = output / "rectification.yaml";
  const std::vector<std::string> replaced = folders_of_earlier(file);
  StagedFolder staged(output);
  staged.require_free(folders_of(pairs), replaced);
  for (const RectifiedPair& pair : pairs) {
    const Side first = make_side(calibration, pair.first, pair.image_size, dataset);
    const Side second = make_side(calibration, pair.second, pair.image_size, dataset);
    const fs::path folder = folder_of(pair);
    RectificationEntry entry{pair, "", "", std::nullopt};
    const std::string first_map =
        write_maps(first.maps, staged.path() / folder, first.name, options.maps);
    const std::string second_map =
        write_maps(second.maps, staged.path() / folder, second.name, options.maps);
    if (!first_map.empty()) entry.first_map = (folder / first_map).string();
    if (!second_map.empty()) entry.second_map = (folder / second_map).string();
    if (observations)
      entry.row_error_mean_px = observed_row_error(calibration, *observations, pair);
    if (dataset)
      write_pair_images(pair, first, second, *dataset, options, staged.path(), context, result);
    result.entries.push_back(std::move(entry));
  }
  sort_skipped(result.skipped_images);
  require_none_skipped(result.skipped_images, context);
  fs::remove(file);  // it describes folders that go now
  staged.put_in_place(replaced);
  for (fs::path& preview : result.previews)
    preview = output / preview.lexically_relative(staged.path());
  // Last, so that its presence says that the images are all there.
  write_file(file, to_yaml(result.entries,
                           rectify_provenance(calibration, dataset, options, context.jobs)));
  return result;
}

UndistortResult undistort(const Calibration& calibration, const Dataset& dataset, double alpha,
                          const std::string& format, const fs::path& output,
                          const Context& context) {
  UndistortResult result;
  Warper warper(dataset, result.skipped_images);
  for (const DatasetCamera& images : dataset.cameras) {
    const Camera* camera = find_camera(calibration, images.name);
    require(camera && camera->intrinsics,
            fmt::format("the calibration has no intrinsics for camera '{}'", images.name));
    const Side side = make_side(calibration, undistorted_camera(*camera, alpha),
                                camera->intrinsics->image_size, &dataset);
    require_elsewhere(images, dataset, output / images.name);
    create_folder(output / images.name);
    std::vector<char> written(images.images.size());
    context.progress->begin("undistort " + images.name, images.images.size());
    parallel_for(images.images.size(), context.jobs, [&](std::size_t i) {
      const cv::Mat picture = warper.warp(side, images.images[i].path);
      if (!picture.empty()) {
        write_image(output / images.name / file_of(images.images[i].frame, format), picture);
        written[i] = 1;
      }
      context.progress->advance();
    });
    context.progress->end();
    result.images += static_cast<std::size_t>(std::count(written.begin(), written.end(), 1));
  }
  sort_skipped(result.skipped_images);
  require_none_skipped(result.skipped_images, context);
  return result;
}

}  // namespace calib
