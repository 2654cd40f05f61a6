#include "image/crop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <tuple>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/parallel.hpp"
#include "base/subsample.hpp"
#include "base/text.hpp"
#include "image/composites.hpp"
#include "image/content_hash.hpp"
#include "image/decode.hpp"
#include "image/layout.hpp"
#include "image/video.hpp"
#include "image/view_seams.hpp"
#include "image/write_image.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// Digits of a frame number in file names. A video has a fixed number of digits because its number
// of frames is known only at its end.
constexpr std::size_t kVideoDigits = 6;
constexpr std::size_t kLeastDigits = 4;

constexpr const char* kTooDeepForJpg = "has 16 bits per channel, which jpg cannot store";

ImageSize size_of(const cv::Mat& pixels) { return {pixels.cols, pixels.rows}; }

// Splits "a,b" into two names: the command line and the configuration file may pass either form.
std::vector<std::string> single_names(const std::vector<std::string>& names) {
  std::vector<std::string> single;
  for (const std::string& text : names)
    for (std::string& name : split(text, ',')) single.push_back(std::move(name));
  return single;
}

void check_options(const CropOptions& options) {
  require(!options.layout.empty() || !options.roi.empty(),
          "crop needs to know where the cameras are: --layout 2x2 (rows x columns), or --roi "
          "NAME=X,Y,W,H for each camera");
  require(options.layout.empty() || options.roi.empty(),
          "found both --layout and --roi, expected one of them");
  require(options.roi.empty() || options.names.empty(),
          "--names can only be used with --layout; each --roi contains its own name");
  require(options.end < 0 || options.end >= options.start,
          fmt::format("--end {} is before --start {}: no frame is selected", options.end,
                      options.start));
}

bool is_selected(const CropOptions& options, std::size_t position) {
  const auto start = static_cast<std::size_t>(options.start);
  if (position < start) return false;
  if (options.end >= 0 && position > static_cast<std::size_t>(options.end)) return false;
  return (position - start) % static_cast<std::size_t>(options.every) == 0;
}

std::size_t count_selected(const CropOptions& options, std::size_t frames) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < frames; ++i) count += is_selected(options, i) ? 1 : 0;
  return count;
}

void require_some_selected(const CropOptions& options, std::size_t selected, std::size_t frames) {
  require(selected > 0, fmt::format("--start {} is beyond the last frame, {} (counted from 0)",
                                    options.start, static_cast<long>(frames) - 1));
}

// Where each camera is cut out of a frame, and where its images are written.
struct CropPlan {
  ImageSize frame_size;
  std::vector<Tile> tiles;
  fs::path output;
  std::string format;
  std::size_t digits = kLeastDigits;
};

struct Output {
  fs::path folder;
  const OnCameras& on_cameras;
};

std::vector<std::string> camera_names(const std::vector<Tile>& tiles) {
  std::vector<std::string> names;
  for (const Tile& tile : tiles) names.push_back(tile.camera);
  return names;
}

// Makes the plan for frames with the size and depth of `frame`, and creates the folders. Throws
// Error if the format cannot store such frames.
CropPlan make_plan(const cv::Mat& frame, const std::string& path, const CropOptions& options,
                   const Output& output, std::size_t digits) {
  require(options.format != "jpg" || frame.depth() == CV_8U,
          fmt::format("{}: {}; use --format png", path, kTooDeepForJpg));
  const ImageSize size = size_of(frame);
  CropPlan plan{size,
                options.layout.empty()
                    ? roi_tiles(options.roi, size)
                    : grid_tiles(options.layout, size, single_names(options.names)),
                output.folder, options.format, digits};
  if (output.on_cameras) output.on_cameras(camera_names(plan.tiles));
  for (const Tile& tile : plan.tiles) create_folder(output.folder / tile.camera);
  return plan;
}

// Throws Error if the frames show other rows and columns of views than the layout has. The layout
// 1x1 says that each frame is one view, and rectangles say what they cut.
void check_layout(const CropOptions& options, const SeamVotes& votes) {
  if (options.layout.empty()) return;
  const auto [rows, columns] = parse_size(options.layout, "layout (rows x columns)");
  if (rows == 1 && columns == 1) return;
  const std::optional<ViewGrid> grid = votes.instead_of({rows, columns});
  if (!grid) return;
  std::string seen = "views meet elsewhere in the frames: count their rows and columns";
  if (*grid == ViewGrid{}) {
    seen = "the frames look like pictures of one camera each: leave out --layout";
  } else if (grid->rows > 0 && grid->columns > 0) {
    seen = fmt::format("the frames look like {}: use --layout {}x{}", to_text(*grid), grid->rows,
                       grid->columns);
  }
  throw Error(
      fmt::format("layout {} (rows x columns): {}, or give the rectangles with --roi "
                  "NAME=X,Y,W,H if the layout is right",
                  options.layout, seen));
}

