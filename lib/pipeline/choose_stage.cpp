#include "pipeline/choose_stage.hpp"

#include <set>
#include <utility>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/subsample.hpp"
#include "pipeline/inputs_hash.hpp"
#include "pipeline/solve_stages.hpp"

namespace calib {
namespace {

// Enough frames for lenses that are nearly right.
constexpr std::size_t kFirstFrames = 30;

std::vector<std::int64_t> frames_with_boards(const Observations& observations) {
  std::set<std::int64_t> frames;
  for (const View& view : observations.views) frames.insert(view.frame);
  return {frames.begin(), frames.end()};
}

FrameChoice all_of(const std::vector<std::int64_t>& frames) {
  FrameChoice choice;
  choice.candidates = frames.size();
  for (const std::int64_t frame : frames) choice.frames.push_back({frame, 1});
  return choice;
}

}  // namespace

Provenance choose_provenance(const Artifact<Observations>& observations, ChooseOptions options,
                             const IntrinsicsOptions& lenses) {
  Provenance provenance{combined_hash({"choose", observations.hash}), to_pairs(describe(options))};
  provenance.options.emplace_back("model", lenses.model);
  return provenance;
}

Observations choose_stage(const Observations& observations, const ChooseOptions& options,
                          const IntrinsicsOptions& lenses, const Context& context) {
  const std::vector<std::int64_t> frames = frames_with_boards(observations);
  FrameChoice choice = all_of(frames);
  if (frames.size() <= static_cast<std::size_t>(options.max_frames))
    return select_frames(observations, choice);
  FrameChoice first;
  for (const std::size_t i : evenly_spread(frames.size(), kFirstFrames))
    first.frames.push_back({frames[i], 0});
  try {
    const Calibration rough = starting_lenses(select_frames(observations, first), lenses, context);
    choice = choose_frames(observations, rough, options, context.jobs, *context.progress);
  } catch (const UndeterminedError&) {
    // All frames are kept: the solve of all frames reports the problem.
  }
  return select_frames(observations, choice);
}

}  // namespace calib
