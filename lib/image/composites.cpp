#include "image/composites.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>

#include "base/errors.hpp"
#include "base/subsample.hpp"
#include "base/text.hpp"
#include "image/decode.hpp"
#include "image/find_files.hpp"
#include "image/frame_key.hpp"
#include "image/video_sequence.hpp"
#include "image/view_seams.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// The files, in the order of their frames.
struct Composites {
  std::vector<fs::path> images, videos;
  std::vector<std::int64_t> frames;  // of the images
};

FolderContents contents_of_file(const fs::path& path) {
  FolderContents contents;
  if (is_image_name(path)) contents.images = {path};
  if (is_video_name(path)) contents.videos = {path};
  require(
      !contents.images.empty() || !contents.videos.empty(),
      fmt::format("{}: not an image ({}) or a video by its name", path.string(), image_suffixes()));
  return contents;
}

FolderContents contents_of_input(const std::string& input) {
  std::error_code error;
  const bool glob = is_glob(input);
  require(glob || fs::exists(input, error), fmt::format("{}: no such file or folder", input));
  if (!glob && !fs::is_directory(input, error)) return contents_of_file(input);
  FolderContents contents = glob ? expand_glob(input) : list_folder(input);
  require(!contents.images.empty() || !contents.videos.empty(),
          fmt::format("{}: {} no image ({}) and no video of composite frames; give the folder that "
                      "directly contains them",
                      input, glob ? "matches" : "contains", image_suffixes()));
  if (contents.images.empty() || contents.videos.empty()) return contents;
  throw Error(fmt::format("{}: {} images ({}, ...) and videos ({}, ...); give only one kind", input,
                          glob ? "matches" : "contains",
                          contents.images.front().filename().string(),
                          contents.videos.front().filename().string()));
}

// The frame numbers of the images. Images without numbers in their names are sorted and counted.
std::vector<std::int64_t> image_frames(std::vector<fs::path>& images) {
  auto frames = frame_numbers(images);
  if (frames) {
    require_distinct_frames(images, *frames);
    return std::move(*frames);
  }
  sort_naturally(images);
  std::vector<std::int64_t> places(images.size());
  std::iota(places.begin(), places.end(), std::int64_t{0});
  return places;
}

Composites ordered_images(std::vector<fs::path> images) {
  const std::vector<std::int64_t> frames = image_frames(images);
  std::vector<std::size_t> order(images.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return frames[a] < frames[b]; });
  Composites composites;
  for (const std::size_t i : order) {
    composites.images.push_back(images[i]);
    composites.frames.push_back(frames[i]);
  }
  return composites;
}

Composites find_composites(const std::vector<std::string>& inputs) {
  require(!inputs.empty(),
          "no composite frames given; expected images, a folder of images, a glob in quotes or a "
          "video");
  std::vector<fs::path> images, videos;
  for (const std::string& input : inputs) {
    const FolderContents contents = contents_of_input(input);
    images.insert(images.end(), contents.images.begin(), contents.images.end());
    videos.insert(videos.end(), contents.videos.begin(), contents.videos.end());
  }
  if (videos.empty()) return ordered_images(std::move(images));
  require(images.empty(),
          fmt::format("{} is an image and {} a video; give only one kind",
                      images.empty() ? "" : images.front().string(), videos.front().string()));
  return {{}, std::move(videos), {}};
}

// Splits "a,b" into two names: the command line and the configuration file may pass either form.
std::vector<std::string> single_names(const std::vector<std::string>& names) {
  std::vector<std::string> single;
  for (const std::string& text : names)
    for (std::string& name : split(text, ',')) single.push_back(std::move(name));
  return single;
}

void check_options(const CompositeOptions& options) {
  require(has_views(options),
          "crop needs to know where the cameras are: --layout 2x2 (rows x columns), or --roi "
          "NAME=X,Y,W,H for each camera");
  require(options.layout.empty() || options.roi.empty(),
          "found both --layout and --roi, expected one of them");
  require(options.roi.empty() || options.names.empty(),
          "--names can only be used with --layout; each --roi contains its own name");
  require_some_selected(options.frames, std::numeric_limits<std::size_t>::max());
}