std::string tile_path(const CropPlan& plan, const Tile& tile, std::int64_t frame) {
  return fmt::format("{}/{:0{}}.{}", tile.camera, frame, plan.digits, plan.format);
}

// The reason why the frame does not match the plan, or "".
std::string mismatch(const CropPlan& plan, const cv::Mat& pixels) {
  if (size_of(pixels) != plan.frame_size) {
    return fmt::format("is {}, expected {} like the other frames", to_text(size_of(pixels)),
                       to_text(plan.frame_size));
  }
  return plan.format == "jpg" && pixels.depth() != CV_8U ? kTooDeepForJpg : "";
}

void write_tiles(const CropPlan& plan, const cv::Mat& pixels, std::int64_t frame) {
  for (const Tile& tile : plan.tiles) {
    const CropInfo& place = tile.place;
    write_image(plan.output / tile_path(plan, tile, frame),
                pixels(cv::Rect(place.x, place.y, place.width, place.height)));
  }
}

// The result of cropping one composite frame.
struct FrameOutcome {
  std::int64_t frame = 0;
  std::string path;
  std::string problem;  // why it was skipped; empty: it was written
};

std::string crop_frame(const CropPlan& plan, const DecodedImage& image, std::int64_t frame) {
  std::string problem = image.problem.empty() ? mismatch(plan, image.pixels) : image.problem;
  if (problem.empty()) write_tiles(plan, image.pixels, frame);
  return problem;
}

DatasetCamera make_camera(const CropPlan& plan, const Tile& tile,
                          const std::vector<FrameOutcome>& outcomes) {
  DatasetCamera camera{tile.camera, {tile.place.width, tile.place.height}, tile.place};
  for (const FrameOutcome& outcome : outcomes) {
    if (outcome.problem.empty())
      camera.images.push_back({outcome.frame, tile_path(plan, tile, outcome.frame)});
  }
  return camera;
}

std::vector<DatasetCamera> make_cameras(const CropPlan& plan,
                                        const std::vector<FrameOutcome>& outcomes) {
  std::vector<DatasetCamera> cameras;
  for (const Tile& tile : plan.tiles) cameras.push_back(make_camera(plan, tile, outcomes));
  std::sort(cameras.begin(), cameras.end(), [](const DatasetCamera& a, const DatasetCamera& b) {
    return natural_less(a.name, b.name);
  });
  return cameras;
}

// `outcomes` are ordered by frame.
CropResult make_result(const CropPlan& plan, const std::vector<FrameOutcome>& outcomes,
                       const CropOptions& options) {
  CropResult result;
  result.dataset.root = plan.output;
  result.dataset.cameras = make_cameras(plan, outcomes);
  CropOptions copy = options;
  result.dataset.provenance.options = to_pairs(describe(copy));
  for (const FrameOutcome& outcome : outcomes) {
    if (outcome.problem.empty()) {
      ++result.frames;
    } else {
      result.skipped.push_back({outcome.path, outcome.problem});
    }
  }
  return result;
}

[[noreturn]] void fail_all_unreadable(std::size_t count, const std::string& path,
                                      const std::string& problem) {
  throw Error(fmt::format("{}: {}; none of the {} frames can be read", path, problem, count));
}

std::vector<std::size_t> selected_images(const Composites& composites, const CropOptions& options) {
  std::vector<std::size_t> selected;
  for (std::size_t i = 0; i < composites.files.size(); ++i)
    if (is_selected(options, i)) selected.push_back(i);
  require_some_selected(options, selected.size(), composites.files.size());
  return selected;
}

std::size_t digits_of(std::int64_t frame) {
  return std::max(kLeastDigits, std::to_string(frame).size());
}

// The first image of the most common size.
const std::pair<std::size_t, cv::Mat>& most_common_size(
    const std::vector<std::pair<std::size_t, cv::Mat>>& images) {
  const auto count = [&](const auto& image) {
    return std::count_if(images.begin(), images.end(), [&](const auto& other) {
      return other.second.size() == image.second.size();
    });
  };
  return *std::max_element(images.begin(), images.end(),
                           [&](const auto& a, const auto& b) { return count(a) < count(b); });
}

