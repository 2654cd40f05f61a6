#include "synth/typical_lens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "camera/model_list.hpp"

namespace calib {

std::vector<double> typical_distortion(const std::string& model) {
  std::vector<double> found;
  for_each_type(ModelList{}, [&]<class Model>() {
    if (model != Model::name) return;
    for (const std::vector<double>& example : Model::examples()) {
      found = example;
      if (std::any_of(found.begin(), found.end(), [](double k) { return k != 0; })) break;
    }
  });
  return found;
}

void require_angle(const std::string& model, double fov_deg) {
  constexpr double kWidest_deg = 120;
  bool sees_behind = false;
  for_each_type(ModelList{}, [&]<class Model>() {
    if (model == Model::name) sees_behind = Model::kSeesBehind;
  });
  require(sees_behind || fov_deg <= kWidest_deg,
          fmt::format("fov_deg: found {}, expected at most {} for the model {}: use a smaller "
                      "angle or --model fisheye",
                      to_text(fov_deg), to_text(kWidest_deg), model));
}

double focal_length(const Intrinsics& unit, double fov_deg) {
  const double half = fov_deg * std::numbers::pi / 360;
  const auto edge = Projector(unit).project({std::sin(half), 0, std::cos(half)});
  require(edge && edge->x() > 0,
          fmt::format("fov_deg: a lens of model {} with typical distortion cannot see {} degrees: "
                      "use a smaller angle or --model fisheye",
                      unit.model, to_text(fov_deg)));
  return unit.image_size.width / 2.0 / edge->x();
}

double working_distance(const Projector& projector, const Board& board) {
  const Intrinsics& lens = projector.intrinsics();
  const double side_px = std::min(lens.image_size.width, lens.image_size.height);
  const double side_m = flat_extent(board).maxCoeff() + 3 * board.square_m;
  const auto ray = projector.unproject({lens.parameters[2] + 0.4 * side_px, lens.parameters[3]});
  require(ray && ray->z() > 0, "fov_deg: the angle is too wide for the shape of the picture");
  return side_m / 2 * ray->z() / ray->x();
}

}  // namespace calib
