#include "pipeline/overlay.hpp"

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <opencv2/core/mat.hpp>
#include <set>

#include "base/files.hpp"
#include "base/staged_folder.hpp"
#include "base/subsample.hpp"
#include "image/image_stream.hpp"
#include "image/write_image.hpp"
#include "pipeline/open_dataset.hpp"
#include "target/draw_detection.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

constexpr int kTile_px = 320;
constexpr std::size_t kMostTiles = 100;

struct Found {
  const View* view = nullptr;
  std::string reason;
};
using ByFrame = std::map<ViewRef, Found>;

ByFrame by_frame(const Observations& observations) {
  ByFrame found;
  for (const View& view : observations.views) found[view].view = &view;
  for (const MissingView& missing : observations.missing) found[missing].reason = missing.reason;
  return found;
}

// The frames that were searched: of a shard they are not all frames of the dataset.
FrameFilter frames_in(const ByFrame& found) {
  std::set<std::int64_t> frames;
  for (const auto& [image, what] : found) frames.insert(image.frame);
  return [frames](std::int64_t frame) { return frames.contains(frame); };
}

cv::Mat drawn(const LoadedImage& image, const Found& found, const Board& board) {
  const std::vector<Corner> none;
  const std::vector<Corner>& corners = found.view ? found.view->corners : none;
  const std::string what =
      found.view ? fmt::format("{} corners", corners.size()) : "nothing: " + found.reason;
  return draw_corners(image.pixels, board, corners, fmt::format("{}: {}", image.path, what));
}

// The names of an earlier result: a contact sheet, and beside it a folder with nothing but numbered
// pictures.
std::vector<std::string> earlier_overlays(const Dataset& dataset, const fs::path& output) {
  std::vector<std::string> names;
  for (const DatasetCamera& camera : dataset.cameras) {
    const std::string sheet = camera.name + ".jpg";
    if (!fs::is_regular_file(output / sheet) ||
        !holds_only_numbered(output / camera.name, {".jpg"}))
      continue;
    names.push_back(camera.name);
    names.push_back(sheet);
  }
  return names;
}

std::vector<std::string> names_of(const Dataset& dataset) {
  std::vector<std::string> names;
  for (const DatasetCamera& camera : dataset.cameras) {
    names.push_back(camera.name);
    names.push_back(camera.name + ".jpg");
  }
  return names;
}

// The frames of each camera that its contact sheet shows.
std::vector<std::set<std::int64_t>> frames_of_sheets(const ByFrame& found, std::size_t cameras) {
  std::vector<std::vector<std::int64_t>> frames(cameras);
  for (const auto& [image, what] : found)
    frames[static_cast<std::size_t>(image.camera)].push_back(image.frame);
  std::vector<std::set<std::int64_t>> shown;
  for (std::vector<std::int64_t>& of_camera : frames) {
    subsample(of_camera, kMostTiles);
    shown.emplace_back(of_camera.begin(), of_camera.end());
  }
  return shown;
}

// The folder of images must not be the output: the next command would read the overlays as images.
const fs::path& checked(const Dataset& dataset, const fs::path& output) {
  require_elsewhere(dataset, output, names_of(dataset));
  require_no_image_folder(dataset, output);
  return output;
}

}  // namespace

Overlays::Overlays(const Dataset& dataset, const fs::path& output, const Context& context)
    : dataset_(dataset), context_(context), lock_(checked(dataset, output)), staged_(lock_) {
  if (context.force) replaced_ = earlier_overlays(dataset, output);
  staged_.require_free(names_of(dataset), replaced_);
}

std::size_t Overlays::write(const Observations& observations) {
  const ByFrame found = by_frame(observations);
  for (const DatasetCamera& camera : dataset_.cameras) create_folder(staged_.path() / camera.name);
  const auto shown = frames_of_sheets(found, dataset_.cameras.size());
  std::vector<std::map<std::int64_t, cv::Mat>> tiles(dataset_.cameras.size());
  std::mutex mutex;
  std::size_t count = 0;
  context_.progress->begin("overlay", found.size());
  const auto draw = [&](LoadedImage& image) {
    context_.progress->advance();
    const auto entry = found.find({static_cast<int>(image.camera), image.frame});
    if (image.pixels.empty() || entry == found.end()) return;
    const cv::Mat picture = drawn(image, entry->second, observations.board);
    write_image(staged_.path() / dataset_.cameras[image.camera].name /
                    fmt::format("{:06}.jpg", image.frame),
                picture);
    const std::lock_guard lock(mutex);
    if (shown[image.camera].contains(image.frame))
      tiles[image.camera][image.frame] = shrunk_to_tile(picture, kTile_px);
    ++count;
  };
  for_each_image(dataset_, PixelFormat::kGray8, context_.jobs, draw, frames_in(found));
  context_.progress->end();
  for (std::size_t c = 0; c < tiles.size(); ++c) {
    std::vector<cv::Mat> sheet;
    for (const auto& [frame, tile] : tiles[c]) sheet.push_back(tile);
    if (!sheet.empty())
      write_image(staged_.path() / (dataset_.cameras[c].name + ".jpg"), contact_sheet(sheet));
  }
  staged_.put_in_place(replaced_);
  return count;
}

}  // namespace calib
