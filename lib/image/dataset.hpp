#pragma once
// A dataset: which file belongs to which camera and frame. It is read from dataset.yaml (io/) or
// found here from folders and globs.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/option.hpp"
#include "camera/intrinsics.hpp"
#include "scene/provenance.hpp"

namespace calib {

struct ImageFile {
  std::int64_t frame = 0;  ///< the number in its name; all cameras' images of a frame share it
  std::string path;        ///< relative to Dataset::root, or absolute
  /// When it was taken, in seconds since the first image of the dataset; absent: not known.
  std::optional<double> time_s = std::nullopt;
  bool operator==(const ImageFile&) const = default;
};

/// A frame of a video, in the order of the video.
struct VideoFrame {
  std::int64_t frame = 0;  ///< as in ImageFile
  std::optional<double> time_s = std::nullopt;
  bool operator==(const VideoFrame&) const = default;
};

/// Which pictures of a sequence are used, by their position in it, which is counted from 0.
struct FrameSelection {
  int every = 1;  ///< take every Nth; 0, until select_video_frames(): about five a second
  int start = 0;
  int end = -1;                        ///< the last one, inclusive; -1: no limit
  std::vector<std::size_t> only = {};  ///< of these, only these in rising order; empty: all
  bool takes(std::size_t position) const;
  /// How many of `frames` pictures are taken.
  std::size_t count(std::size_t frames) const;
  bool operator==(const FrameSelection&) const = default;
};

struct DatasetCamera {
  std::string name;
  ImageSize image_size = {};                    ///< 0x0: not known until the images are read
  std::optional<CropInfo> crop = std::nullopt;  ///< its rectangle in a composite image
  std::vector<ImageFile> images = {};           ///< ordered by frame; empty for videos
  std::vector<std::string> videos = {};         ///< the paths of videos that follow one another
  /// Empty: the frames of the videos are numbered from 0, and have the times that they state.
  std::vector<VideoFrame> video_frames = {};
  FrameSelection selection = {};  ///< of the frames of the videos
  /// Its pictures are whole composites, out of which `crop` is cut when they are read. All such
  /// cameras of a dataset share their images or videos.
  bool is_composite = false;
  bool has_video() const { return !videos.empty(); }
  bool operator==(const DatasetCamera&) const = default;
};

struct Dataset {
  std::filesystem::path root;          ///< the folder of relative paths
  std::vector<DatasetCamera> cameras;  ///< in natural order of names
  Provenance provenance = {};
  /// Frames per second at which frame numbers count; absent: not known.
  std::optional<double> frame_rate_hz = std::nullopt;
  std::vector<std::string> notes = {};  ///< notes for the user about the times of the images
};

/// How frames get times, and how images are paired by them. See image_times.hpp.
struct TimeOptions {
  double fps = 0;                       ///< 0: not known
  std::string sync_tolerance = "auto";  ///< a time, or "auto"
};
std::vector<Option> describe(TimeOptions& options);

/// Finds the cameras and frames in the inputs that a user gives: a folder with one folder per
/// camera (also EuRoC's mav0/cam0/data), a folder with one video per camera, several camera
/// folders, several videos, quoted globs ('left*.jpg' 'right*.jpg'), or NAME=GLOB. The frame number
/// is the run of digits in which the names of a camera's images differ (the last such run); padding
/// is ignored and nanoseconds fit. Names without digits are matched by their text. Images get the
/// times that a timestamps.csv or their names state, and are paired by them if few have the same
/// number. Throws Error if nothing is found, if two images of a camera have the same frame number,
/// if two cameras would have the same name, or if the times cannot be right.
Dataset discover_dataset(const std::vector<std::string>& inputs, const TimeOptions& options = {});

/// What discover_dataset() does with the options that the user gives, for a dataset from elsewhere.
/// Throws Error if images cannot be paired by their times.
void apply_times(Dataset& dataset, const TimeOptions& options);

/// The hash of the contents of all images and videos, in the order of cameras and frames; those
/// that cameras share count once. See content_hash.hpp.
std::string hash_contents(const Dataset& dataset, int jobs);

/// For one frame: the index of each camera's image in DatasetCamera::images, or -1 if it has none.
struct FrameRow {
  std::int64_t frame = 0;
  std::vector<int> image;  ///< or in DatasetCamera::video_frames
};
/// All frames that are selected, in ascending order. Cameras with a video whose frames are not
/// listed have -1.
std::vector<FrameRow> frame_table(const Dataset& dataset);

/// The path with which the file can be opened: root / path, or `path` if it is absolute.
std::filesystem::path resolve(const Dataset& dataset, const std::string& path);
std::vector<std::filesystem::path> resolve(const Dataset& dataset,
                                           const std::vector<std::string>& paths);

/// The names of a camera's videos, joined by "+"; "" if it has images.
std::string video_text(const DatasetCamera& camera);

/// Sets the selection of all videos whose frames are not listed. If `every` is 0, about five frames
/// per second are taken, and all of a video that does not state its rate; more of a short video, so
/// that `least` are taken if there are as many. Throws Error if nothing is selected.
void select_video_frames(Dataset& dataset, const FrameSelection& selection,
                         std::size_t least = 100);

/// As select_video_frames(), and also selects among the listed frames: positions count the frames
/// of all cameras together. If `every` is 0, all listed frames from `start` to `end` are taken.
void select_frames(Dataset& dataset, const FrameSelection& selection);

/// Throws Error, which names the options, unless any of the `frames` pictures is selected.
void require_some_selected(const FrameSelection& selection, std::size_t frames);

/// The dataset with these frames alone.
Dataset with_frames(Dataset dataset, const std::set<std::int64_t>& frames);

/// The cameras, as indices, that share their pictures: those of composites together, in the order
/// of the dataset, and each other camera by itself.
std::vector<std::vector<std::size_t>> cameras_by_picture(const Dataset& dataset);

}  // namespace calib