// Makes the plan from the most common size of a few readable images, spread over the sequence: some
// recorders begin with images of a different size.
CropPlan plan_by_some_images(const Composites& composites, const std::vector<std::size_t>& selected,
                             const CropOptions& options, const Output& output) {
  constexpr std::size_t kSome = 5;
  std::vector<std::size_t> some = selected;
  subsample(some, kSome);
  some.insert(some.end(), selected.begin(), selected.end());  // if none of those is readable
  std::vector<std::pair<std::size_t, cv::Mat>> images;
  std::string first_problem;
  for (std::size_t k = 0; k < some.size() && (k < kSome || images.empty()); ++k) {
    DecodedImage image = decode_image(composites.files[some[k]], PixelFormat::kAsStored);
    if (image.problem.empty()) {
      images.emplace_back(some[k], std::move(image.pixels));
    } else if (first_problem.empty()) {
      first_problem = image.problem;
    }
  }
  if (images.empty()) {
    fail_all_unreadable(selected.size(), composites.files[selected.front()].string(),
                        first_problem);
  }
  const auto& [index, pixels] = most_common_size(images);
  CropPlan plan = make_plan(pixels, composites.files[index].string(), options, output,
                            digits_of(composites.frames[selected.back()]));
  SeamVotes votes;
  for (const auto& image : images) votes.add(look_at_lines(image.second));
  check_layout(options, votes);
  return plan;
}

// Crops one image and stores the hash of its bytes in `hash`.
FrameOutcome crop_image(const CropPlan& plan, const fs::path& path, std::int64_t frame,
                        std::string& hash) {
  const ImageBytes file = read_image_bytes(path);
  hash = file.problem.empty() ? hash_image(file.bytes) : hash_of_unreadable();
  if (!file.problem.empty()) return {frame, path.string(), file.problem};
  const DecodedImage image = decode_image(std::string_view(file.bytes), PixelFormat::kAsStored);
  return {frame, path.string(), crop_frame(plan, image, frame)};
}

// Combines the hash of the bytes of the selected images with their frame numbers.
std::string hash_numbered(const Composites& composites, const std::vector<std::size_t>& selected,
                          std::string bytes_hash) {
  std::vector<std::string> parts{std::move(bytes_hash)};
  for (const std::size_t i : selected) parts.push_back(std::to_string(composites.frames[i]));
  return combine_hashes(parts);
}

CropResult crop_images(const Composites& composites, const CropOptions& options,
                       const Output& output, int jobs, Progress& progress) {
  const std::vector<std::size_t> selected = selected_images(composites, options);
  const CropPlan plan = plan_by_some_images(composites, selected, options, output);
  std::vector<FrameOutcome> outcomes(selected.size());
  std::vector<std::string> hashes(selected.size());
  progress.begin("crop", selected.size());
  parallel_for(selected.size(), jobs, [&](std::size_t k) {
    const std::size_t i = selected[k];
    outcomes[k] = crop_image(plan, composites.files[i], composites.frames[i], hashes[k]);
    progress.advance();
  });
  progress.end();
  CropResult result = make_result(plan, outcomes, options);
  result.dataset.provenance.inputs_hash =
      hash_numbered(composites, selected, combine_hashes(hashes));
  return result;
}

struct VideoFrame {
  std::int64_t frame = 0;
  std::string path;  // "video.mp4#12"
  DecodedImage image;
};

// The selected frames of several videos, one after another.
class VideoSequence {
 public:
  VideoSequence(const std::vector<fs::path>& paths, const CropOptions& options)
      : options_(options) {
    for (const fs::path& path : paths) videos_.push_back({path, VideoReader(path)});
  }

  std::size_t stated_frames() const {
    std::size_t sum = 0;
    for (const auto& [path, reader] : videos_) sum += reader.stated_frames();
    return sum;
  }

  // Reads the next selected frame. A frame with a problem stands for the missing end of a video.
  bool next(VideoFrame& frame) {
    while (current_ < videos_.size() && !is_past_end()) {
      auto& [path, reader] = videos_[current_];
      frame = {static_cast<std::int64_t>(position_),
               fmt::format("{}#{}", path.string(), reader.position()),
               {}};
      const bool selected = is_selected(options_, position_);
      if (selected ? reader.read(PixelFormat::kAsStored, frame.image.pixels) : reader.skip()) {
        ++position_;
        if (selected) return true;
        continue;
      }
      frame.image.problem = reader.shortfall();
      ++current_;
      if (!frame.image.problem.empty()) return true;
    }
    return false;
  }

  std::size_t position() const { return position_; }