[[noreturn]] void fail_all_unreadable(std::size_t count, const std::string& path,
                                      const std::string& problem) {
  throw Error(fmt::format("{}: {}; none of the {} frames can be read", path, problem, count));
}

// Throws Error if the frames show other rows and columns of views than the layout has. The layout
// 1x1 says that each frame is one view, and rectangles say what they cut.
void check_layout(const CompositeOptions& options, const SeamVotes& votes) {
  if (options.layout.empty()) return;
  const auto [rows, columns] = parse_size(options.layout, "--layout (rows x columns, such as 2x2)");
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

// Properties of all frames, taken from a few of them.
struct FewFrames {
  ImageSize size;
  SeamVotes votes;
};

// Decodes a few readable images, spread over the sequence: some recorders begin with images of
// another size.
FewFrames look_at_images(const std::vector<fs::path>& images) {
  constexpr std::size_t kSome = 5;
  std::vector<fs::path> some = images;
  subsample(some, kSome);
  some.insert(some.end(), images.begin(), images.end());  // if none of those is readable
  FewFrames few;
  std::vector<ImageSize> sizes;
  std::string first_problem;
  for (std::size_t k = 0; k < some.size() && (k < kSome || sizes.empty()); ++k) {
    const DecodedImage image = decode_image(some[k], PixelFormat::kAsStored);
    if (image.problem.empty()) {
      sizes.push_back({image.pixels.cols, image.pixels.rows});
      few.votes.add(look_at_lines(image.pixels));
    } else if (first_problem.empty()) {
      first_problem = image.problem;
    }
  }
  if (sizes.empty()) fail_all_unreadable(images.size(), images.front().string(), first_problem);
  few.size = *std::max_element(sizes.begin(), sizes.end(), [&](ImageSize a, ImageSize b) {
    return std::count(sizes.begin(), sizes.end(), a) < std::count(sizes.begin(), sizes.end(), b);
  });
  return few;
}

// Decodes the first selected frames of videos, and looks at some of them.
FewFrames look_at_videos(const std::vector<fs::path>& videos, const FrameSelection& selection) {
  constexpr std::size_t kApart = 10, kLast = 4 * kApart;
  VideoSequence sequence(videos);
  FewFrames few;
  SequenceFrame frame, first_problem;
  std::size_t read = 0, problems = 0;
  const auto is_wanted = [&](std::size_t position) { return selection.takes(position); };
  while (read <= kLast &&
         sequence.read_wanted(PixelFormat::kAsStored, is_wanted, selection.end, frame)) {
    if (!frame.image.problem.empty()) {
      if (problems++ == 0) first_problem = frame;
      continue;
    }
    if (read == 0) few.size = {frame.image.pixels.cols, frame.image.pixels.rows};
    if (read++ % kApart == 0) few.votes.add(look_at_lines(frame.image.pixels));
  }
  if (read == 0 && problems > 0)
    fail_all_unreadable(problems, videos[first_problem.video].string(),
                        first_problem.image.problem);
  if (read == 0) require_some_selected(selection, sequence.position());
  return few;
}

// Keeps the images that are selected.
void select_images(Composites& composites, const FrameSelection& selection) {
  std::vector<fs::path> images;
  std::vector<std::int64_t> frames;
  for (std::size_t i = 0; i < composites.images.size(); ++i) {
    if (!selection.takes(i)) continue;
    images.push_back(std::move(composites.images[i]));
    frames.push_back(composites.frames[i]);
  }
  require_some_selected(selection, composites.images.size());
  composites.images = std::move(images);
  composites.frames = std::move(frames);
}

// The folder of all files; "" if they have no common one.
fs::path folder_of(const Composites& composites) {
  std::vector<fs::path> folders;
  for (const fs::path& file : composites.images) folders.push_back(file.parent_path());
  for (const fs::path& file : composites.videos) folders.push_back(file.parent_path());
  const bool is_one = std::all_of(folders.begin(), folders.end(), [&](const fs::path& folder) {
    return folder == folders.front();
  });
  return is_one ? folders.front() : fs::path();
}

Dataset dataset_of(const Composites& composites, const std::vector<Tile>& tiles) {
  Dataset dataset{folder_of(composites), {}};
  const auto name_of = [&](const fs::path& file) {
    return dataset.root.empty() ? file.string() : file.filename().string();
  };
  for (const Tile& tile : tiles) {
    DatasetCamera camera{tile.camera, {tile.place.width, tile.place.height}, tile.place};
    camera.is_composite = true;
    camera.images.reserve(composites.images.size());
    for (std::size_t i = 0; i < composites.images.size(); ++i)
      camera.images.push_back({composites.frames[i], name_of(composites.images[i])});
    for (const fs::path& video : composites.videos) camera.videos.push_back(name_of(video));
    dataset.cameras.push_back(std::move(camera));
  }
  std::sort(
      dataset.cameras.begin(), dataset.cameras.end(),
      [](const DatasetCamera& a, const DatasetCamera& b) { return natural_less(a.name, b.name); });
  return dataset;
}

}  // namespace

