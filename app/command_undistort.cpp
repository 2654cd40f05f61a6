#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "pipeline/open_dataset.hpp"
#include "pipeline/rectify.hpp"

namespace calib {
namespace {

struct Flags {
  std::vector<std::string> calibration, images;
  double alpha = 0;
  std::string format = "png";
};

}  // namespace

Action define_undistort(CommandLine& line) {
  const auto flags = std::make_shared<Flags>();
  line.add_positional(Option::list("calibration", flags->calibration, "calibration.yaml", "FILE"));
  line.add("undistort",
           {Option::list("images", flags->images, "the cameras' images", "DATASET"),
            Option::number("alpha", flags->alpha, "0: only valid pixels, 1: every source pixel")
                .at_least(0)
                .at_most(1),
            Option::text("format", flags->format, "file format of the images", "FORMAT")
                .one_of({"png", "jpg"})});
  return [flags](Session& session) {
    const std::filesystem::path output = session.output();
    refuse_overwrite(output, session.flags().force);
    const Calibration calibration =
        read_calibration(only_file(flags->calibration, "calibration.yaml"));
    const Dataset dataset = open_dataset(flags->images);
    const UndistortResult result =
        undistort(calibration, dataset, flags->alpha, flags->format, output, session.context());
    for (const SkippedImage& image : result.skipped_images) {
      session.warn(fmt::format("left out {}: {}", image.path, image.reason));
    }
    session.say(fmt::format("{} images -> {}\n", result.images, output.string()));
    session.say_json({{"images", result.images}, {"skipped", result.skipped_images.size()}});
  };
}

}  // namespace calib
