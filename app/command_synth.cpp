#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "pipeline/board_options.hpp"
#include "pipeline/synth_stage.hpp"

namespace calib {
namespace {

constexpr const char* kDefaultBoard = "11x8";

}  // namespace

Action define_synth(CommandLine& line) {
  const auto board =
      std::make_shared<BoardOptions>(BoardOptions{.board = kDefaultBoard, .square_m = 0.03});
  const auto options = std::make_shared<SynthOptions>();
  line.add("", describe(*board));
  line.add("synth", describe(*options));
  return [board, options](Session& session) {
    const FolderLock& output =
        session.output_folder({"truth.yaml", "observations.yaml"}, {board->target});
    const bool is_default = board->board == kDefaultBoard;
    if (is_default && (!board->target.empty() || !board->type->has_counts)) {
      board->board.clear();
      board->square_m = 0;
    }
    const SynthResult result = synthesize(*options, make_board(*board), output, session.context());
    session.say(fmt::format("{} pictures of {} cameras, {} views of the board -> {}\n",
                            result.images, result.truth.cameras.size(),
                            result.observations.views.size(), output.path().string()));
    session.say_json({{"images", result.images}, {"views", result.observations.views.size()}});
  };
}

}  // namespace calib
