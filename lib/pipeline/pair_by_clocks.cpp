#include "pipeline/pair_by_clocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "image/image_times.hpp"
#include "solve/camera_clocks.hpp"

namespace calib {
namespace {

// The pictures of the dataset as views without corners, in the order of cameras and pictures.
Observations pictures_of(const Dataset& dataset, const Calibration& calibration,
                         double frame_rate_hz) {
  Observations pictures;
  pictures.frame_rate_hz = dataset.frame_rate_hz.value_or(frame_rate_hz);
  for (std::size_t i = 0; i < dataset.cameras.size(); ++i) {
    const DatasetCamera& camera = dataset.cameras[i];
    const Camera* known = find_camera(calibration, camera.name);
    pictures.cameras.push_back({camera.name, known ? known->image_size : camera.image_size});
    const auto add = [&](const auto& listed) {
      for (const auto& picture : listed) {
        pictures.views.push_back({{static_cast<int>(i), picture.frame}, "", {}, picture.time_s});
      }
    };
    add(camera.images);
    add(camera.video_frames);
  }
  return pictures;
}

// By how many frames the numbers of a camera's pictures change, at least and at most.
struct FrameShift {
  std::int64_t least = 0, most = 0;
  std::size_t pictures = 0;
};

void count(std::int64_t change, FrameShift& shift) {
  shift.least = shift.pictures == 0 ? change : std::min(shift.least, change);
  shift.most = shift.pictures == 0 ? change : std::max(shift.most, change);
  ++shift.pictures;
}

std::string shift_text(const std::string& name, const FrameShift& shift,
                       const std::string& reference) {
  const std::string frames = shift.least == shift.most
                                 ? fmt::format("{:+}", shift.least)
                                 : fmt::format("{:+} to {:+}", shift.least, shift.most);
  return fmt::format(
      "{}: its pictures are paired with those of {} by its clock, frame numbers {} (--by-number "
      "pairs equal numbers)",
      name, reference, frames);
}

using NewFrames = std::vector<std::optional<std::int64_t>>;  // nullopt: in no frame

// Gives the images of a camera, whose first one has the new frame `next`, their new frames, and
// removes those that are in none.
void renumber_images(const NewFrames& frames, std::size_t& next, std::vector<ImageFile>& images,
                     FrameShift& shift) {
  std::vector<ImageFile> kept;
  kept.reserve(images.size());
  for (ImageFile& image : images) {
    const std::optional<std::int64_t>& frame = frames[next++];
    if (!frame) continue;
    count(*frame - image.frame, shift);
    image.frame = *frame;
    kept.push_back(std::move(image));
  }
  images = std::move(kept);
}

// The same for the frames of a video, whose places in it must stay: those that are in no frame that
// is `taken` get numbers that no other camera has.
void renumber_video(const NewFrames& frames, const std::set<std::int64_t>& taken, std::size_t& next,
                    std::int64_t& unused, DatasetCamera& camera, FrameShift& shift) {
  for (VideoFrame& picture : camera.video_frames) {
    const std::optional<std::int64_t>& frame = frames[next++];
    const bool is_taken = frame && taken.contains(*frame);
    if (is_taken) count(*frame - picture.frame, shift);
    picture.frame = is_taken ? *frame : unused++;
  }
  camera.selection = {};
}

// The numbers of the camera's video frames that its selection takes.
std::set<std::int64_t> taken_frames(const DatasetCamera& camera) {
  std::set<std::int64_t> taken;
  for (std::size_t i = 0; i < camera.video_frames.size(); ++i)
    if (camera.selection.takes(i)) taken.insert(camera.video_frames[i].frame);
  return taken;
}

bool has_clock(const std::optional<CameraTime>& time) {
  return time && (time->offset_s != 0 || time->rate != 1 || !time->jumps.empty());
}

}  // namespace

std::vector<std::string> pair_by_clocks(const Calibration& calibration, double frame_rate_hz,
                                        Dataset& dataset) {
  std::vector<std::string> lines;
  const bool any_clock =
      std::any_of(dataset.cameras.begin(), dataset.cameras.end(), [&](const auto& images) {
        const Camera* camera = find_camera(calibration, images.name);
        return camera && has_clock(camera->time);
      });
  if (!any_clock) return lines;
  const std::string& name = calibration.reference_camera;
  const auto first = std::find_if(dataset.cameras.begin(), dataset.cameras.end(),
                                  [&](const DatasetCamera& camera) { return camera.name == name; });
  if (first == dataset.cameras.end()) {
    return {
        fmt::format("pictures are paired by their numbers, although the calibration has time "
                    "offsets: these are beside {}, of which there are no pictures",
                    name)};
  }
  if (first->is_composite) {
    return {
        "pictures are paired as they stand in the composite pictures, although the calibration "
        "has time offsets"};
  }
  list_video_frames(dataset);
  Observations pictures = pictures_of(dataset, calibration, frame_rate_hz);
  const std::size_t all = pictures.views.size();
  const auto reference = static_cast<int>(first - dataset.cameras.begin());
  const std::vector<std::size_t> kept =
      assign_frames(camera_times(pictures, calibration), reference, pictures);
  NewFrames frames(all);
  std::int64_t unused = 0;
  for (std::size_t k = 0; k < kept.size(); ++k) {
    const std::int64_t frame = pictures.views[k].frame;
    if (frame >= 0) frames[kept[k]] = frame;
    unused = std::max(unused, frame + 1);
  }
  const std::set<std::int64_t> taken = taken_frames(*first);
  std::size_t next = 0;
  for (DatasetCamera& camera : dataset.cameras) {
    FrameShift shift;
    renumber_images(frames, next, camera.images, shift);
    renumber_video(frames, taken, next, unused, camera, shift);
    if (shift.least != 0 || shift.most != 0) lines.push_back(shift_text(camera.name, shift, name));
  }
  return lines;
}

}  // namespace calib