std::vector<Option> describe(CompositeOptions& options) {
  return {
      Option::text("layout", options.layout,
                   "how the camera images tile the frame: rows x columns, named row by row", "RxC"),
      Option::list("roi", options.roi,
                   "the rectangle of one camera, instead of a layout (repeat for each camera)",
                   "NAME=X,Y,W,H"),
      Option::list("names", options.names, "the cameras' names, row by row (default cam0,cam1,...)",
                   "A,B,..."),
      Option::number("every", options.frames.every,
                     "take every Nth frame; 0: about five per second of a video, and all pictures")
          .at_least(0),
      Option::number("start", options.frames.start, "the first frame, counted from 0").at_least(0),
      Option::number("end", options.frames.end, "the last frame, inclusive; -1: no limit")
          .at_least(-1),
  };
}

void refuse_lone_names(const CompositeOptions& options) {
  require(options.names.empty(),
          "--names names the cameras of composites, and needs their --layout, such as 2x2");
}

bool has_views(const CompositeOptions& options) {
  return !options.layout.empty() || !options.roi.empty();
}

Dataset composite_dataset(const std::vector<std::string>& inputs, const CompositeOptions& options) {
  check_options(options);
  Composites composites = find_composites(inputs);
  if (composites.videos.empty()) select_images(composites, options.frames);
  const FewFrames few = composites.videos.empty()
                            ? look_at_images(composites.images)
                            : look_at_videos(composites.videos, options.frames);
  const std::vector<Tile> tiles =
      options.layout.empty() ? roi_tiles(options.roi, few.size)
                             : grid_tiles(options.layout, few.size, single_names(options.names));
  check_layout(options, few.votes);
  Dataset dataset = dataset_of(composites, tiles);
  select_video_frames(dataset, options.frames);
  return dataset;
}

Dataset composite_dataset(const std::vector<std::string>& inputs, const std::vector<Tile>& tiles) {
  return dataset_of(find_composites(inputs), tiles);
}

ImageSize composite_size(const std::vector<std::string>& inputs) {
  try {
    const Composites composites = find_composites(inputs);
    SequenceFrame first;
    if (composites.videos.empty()) {
      first.image = decode_image(composites.images.front(), PixelFormat::kAsStored);
    } else {
      VideoSequence(composites.videos).read(PixelFormat::kAsStored, first);
    }
    return {first.image.pixels.cols, first.image.pixels.rows};
  } catch (const Error&) {
    return {};
  }
}

}  // namespace calib
