#include "pipeline/rescale_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "pipeline/inputs_hash.hpp"
#include "scene/rescale_calibration.hpp"

namespace calib {
namespace {

constexpr int kLargestSide = 1 << 16;

constexpr Named<int> kTurns[] = {{"0", 0}, {"90", 90}, {"180", 180}, {"270", 270}};

bool changes_something(const RescaleOptions& options) {
  return !options.crop.empty() || !options.size.empty() || options.factor != 1 ||
         options.bin != 1 || options.turn != 0 || options.mirror;
}

void check(const RescaleOptions& options) {
  require(changes_something(options),
          "nothing to do: say what was done to the pictures, such as --size 960x540, --factor 0.5, "
          "--bin 2, --crop 0,120,1280,720, --turn 90 or --mirror");
  const int given =
      (options.size.empty() ? 0 : 1) + (options.factor != 1 ? 1 : 0) + (options.bin != 1 ? 1 : 0);
  require(given < 2, "--size, --factor and --bin are three ways to say the same: give one of them");
}

// "x,y,w,h"
void set_crop(const std::string& text, PictureChange& change) {
  std::vector<int> numbers;
  for (const std::string& part : split(text, ',')) {
    const auto value = parse_integer(part);
    if (!value || std::abs(*value) > kLargestSide) break;
    numbers.push_back(static_cast<int>(*value));
  }
  require(numbers.size() == 4 && numbers[2] > 0 && numbers[3] > 0 &&
              numbers.size() == split(text, ',').size(),
          fmt::format("crop: found '{}', expected x,y,width,height in pixels, such as "
                      "--crop 0,120,1280,720",
                      text));
  change.x = numbers[0];
  change.y = numbers[1];
  change.cut = {numbers[2], numbers[3]};
}

int scaled_side(int side, double factor, const std::string& camera) {
  const double result = std::round(side * factor);
  require(result >= 1 && result <= kLargestSide,
          fmt::format("{}: its pictures would have a side of {:.0f} pixels, expected 1 to {}",
                      camera, result, kLargestSide));
  return static_cast<int>(result);
}

// The scales are exactly the factor, as image libraries have it; the sizes are whole pixels.
void set_scale(const RescaleOptions& options, const std::string& camera, PictureChange& change) {
  if (!options.size.empty()) {
    const auto [width, height] = parse_size(options.size, "--size (such as 1920x1080)");
    const bool sideways = change.quarter_turns % 2 == 1;
    change.resized = sideways ? ImageSize{height, width} : ImageSize{width, height};
    change.scale_x = static_cast<double>(change.resized.width) / change.cut.width;
    change.scale_y = static_cast<double>(change.resized.height) / change.cut.height;
    return;
  }
  const bool bins = options.bin != 1;
  change.scale_x = change.scale_y = bins ? 1.0 / options.bin : options.factor;
  // A camera that bins leaves out the pixels that do not fill a bin.
  const ImageSize whole = bins ? ImageSize{change.cut.width / options.bin * options.bin,
                                           change.cut.height / options.bin * options.bin}
                               : change.cut;
  change.resized = {scaled_side(whole.width, change.scale_x, camera),
                    scaled_side(whole.height, change.scale_y, camera)};
}

PictureChange change_of(const Camera& camera, const RescaleOptions& options) {
  PictureChange change = PictureChange::none(camera.image_size);
  change.quarter_turns = options.turn / 90;
  change.mirrored = options.mirror;
  if (!options.crop.empty()) set_crop(options.crop, change);
  set_scale(options, camera.name, change);
  return change;
}

std::vector<std::string> chosen_cameras(const RescaleOptions& options,
                                        const Calibration& calibration) {
  for (const std::string& name : options.cameras)
    require(find_camera(calibration, name), unknown_camera_text(calibration, name));
  return options.cameras.empty() ? names_of(calibration.cameras) : options.cameras;
}

}  // namespace

std::vector<Option> describe(RescaleOptions& o) {
  return {
      Option::list("camera", o.cameras, "a camera whose pictures were changed (default: all)",
                   "CAMERA"),
      Option::text(
          "crop", o.crop,
          "the pictures were cut to this part first: left, top, width and height in pixels",
          "X,Y,W,H"),
      Option::text("size", o.size, "the pictures were resized, and have this size now", "WxH"),
      Option::number("factor", o.factor, "the pictures were resized by this factor").at_least(1e-3),
      Option::number("bin", o.bin, "each pixel is the mean of N x N pixels of the sensor (binning)")
          .at_least(1),
      Option::choice("turn", o.turn, "the pictures were then turned clockwise by this many degrees",
                     kTurns, "DEGREES"),
      Option::flag("mirror", o.mirror, "the pictures were then mirrored left to right")};
}

Calibration rescale_stage(const Artifact<Calibration>& calibration, RescaleOptions options) {
  check(options);
  Calibration result = calibration.value;
  PictureChanges changes;
  for (const std::string& name : chosen_cameras(options, result))
    changes.emplace(name, change_of(*find_camera(result, name), options));
  rescale_calibration(changes, result);
  result.provenance = {combined_hash({"rescale", calibration.hash}), to_pairs(describe(options))};
  return as_written(std::move(result));
}

}  // namespace calib
