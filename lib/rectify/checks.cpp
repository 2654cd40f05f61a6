#include "rectify/checks.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

[[noreturn]] void refuse(const RectifiedSet& set, const std::string& why) {
  throw UndeterminedError(fmt::format("{} not written: {}", join(camera_names(set), ","), why));
}

void check_camera(const RectifiedSet& set, const RectifiedCamera& camera,
                  const CheckLimits& limits) {
  const double share = static_cast<double>(camera.valid.width) * camera.valid.height /
                       (static_cast<double>(set.image_size.width) * set.image_size.height);
  if (share < limits.least_valid_share) {
    refuse(set, fmt::format("only {:.1f} % of {}'s rectified image would be valid, expected at "
                            "least {:.0f} %; choose cameras that look the same way, or a smaller "
                            "--fov or --alpha",
                            100 * share, camera.name, 100 * limits.least_valid_share));
  }
  if (!(camera.scale >= limits.least_scale && camera.scale <= limits.most_scale)) {
    refuse(set, fmt::format("{}'s picture would be scaled by {:.2f} in its middle, expected {} to "
                            "{}; choose another --size or --fov",
                            camera.name, camera.scale, to_text(limits.least_scale),
                            to_text(limits.most_scale)));
  }
}

void check_pair(const RectifiedSet& set, const RectifiedPair& pair, const CheckLimits& limits) {
  const char* lines = pair.vertical ? "columns" : "rows";
  if (pair.departure_px && !(*pair.departure_px <= limits.most_departure_px)) {
    refuse(set, fmt::format("in one common frame the {} of {} and {} would be {:.2f} px apart "
                            "at {:.2f} m, expected at most {} px: the cameras' centers are not in "
                            "straight lines; rectify in pairs, or allow more with --tolerance-px",
                            lines, pair.first, pair.second, *pair.departure_px, set.distance_m,
                            to_text(limits.most_departure_px)));
  }
  if (pair.errors && !(pair.errors->mean_px <= limits.most_mean_error_px)) {
    refuse(set,
           fmt::format("the observed corners of {} and {} are {:.2f} px apart across their {} "
                       "on average, expected at most {}: {}, or allow more with --max-error-px",
                       pair.first, pair.second, pair.errors->mean_px, lines,
                       to_text(limits.most_mean_error_px),
                       pair.departure_px ? "they are nearer than --distance says, or the "
                                           "calibration does not fit; rectify in pairs"
                                         : "the calibration does not fit these observations; "
                                           "calibrate again"));
  }
}

}  // namespace

void check_rectification(const RectifiedSet& set, const CheckLimits& limits) {
  for (const RectifiedCamera& camera : set.cameras) check_camera(set, camera, limits);
  for (const RectifiedPair& pair : set.pairs) check_pair(set, pair, limits);
}

}  // namespace calib
