#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "pipeline/open_dataset.hpp"
#include "pipeline/rectify_stage.hpp"

namespace calib {
namespace {

struct UndistortFlags {
  std::vector<std::string> calibration, images;
  UndistortOptions undistort;
};

}  // namespace

Action define_undistort(CommandLine& line) {
  const auto flags = std::make_shared<UndistortFlags>();
  line.add_positional(Option::list("calibration", flags->calibration, "calibration.yaml", "FILE"));
  line.add("undistort", {Option::list("images", flags->images, "the cameras' images", "DATASET")});
  line.add("undistort", describe(flags->undistort));
  return [flags](Session& session) {
    const FolderLock& output = session.output_folder({"rectification.yaml"}, flags->calibration);
    const auto calibration =
        read_artifact<Calibration>(only_file(flags->calibration, "calibration.yaml"));
    const Dataset dataset = open_pictures(flags->images, calibration.value);
    require_apart(dataset, flags->images, output.path());
    const RectifyResult result =
        undistort(calibration, dataset, flags->undistort, output, session.context());
    for (const std::string& text : skipped_lines(result.skipped)) session.warn("left out " + text);
    session.say(fmt::format("{} images -> {}\n", result.images, output.path().string()));
    session.say_json({{"images", result.images}, {"skipped", result.skipped.size()}});
  };
}

}  // namespace calib
