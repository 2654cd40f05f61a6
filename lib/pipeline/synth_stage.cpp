#include "pipeline/synth_stage.hpp"

#include <fmt/format.h>

#include <atomic>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/parallel.hpp"
#include "base/staged_folder.hpp"
#include "base/text.hpp"
#include "image/decode.hpp"
#include "image/write_image.hpp"
#include "io/artifacts.hpp"
#include "synth/composite.hpp"
#include "synth/random.hpp"
#include "synth/render.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// Corners nearer to the border of the picture do not count as seen: no detector can refine them.
constexpr double kTruthMarginPx = 4;

constexpr const char *kTruth = "truth.yaml", *kObservations = "observations.yaml";
constexpr const char* kComposite = "composite";

// A folder that is not ours may hold pictures and files with the names of ours. Hidden files may be
// there: an interrupted command leaves them.
void require_own(const fs::path& output) {
  const auto is_hidden = [](const fs::path& entry) {
    return entry.filename().string().starts_with('.');
  };
  require(fs::exists(output / kTruth) || !fs::is_directory(output) || holds_only(output, is_hidden),
          output.string() +
              ": is not empty and not the result of `calib synth`; choose another --output");
}

// What an earlier synth wrote beside its truth.yaml. Throws Error when a folder holds more than
// numbered pictures.
std::vector<std::string> names_of_earlier(const fs::path& output) {
  if (!fs::exists(output / kTruth)) return {};
  std::vector<std::string> folders = {kComposite};
  for (const Camera& camera : read_calibration(output / kTruth).cameras)
    folders.push_back(camera.name);
  for (const std::string& folder : folders) {
    require(holds_only_numbered(output / folder, {".png"}),
            fmt::format("{}: holds more than the pictures of `calib synth`, and would be removed; "
                        "move it away, or choose another --output",
                        (output / folder).string()));
  }
  folders.emplace_back(kObservations);
  return folders;
}

MovingBoard motion_of(const SyntheticRecording& recording, std::size_t camera, const Shot& shot,
                      double exposure_s) {
  const std::optional<CameraTime>& time = recording.truth.cameras[camera].time;
  return {[&recording, camera, &shot](double after_s) {
            return board_at(recording, camera, shot, after_s);
          },
          time ? time->line_delay_s : 0, exposure_s};
}

std::string frame_name(std::int64_t frame) { return fmt::format("{:04}.png", frame); }

}  // namespace

SynthResult synthesize(const SynthOptions& options, const Board& board, const FolderLock& output,
                       const Context& context) {
  require_own(output.path());
  StagedFolder staged(output);
  const std::vector<std::string> replaced = names_of_earlier(output.path());
  SynthResult result;
  const SyntheticRecording recording = make_recording(options, board);
  result.truth = recording.truth;
  result.observations = true_observations(recording, kTruthMarginPx);

  const std::size_t cameras = result.truth.cameras.size();
  const bool tiled = !options.composite.empty();
  const std::pair<int, int> tiles =
      tiled ? parse_size(options.composite, "--composite (such as 2x2)") : std::pair(0, 0);
  const int rows = tiles.first, columns = tiles.second;
  require(!tiled || static_cast<std::size_t>(rows * columns) >= cameras,
          fmt::format("composite: found {}, expected at least {} tiles for {} cameras",
                      options.composite, cameras, cameras));
  for (const Camera& camera : result.truth.cameras) {
    const ImageSize size = camera.image_size;
    require_size("size", tiled ? ImageSize{columns * size.width, rows * size.height} : size);
  }
  std::vector<Renderer> renderers;
  for (const Camera& camera : result.truth.cameras) {
    renderers.emplace_back(camera, result.truth.board, options);
    create_folder(staged.path() / (tiled ? kComposite : camera.name));
  }
  const std::size_t frames = result.truth.frames.size();
  std::atomic<std::size_t> images = 0;
  context.progress->begin("synth", frames);
  parallel_for(frames, context.jobs, [&](std::size_t f) {
    std::vector<cv::Mat> pictures;
    for (std::size_t c = 0; c < cameras; ++c) {
      if (f >= recording.shots[c].size()) continue;  // some images were lost
      const Shot& shot = recording.shots[c][f];
      pictures.push_back(
          renderers[c].render(motion_of(recording, c, shot, options.exposure_s),
                              view_seed(options.seed, static_cast<int>(c), shot.frame)));
      if (tiled) continue;
      write_image(staged.path() / result.truth.cameras[c].name / frame_name(shot.frame),
                  pictures.back());
      ++images;
    }
    if (tiled) {
      write_image(staged.path() / kComposite / frame_name(static_cast<std::int64_t>(f)),
                  tile_pictures(pictures, rows, columns));
      ++images;
    }
    context.progress->advance();
  });
  context.progress->end();
  result.images = images;
  write_file_unflushed(staged.path() / kObservations, to_yaml(result.observations));
  staged.put_in_place(replaced, kTruth, to_yaml(result.truth));
  return result;
}

}  // namespace calib
