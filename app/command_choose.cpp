#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/solve_summary.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "io/artifacts.hpp"
#include "pipeline/choose_stage.hpp"

namespace calib {
namespace {

struct ChooseFlags {
  std::vector<std::string> observations;
  ChooseOptions choose;
  std::string model = "opencv5";
};

void choose_command(Session& session, const ChooseFlags& flags) {
  const std::string& output = session.output_file(flags.observations);
  const auto observations =
      read_artifact<Observations>(only_file(flags.observations, "observations.yaml"));
  IntrinsicsOptions lenses;
  lenses.model = flags.model;
  Observations chosen = choose_stage(observations.value, flags.choose, lenses, session.context());
  chosen.provenance = choose_provenance(observations, flags.choose, lenses);
  write_file(output, to_yaml(chosen));
  const FrameChoice& choice = *chosen.choice;
  const double sigma_ratio = choice.frames.empty() ? 1 : choice.frames.back().sigma_ratio;
  session.say(fmt::format(
      "{} of {} frames are chosen; their standard deviations are {} times those of all -> {}\n",
      choice.frames.size(), choice.candidates, to_text(sigma_ratio, 3), output));
  nlohmann::ordered_json json = {{"chosen", choice.frames.size()},
                                 {"candidates", choice.candidates}};
  for (const ChosenFrame& frame : choice.frames)
    json["frames"].push_back({{"frame", frame.frame}, {"sigma_ratio", frame.sigma_ratio}});
  session.say_json(json);
}

}  // namespace

Action define_choose(CommandLine& line) {
  const auto flags = std::make_shared<ChooseFlags>();
  line.add_positional(
      Option::list("observations", flags->observations, "observations.yaml", "FILE"));
  line.add("choose", describe(flags->choose));
  line.add("choose",
           {Option::text("model", flags->model,
                         "the model of the lenses by which frames are compared", "NAME")});
  return [flags](Session& session) { choose_command(session, *flags); };
}

}  // namespace calib
