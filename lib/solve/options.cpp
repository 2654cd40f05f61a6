#include "solve/options.hpp"

#include "camera/intrinsics.hpp"

namespace calib {

std::vector<Option> describe(IntrinsicsOptions& o) {
  return {
      Option::text("model", o.model, "camera model of every camera").one_of(model_names()),
      Option::text("solver", o.solver,
                   "joint: our own solve; opencv: cv::calibrateCamera, the classic recipe")
          .one_of({"joint", "opencv"}),
      Option::number("reject", o.reject,
                     "leave out corners further off than this many robust standard deviations")
          .at_least(2),
      Option::number("min_views", o.min_views, "refuse a camera with fewer views of the board")
          .at_least(2),
  };
}

std::vector<Option> describe(ExtrinsicsOptions& o) {
  return {
      Option::text("reference", o.reference, "camera whose frame is the rig's (default: the first)",
                   "CAMERA"),
      Option::flag("fix_intrinsics", o.fix_intrinsics,
                   "solve poses only and keep the intrinsics as they are"),
      Option::flag(
          "allow_partial", o.allow_partial,
          "solve the largest group of cameras that see the board together, instead of failing"),
      Option::number("reject", o.reject,
                     "leave out corners further off than this many robust standard deviations")
          .at_least(2),
  };
}

}  // namespace calib
