#include "solve/select_cameras.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/named.hpp"
#include "base/text.hpp"
#include "scene/rescale_calibration.hpp"

namespace calib {

void require_common_name(const Observations& observations, const Calibration& calibration) {
  const bool any = std::any_of(
      observations.cameras.begin(), observations.cameras.end(),
      [&](const ObservedCamera& observed) { return find_camera(calibration, observed.name); });
  require(any, fmt::format("the observations have none of the calibration's cameras: found {}, "
                           "expected {}",
                           join(names_of(observations.cameras), ", "),
                           join(names_of(calibration.cameras), ", ")));
}

void require_fitting(const Observations& observations, const Calibration& calibration) {
  require_common_name(observations, calibration);
  const bool any_lens = std::any_of(observations.cameras.begin(), observations.cameras.end(),
                                    [&](const ObservedCamera& observed) {
                                      const Camera* camera =
                                          find_camera(calibration, observed.name);
                                      return camera && camera->intrinsics;
                                    });
  for (const ObservedCamera& observed : observations.cameras) {
    const Camera* camera = find_camera(calibration, observed.name);
    if (!camera || (!camera->intrinsics && !any_lens)) {
      throw Error(
          fmt::format("the calibration has no intrinsics for camera '{}' of the observations: run "
                      "`calib intrinsics` on the same observations first",
                      observed.name));
    }
    const auto part = crop_advice(*camera, observed);
    if (!(camera->image_size == observed.image_size)) {
      throw Error(fmt::format(
          "camera '{}': the calibration is for {} images, the observations are from {} images: "
          "give "
          "observations of images of the same size; {}",
          observed.name, to_text(camera->image_size), to_text(observed.image_size),
          part.value_or(rescale_advice(observed.name, camera->image_size, observed.image_size))));
    }
    if (camera->crop != observed.crop) {
      throw Error(fmt::format(
          "camera '{}': calibration and observations are from different crops of the composite "
          "picture, so their principal points differ: calibrate again from these observations{}",
          observed.name, part ? "; " + *part : ""));
    }
  }
}

Observations select_cameras(const Observations& observations,
                            const std::vector<std::string>& names) {
  Observations selected{observations.board,        {}, {}, {}, observations.provenance,
                        observations.frame_rate_hz};
  for (const std::string& name : names) {
    const auto found =
        std::find_if(observations.cameras.begin(), observations.cameras.end(),
                     [&](const ObservedCamera& camera) { return camera.name == name; });
    require(found != observations.cameras.end(),
            fmt::format("the observations have no camera '{}'", name));
    const int old_index = static_cast<int>(found - observations.cameras.begin());
    const int new_index = static_cast<int>(selected.cameras.size());
    selected.cameras.push_back(*found);
    for (View view : observations.views) {
      if (view.camera != old_index) continue;
      view.camera = new_index;
      selected.views.push_back(std::move(view));
    }
    for (MissingView missing : observations.missing) {
      if (missing.camera != old_index) continue;
      missing.camera = new_index;
      selected.missing.push_back(std::move(missing));
    }
  }
  return selected;
}

}  // namespace calib