 private:
  bool is_past_end() const {
    return options_.end >= 0 && position_ > static_cast<std::size_t>(options_.end);
  }

  CropOptions options_;
  std::vector<std::pair<fs::path, VideoReader>> videos_;
  std::size_t current_ = 0;
  std::size_t position_ = 0;
};

// Checks the layout by the first frames of a video, some frames apart.
class LayoutWatch {
 public:
  explicit LayoutWatch(const CropOptions& options) : options_(options) {}
  void see(const cv::Mat& pixels) {
    constexpr std::size_t kApart = 10, kLast = 4 * kApart;
    if (frames_ <= kLast && frames_ % kApart == 0) votes_.add(look_at_lines(pixels));
    if (frames_++ == kLast) check_layout(options_, votes_);
  }
  /// At the end of the frames.
  void end() const { check_layout(options_, votes_); }

 private:
  const CropOptions& options_;
  std::size_t frames_ = 0;
  SeamVotes votes_;
};

CropResult crop_videos(const Composites& composites, const CropOptions& options,
                       const Output& output, int jobs, Progress& progress) {
  VideoSequence sequence(composites.files, options);
  std::optional<CropPlan> plan;  // made from the first frame, before work() is called
  std::vector<FrameOutcome> outcomes;
  std::mutex outcomes_mutex;
  LayoutWatch watch(options);
  const auto next = [&](VideoFrame& frame) {
    if (!sequence.next(frame)) return false;
    if (!frame.image.problem.empty()) return true;
    if (!plan) plan = make_plan(frame.image.pixels, frame.path, options, output, kVideoDigits);
    watch.see(frame.image.pixels);
    return true;
  };
  const auto work = [&](VideoFrame& frame) {
    FrameOutcome outcome{frame.frame, frame.path, frame.image.problem};
    if (outcome.problem.empty()) outcome.problem = crop_frame(*plan, frame.image, frame.frame);
    const std::lock_guard lock(outcomes_mutex);
    outcomes.push_back(std::move(outcome));
    progress.advance();
  };
  progress.begin("crop", count_selected(options, sequence.stated_frames()));
  parallel_stream<VideoFrame>(jobs, next, work);
  watch.end();
  progress.end();
  std::sort(outcomes.begin(), outcomes.end(), [](const FrameOutcome& a, const FrameOutcome& b) {
    return std::tie(a.frame, a.path) < std::tie(b.frame, b.path);
  });
  require_some_selected(options, outcomes.size(), sequence.position());
  if (!plan) fail_all_unreadable(outcomes.size(), outcomes[0].path, outcomes[0].problem);
  CropResult result = make_result(*plan, outcomes, options);
  result.dataset.provenance.inputs_hash = hash_picture_files(composites.files, jobs);
  return result;
}

}  // namespace

std::vector<Option> describe(CropOptions& options) {
  return {
      Option::text("layout", options.layout,
                   "how the camera images tile the frame: rows x columns, named row by row", "RxC"),
      Option::list("roi", options.roi,
                   "the rectangle of one camera, instead of a layout (repeat for each camera)",
                   "NAME=X,Y,W,H"),
      Option::list("names", options.names, "the cameras' names, row by row (default cam0,cam1,...)",
                   "A,B,..."),
      Option::text("format", options.format,
                   "the format of the images; png is lossless, jpg has quality 95")
          .one_of({"png", "jpg"}),
      Option::number("every", options.every, "take every Nth frame").at_least(1),
      Option::number("start", options.start, "the first frame, counted from 0").at_least(0),
      Option::number("end", options.end, "the last frame, inclusive; -1: no limit").at_least(-1),
  };
}

CropResult crop_composites(const std::vector<std::string>& inputs, const CropOptions& options,
                           const fs::path& output, int jobs, Progress& progress,
                           const OnCameras& on_cameras) {
  check_options(options);
  const Composites composites = find_composites(inputs);
  const auto crop = composites.are_videos ? crop_videos : crop_images;
  return crop(composites, options, {output, on_cameras}, jobs, progress);
}

std::string hash_composites(const std::vector<std::string>& inputs, const CropOptions& options,
                            int jobs) {
  const Composites composites = find_composites(inputs);
  if (composites.are_videos) return hash_picture_files(composites.files, jobs);
  const std::vector<std::size_t> selected = selected_images(composites, options);
  std::vector<fs::path> files;
  for (const std::size_t i : selected) files.push_back(composites.files[i]);
  return hash_numbered(composites, selected, hash_picture_files(files, jobs));
}

}  // namespace calib
