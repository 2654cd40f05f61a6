#pragma once
// When images were taken. Times are read as whole nanoseconds, since a double cannot hold those
// since 1970, and become seconds since the first image of the dataset.
//
// Sources, best first: timestamps.csv (timestamps.hpp), names that are times, the frame rate that
// the user states, what a video states.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "image/dataset.hpp"

namespace calib {

/// The times of one camera's images or video frames in their order, nanoseconds. Empty: not known.
using TimesNs = std::vector<std::int64_t>;

/// The times that the frame numbers of one camera state, if they are times since 1970 in
/// nanoseconds, microseconds, milliseconds or seconds, or times since another start that are
/// about evenly spaced but not counted. `numbers` are in rising order. Empty: they only count.
TimesNs times_of_numbers(const std::vector<std::int64_t>& numbers);

/// Sets the time_s of all images and video frames, of which `times` has those of each camera, to
/// seconds since the earliest. Frames of videos get their numbers from 0.
void set_times(Dataset& dataset, const std::vector<TimesNs>& times);

/// Throws Error, which names `file`, unless the times of each camera rise with its frames.
void require_rising_times(const Dataset& dataset, const std::string& file);

/// Lists the frames of videos that are not listed yet, with the times that the videos state. Reads
/// the videos to their ends.
void list_video_frames(Dataset& dataset);

/// Whether any image or listed video frame has a time.
bool has_times(const Dataset& dataset);

/// The time that an option states: nullopt for "auto". Throws Error.
std::optional<double> sync_tolerance_s(const TimeOptions& options);

/// Half the median time between the frames of the fastest camera, or 20 ms if that is less.
double usual_tolerance_s(const Dataset& dataset);

/// Whether fewer than half of the other cameras' images have a frame number that the first camera
/// also has.
bool few_numbers_agree(const Dataset& dataset);

/// A sentence about a camera none of whose images was taken while the others took theirs, or "".
std::string time_gap(const Dataset& dataset);

/// Gives images of different cameras the same frame number if each is the other's nearest in time,
/// at most `tolerance_s` away: that of the first of these cameras. An image without a partner keeps
/// its number, or gets a number after all others if another camera's image has it. The times of
/// each camera rise. Throws Error if an image has no time.
void pair_by_time(Dataset& dataset, double tolerance_s);

/// How far the images that make a frame are apart in time.
struct TimeSpread {
  double median_s = 0, largest_s = 0;
  std::size_t paired = 0;  ///< images in frames of several cameras
  std::size_t alone = 0;   ///< the other images
};
/// Returns nullopt if the images have no times.
std::optional<TimeSpread> time_spread(const Dataset& dataset);

}  // namespace calib
