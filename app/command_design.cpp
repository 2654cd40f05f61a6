#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "pipeline/board_options.hpp"
#include "pipeline/design_stage.hpp"
#include "report/design_report.hpp"

namespace calib {
namespace {

struct DesignFlags {
  std::vector<std::string> cameras;
  BoardOptions board;
  DesignOptions design;
  std::string picture;
};

const std::string& cameras_file(const DesignFlags& flags) {
  static const std::string kNone;
  return flags.cameras.empty() ? kNone
                               : only_file(flags.cameras, "a file of cameras or calibration.yaml");
}

void check_picture(Session& session, const DesignFlags& flags) {
  if (flags.picture.empty()) return;
  require(flags.picture.ends_with(".svg"),
          fmt::format("picture: found '{}', expected a name in .svg", flags.picture));
  require(flags.picture != session.flags().output,
          fmt::format("picture: {} is the --output too; choose another name", flags.picture));
  std::vector<std::string> inputs = flags.cameras;
  inputs.push_back(flags.board.target);
  refuse_overwrite(flags.picture, session.flags().force, inputs);
}

}  // namespace

Action define_design(CommandLine& line) {
  const auto flags = std::make_shared<DesignFlags>();
  line.add_positional(Option::list(
      "file", flags->cameras,
      "a file of planned cameras, or a calibration.yaml; default: a regular rig", "FILE"));
  line.add("", describe(flags->board));
  line.add("design", describe(flags->design));
  line.add("design", {Option::text("picture", flags->picture,
                                   "also draw slices through the working volume", "FILE.svg")});
  return [flags](Session& session) {
    const bool has_output = !session.flags().output.empty();
    if (has_output) {
      std::vector<std::string> inputs = flags->cameras;
      inputs.push_back(flags->board.target);
      session.output_file(inputs);
    }
    check_picture(session, *flags);
    const DesignSummary design =
        design_stage(cameras_file(*flags), flags->board, flags->design, session.context());
    for (const std::string& warning : board_warnings(design.board)) session.warn(warning);
    if (has_output) write_file(session.output(), to_yaml(design));
    if (!flags->picture.empty()) write_file(flags->picture, volume_svg(design));
    std::string paths;
    for (const std::string& path : {session.flags().output, flags->picture})
      paths += path.empty() ? "" : fmt::format("-> {}\n", path);
    session.say(design_text(design, kScreenLines - 2) + paths);
    session.say_json(design_json(design));
  };
}

}  // namespace calib
