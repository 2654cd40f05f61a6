#pragma once
// When each image was taken, on the clock of the rig, and which frame of the rig it belongs to.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// The assumed frames per second of recordings without times.
inline constexpr double kAssumedFrameRate = 30;

/// The time of an image on the clock of its own camera: time_of(), or its frame number over
/// kAssumedFrameRate.
double time_on_file(const Observations& observations, const View& view);

/// The sum of the shifts of all jumps up to a frame, as it is numbered on file.
double shift_of_jumps(const CameraTime& time, std::int64_t frame);

/// The times of the frames of a rig: those of the reference camera's images. Between them, before
/// them and after them, frame numbers count evenly.
class FrameTimes {
 public:
  FrameTimes(const Observations& observations, int reference);

  double time_of(std::int64_t frame) const;
  std::int64_t frame_at(double time_s) const;
  /// The time between two frame numbers that follow each other.
  double interval_s() const { return interval_s_; }

 private:
  std::vector<std::pair<double, double>> knots_;  // time, frame number
  double interval_s_ = 1;
};

/// The row to which the time of an image refers inside a solve: the middle row.
inline double middle_row(ImageSize size) { return (size.height - 1) / 2.0; }

/// The time at which a row was exposed, on the clock of the rig, for an image with the time
/// `on_clock_s` on file, with the shifts of all jumps added.
inline double time_of_row(const CameraTime& time, double on_clock_s, double row) {
  return time.rate * on_clock_s + time.offset_s + time.line_delay_s * row;
}

/// By camera of the observations; nullopt: the times on file are right.
using CameraTimes = std::vector<std::optional<CameraTime>>;
CameraTimes camera_times(const Observations& observations, const Calibration& calibration);

/// Sets View::time_s of all views to the time on file plus the shifts of all jumps, and View::frame
/// to the frame of the rig that is nearest to the middle row. Of several views of one camera in a
/// frame only the nearest stays. Returns the former indices of those that stay.
std::vector<std::size_t> assign_frames(const CameraTimes& times, int reference,
                                       Observations& observations);

}  // namespace calib
