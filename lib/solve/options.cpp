#include "solve/options.hpp"

#include "base/append.hpp"
#include "camera/intrinsics.hpp"
#include "solve/model_choice.hpp"

namespace calib {

namespace {

std::vector<std::string> model_choices() {
  std::vector<std::string> choices = model_names();
  choices.emplace_back(kAutoModel);
  return choices;
}

Option reject_option(double& reject) {
  return Option::number("reject", reject,
                        "leave out corners further off than this many robust standard deviations; "
                        "1000: use all, and take the board as exact")
      .at_least(2);
}

}  // namespace

std::vector<Option> describe(IntrinsicsOptions& o) {
  return {
      Option::text("model", o.model,
                   "camera model of every camera; auto: for each camera the one with the smallest "
                   "error on held-out views")
          .one_of(model_choices()),
      Option::choice("solver", o.solver,
                     "joint: our own solve; opencv: cv::calibrateCamera, the classic recipe",
                     kSolvers),
      reject_option(o.reject),
      Option::number("min_views", o.min_views, "refuse a camera with fewer views of the board")
          .at_least(2),
  };
}

std::vector<Option> describe(ShapeOptions& o) {
  return {
      Option::choice("sync", o.sync,
                     "auto: find the time offset, clock rate, lost frames and line delay of each "
                     "camera from boards that move; whole: whole frames only; off: use the times "
                     "in the files as they are",
                     kSyncs),
      Option::flag("estimate_board_shape", o.estimate_board_shape,
                   "estimate the board's bow, its twist and the height of its squares even if they "
                   "are not significant"),
      Option::flag("exact_board", o.exact_board,
                   "the board is known to be flat and its squares to be square: never estimate its "
                   "shape"),
      Option::choice("covariance", o.covariance,
                     "clustered: standard deviations that also hold where the errors of corners "
                     "are alike within blocks of frames; iid: those of independent errors and an "
                     "exact board",
                     kCovarianceKinds),
  };
}

std::vector<Option> describe(ExtrinsicsOptions& o) {
  std::vector<Option> options = {
      Option::text("reference", o.reference, "camera whose frame is the rig's (default: the first)",
                   "CAMERA"),
      Option::list("hold", o.hold,
                   "cameras that keep the lens and the pose that --calibration gives them, exactly "
                   "(such as cam0,cam1)",
                   "CAMERAS"),
      Option::flag("fix_intrinsics", o.fix_intrinsics,
                   "solve poses only and keep the intrinsics as they are"),
      Option::flag(
          "allow_partial", o.allow_partial,
          "solve the largest group of cameras that see the board together, instead of failing"),
      reject_option(o.reject),
  };
  append(options, describe(o.shape));
  return options;
}

}  // namespace calib
