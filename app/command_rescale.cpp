#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "pipeline/rescale_stage.hpp"
#include "report/text_table.hpp"

namespace calib {
namespace {

void print(Session& session, const Calibration& before, const Calibration& after) {
  TableRows rows = {{"camera", "model", "size", "new size", "fx", "fy", "cx", "cy"}};
  nlohmann::ordered_json json;
  for (std::size_t i = 0; i < after.cameras.size(); ++i) {
    const Camera& camera = after.cameras[i];
    std::vector<std::string> row = {camera.name, camera.intrinsics ? camera.intrinsics->model : "-",
                                    to_text(before.cameras[i].image_size),
                                    to_text(camera.image_size)};
    for (std::size_t k = 0; k < 4; ++k)
      row.push_back(camera.intrinsics ? to_text(camera.intrinsics->parameters[k], 2) : "-");
    rows.push_back(row);
    json["cameras"][camera.name] = {
        {"image_size", {camera.image_size.width, camera.image_size.height}}};
  }
  session.say(text_table(rows) + fmt::format("-> {}\n", session.output()));
  session.say_json(json);
}

}  // namespace

Action define_rescale(CommandLine& line) {
  struct Flags {
    std::vector<std::string> calibration;
    RescaleOptions options;
  };
  const auto flags = std::make_shared<Flags>();
  line.add_positional(Option::list("calibration", flags->calibration, "calibration.yaml", "FILE"));
  line.add("rescale", describe(flags->options));
  return [flags](Session& session) {
    const std::string& output = session.output_file(flags->calibration);
    const auto before =
        read_artifact<Calibration>(only_file(flags->calibration, "calibration.yaml"));
    const Calibration after = rescale_stage(before, flags->options);
    write_file(output, to_yaml(after));
    print(session, before.value, after);
  };
}

}  // namespace calib
