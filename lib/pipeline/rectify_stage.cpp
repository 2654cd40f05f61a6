#include "pipeline/rectify_stage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/named.hpp"
#include "base/staged_folder.hpp"
#include "base/text.hpp"
#include "image/decode.hpp"
#include "io/map_files.hpp"
#include "pipeline/alignment.hpp"
#include "pipeline/inputs_hash.hpp"
#include "pipeline/open_dataset.hpp"
#include "pipeline/pair_by_clocks.hpp"
#include "rectify/checks.hpp"
#include "solve/camera_clocks.hpp"
#include "solve/moving_boards.hpp"
#include "solve/select_cameras.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

constexpr const char* kFile = "rectification.yaml";
constexpr const char* kPreviews = "previews";

ViewRules allowed_view(const ViewOptions& options, const Calibration& calibration) {
  for (const Camera& camera : calibration.cameras)
    require_size(camera.name + " in the calibration", camera.image_size);
  ViewRules rules = parse_view(options);
  if (rules.size) require_size("size", *rules.size);
  return rules;
}

const std::vector<std::string>& picture_suffixes() {
  static const std::vector<std::string> suffixes = {".png", ".jpg"};
  return suffixes;
}

std::size_t count_pictures(const fs::path& folder) {
  std::error_code error;  // no folder: none
  const fs::directory_iterator entries(folder, error);
  return static_cast<std::size_t>(
      std::count_if(begin(entries), end(entries), [](const fs::directory_entry& entry) {
        return is_numbered(entry.path(), picture_suffixes());
      }));
}

bool all_pictures_there(const RectificationEntry& entry, const fs::path& folder) {
  std::size_t pictures = count_pictures(folder);
  for (const std::string& camera : camera_names(entry.set)) {
    if (fs::exists(folder / (camera + ".avi")) || fs::exists(folder / (camera + ".mp4")))
      pictures += static_cast<std::size_t>(entry.images) / entry.set.cameras.size();
    pictures += count_pictures(folder / camera);
  }
  return pictures >= static_cast<std::size_t>(entry.images);
}

// Whether everything in `folder` has the name of a result for these cameras: maps and videos
// CAMERA.npy, pictures CAMERA/000012.png or, of one camera by itself, 000012.png.
bool holds_results_of(const std::vector<std::string>& cameras, const fs::path& folder) {
  const std::vector<std::string> others = {".npy", ".yml", ".raw", ".exr", ".avi", ".mp4"};
  const auto is_among = [](const std::vector<std::string>& all, const fs::path& one) {
    return std::find(all.begin(), all.end(), one.string()) != all.end();
  };
  return holds_only(folder, [&](const fs::path& entry) {
    if (cameras.size() == 1 && is_numbered(entry, picture_suffixes())) return true;
    if (fs::is_directory(entry))
      return is_among(cameras, entry.filename()) && holds_only_numbered(entry, picture_suffixes());
    return is_among(cameras, entry.stem()) && is_among(others, entry.extension());
  });
}

// The same for the folder of previews: SET/000012_lines.png.
bool holds_previews_of(const std::vector<std::string>& sets, const fs::path& folder) {
  const auto is_preview = [](const fs::path& entry) {
    const std::string name = entry.filename().string();
    return parse_integer(name.substr(0, name.find('_'))) && entry.extension() == ".png" &&
           !fs::is_directory(entry);
  };
  return holds_only(folder, [&](const fs::path& entry) {
    return std::find(sets.begin(), sets.end(), entry.filename().string()) != sets.end() &&
           fs::is_directory(entry) && holds_only(entry, is_preview);
  });
}

// The folders that an earlier rectify or undistort wrote beside `file` and that hold nothing else.
std::vector<std::string> folders_of_earlier(const fs::path& file) {
  std::vector<std::string> folders, sets;
  if (!fs::exists(file)) return folders;
  try {
    bool previews = false;
    for (const RectificationEntry& entry : read_rectification(file).sets) {
      sets.push_back(set_name(entry.set));
      if (holds_results_of(camera_names(entry.set), file.parent_path() / sets.back()))
        folders.push_back(sets.back());
      previews = previews || entry.previews > 0;
    }
    if (previews && holds_previews_of(sets, file.parent_path() / kPreviews))
      folders.emplace_back(kPreviews);
    // A file that someone else has written must not name anything outside its folder.
    std::erase_if(folders, [](const std::string& name) { return !is_file_name(name); });
  } catch (const Error&) {
    // It cannot be read, so nothing says that the folders are ours.
  }
  return folders;
}

// The sets that the options name; empty for "all".
std::vector<std::vector<std::string>> named_sets(const KnownCameras& known,
                                                 const RectifyOptions& options) {
  std::vector<std::vector<std::string>> sets;
  for (const std::string& text : options.pair) {
    sets.push_back(split(text, ','));
    require_different_cameras(known, sets.back(), "pair");
    require(
        sets.back().size() == 2,
        fmt::format("pair: found '{}', expected two different cameras, such as --pair cam0,cam1",
                    text));
  }
  for (const std::string& text : options.set) {
    sets.emplace_back();
    if (text == "all") continue;
    sets.back() = split(text, ',');
    require_different_cameras(known, sets.back(), "set");
    require(sets.back().size() > 1,
            fmt::format("set: found '{}', expected two cameras or more, or all", text));
  }
  return sets;
}

std::vector<std::vector<std::string>> asked_sets(const Calibration& calibration,
                                                 const RectifyOptions& options) {
  auto sets = named_sets({"calibration", names_of(calibration.cameras)}, options);
  for (auto& names : sets) {
    if (!names.empty()) continue;
    for (const Camera& camera : calibration.cameras)
      if (camera.intrinsics && camera.T_cam_rig) names.push_back(camera.name);
    require(names.size() > 1, "set: found 'all', expected two cameras or more with poses");
  }
  for (const auto& names : sets) {
    require(std::count(sets.begin(), sets.end(), names) == 1,
            fmt::format("the cameras {} are asked for twice", join(names, ",")));
  }
  return sets;
}

// Computes the sets, and measures and checks them.
class Builder {
 public:
  Builder(const Calibration& calibration, const Observations* observations,
          const RectifyOptions& options, int jobs)
      : calibration_(calibration),
        options_(options),
        rules_(allowed_view(options.view, calibration)),
        jobs_(jobs) {
    rules_.distance_m = options.distance_m;
    limits_.most_departure_px = options.tolerance_px;
    limits_.most_mean_error_px = options.max_error_px;
    if (rules_.size) limits_.least_scale = 0;  // the user's own choice
    if (observations) {
      require_common_name(*observations, calibration);
      observations_ = in_step(*observations, calibration);
    }
    require(observations || options.max_error_px == CheckLimits{}.most_mean_error_px,
            "max_error_px: nothing to measure with, expected --observations too");
  }

  std::vector<RectifiedSet> go(RectifyResult& result) {
    std::vector<RectifiedSet> sets;
    for (const auto& names : asked_sets(calibration_, options_)) sets.push_back(build(names).set);
    if (!sets.empty()) return sets;
    for (const auto& [first, second] : adjacent_pairs(calibration_)) {
      try {
        sets.push_back(build({first, second}).set);
      } catch (const UndeterminedError& error) {
        result.not_rectified.emplace_back(error.what());
      }
    }
    if (sets.empty()) {
      throw UndeterminedError(result.not_rectified.empty()
                                  ? "no two cameras with known poses stand in different places and "
                                    "look less than 110 degrees apart: name a pair with --pair to "
                                    "see why it cannot be rectified"
                                  : "no pair of cameras can be rectified: " +
                                        result.not_rectified.front());
    }
    return sets;
  }

  Rectification build(const std::vector<std::string>& names) const {
    Rectification built = rectify_set(calibration_, names, rules_, jobs_);
    if (observations_) measure_alignment(*observations_, calibration_, built.set);
    check_rectification(built.set, limits_);
    return built;
  }

 private:
  const Calibration& calibration_;
  const RectifyOptions& options_;
  ViewRules rules_;
  CheckLimits limits_;
  int jobs_;
  std::optional<Observations> observations_;
};

// What is written of the sets.
struct Writing {
  const Calibration& calibration;
  const Dataset* dataset;
  const MapOptions& maps;
  const WarpOptions& warp;
  bool preview = false;
  int preview_frames = 0;
};

// The maps are computed a second time, set by set: all maps of a large rig do not fit into memory.
Rectification with_maps(const RectifiedSet& set, const Calibration& calibration, int jobs) {
  Rectification built{set, {}};
  for (const RectifiedCamera& camera : set.cameras) {
    const Intrinsics& lens = *find_camera(calibration, camera.name)->intrinsics;
    built.maps.push_back(pixel_maps(lens, camera, view_plane(set), set.image_size, jobs));
  }
  return built;
}

RectificationEntry write_set(const RectifiedSet& set, const Writing& writing, const fs::path& place,
                             const Context& context, RectifyResult& result) {
  const std::string name = set_name(set);
  create_folder(place / name);
  Rectification built = with_maps(set, writing.calibration, context.jobs);
  RectificationEntry entry;
  for (std::size_t i = 0; i < built.maps.size(); ++i) {
    std::string file = write_maps(built.maps[i], place / name, built.set.cameras[i].name,
                                  writing.maps.maps, writing.maps.map_type);
    if (!file.empty()) file.insert(0, name + "/");
    entry.maps.push_back(std::move(file));
  }
  if (writing.dataset) {
    const WarpPlaces places{place / name, writing.preview ? place / kPreviews / name : fs::path(),
                            writing.preview_frames};
    WarpedFrames warped =
        warp_frames(built, writing.calibration, *writing.dataset, writing.warp, places, context);
    result.images += warped.images;
    append(result.skipped, warped.skipped);
    append(result.previews, warped.previews);
    entry.images = static_cast<int>(warped.images);
    entry.previews = static_cast<int>(warped.previews.size());
  }
  entry.set = built.set;
  return entry;
}

void require_usable(RectifyResult& result, const Context& context) {
  std::sort(result.skipped.begin(), result.skipped.end());
  result.skipped.erase(std::unique(result.skipped.begin(), result.skipped.end()),
                       result.skipped.end());
  if (result.skipped.empty()) return;
  const SkippedFrame& first = result.skipped.front();
  const std::string text = fmt::format("frame {}: {}", first.frame, first.reason);
  require(result.images > 0,
          fmt::format("no frame can be used ({} left out); {}{}", result.skipped.size(), text,
                      first.advice.empty() ? "" : "; " + first.advice));
  require(!context.strict,
          fmt::format("{} ({} such frames; without --strict they are left out and listed)", text,
                      result.skipped.size()));
}

// Throws Error unless all names of folders are valid and differ, and the sides of videos are even.
void check_outputs(const std::vector<RectifiedSet>& sets, const Writing& writing) {
  std::vector<std::string> names;
  for (const RectifiedSet& set : sets) {
    for (const std::string& camera : camera_names(set)) {
      require(is_file_name(camera),
              fmt::format("the camera '{}' cannot name a folder: rename it in the calibration and "
                          "in the images",
                          camera));
    }
    names.push_back(set_name(set));
    require(names.back() != kPreviews && names.back() != kFile,
            fmt::format("the camera '{}' has the name of a result: rename it in the calibration "
                        "and in the images",
                        names.back()));
    require(std::count(names.begin(), names.end(), names.back()) == 1,
            fmt::format("two sets would be written into the folder {}: ask for them one by one",
                        names.back()));
    const ImageSize size = set.image_size;
    const bool odd = size.width % 2 == 1 || size.height % 2 == 1;
    require(!(odd && writing.dataset && is_video_format(writing.warp.format)),
            fmt::format("videos need even sides, found {}: use --size {}x{}", to_text(size),
                        size.width / 2 * 2, size.height / 2 * 2));
  }
}

void write_all(const std::vector<RectifiedSet>& sets, Writing writing, const Provenance& provenance,
               const FolderLock& output, const Context& context, RectifyResult& result) {
  if (writing.warp.format == "none") {
    writing.dataset = nullptr;
    writing.preview = false;
  }
  check_outputs(sets, writing);
  check_map_choice(writing.maps.maps, writing.maps.map_type);
  std::vector<std::string> names;
  names.reserve(sets.size() + 1);
  for (const RectifiedSet& set : sets) names.push_back(set_name(set));
  if (writing.preview) names.emplace_back(kPreviews);
  StagedFolder staged(output);
  const std::vector<std::string> replaced = folders_of_earlier(output.path() / kFile);
  if (writing.dataset) {
    require_elsewhere(*writing.dataset, output.path(), names);
    require_elsewhere(*writing.dataset, output.path(), replaced);
  }
  staged.require_free(names, replaced);
  for (const RectifiedSet& set : sets)
    result.entries.push_back(write_set(set, writing, staged.path(), context, result));
  require_usable(result, context);
  // The file comes last: when it is there, all images are.
  staged.put_in_place(replaced, kFile, to_yaml({result.entries, provenance}));
  for (fs::path& preview : result.previews)
    preview = output.path() / preview.lexically_relative(staged.path());
}

// The frames per second at which the numbers of images without times count: what the solve took for
// it is in the observations.
double number_rate(const Observations* observations, const RectifyOptions& options) {
  const auto known = observations ? observations->frame_rate_hz : std::nullopt;
  return known.value_or(options.warp.fps > 0 ? options.warp.fps : kAssumedFrameRate);
}

}  // namespace

Provenance rectify_provenance(const Artifact<Calibration>& calibration,
                              const std::string& dataset_hash,
                              const Artifact<Observations>* observations, RectifyOptions options) {
  return {combined_hash({"rectify", calibration.hash, dataset_hash,
                         observations ? observations->hash : std::string()}),
          to_pairs(describe(options))};
}

bool has_its_pictures(const RectificationEntries& rectification, const fs::path& folder) {
  const auto is_there = [&](const std::string& map) {
    return map.empty() || fs::exists(folder / map);
  };
  return std::all_of(rectification.sets.begin(), rectification.sets.end(),
                     [&](const RectificationEntry& entry) {
                       return std::all_of(entry.maps.begin(), entry.maps.end(), is_there) &&
                              all_pictures_there(entry, folder / set_name(entry.set));
                     });
}

Rectification rectify_cameras(const Calibration& calibration, const std::vector<std::string>& names,
                              const RectifyOptions& options, int jobs) {
  require_different_cameras(calibration, names, "cameras");
  require(names.size() > 1,
          fmt::format("cameras: found '{}', expected two cameras or more", join(names, ",")));
  return Builder(calibration, nullptr, options, jobs).build(names);
}

RectifyResult rectify(const Calibration& calibration, const Dataset* dataset,
                      const Observations* observations, const RectifyOptions& options,
                      const Provenance& provenance, const FolderLock& output,
                      const Context& context) {
  RectifyResult result;
  const std::vector<RectifiedSet> sets =
      Builder(calibration, observations, options, context.jobs).go(result);
  std::optional<Dataset> paired;
  if (dataset && !options.by_number) {
    paired = *dataset;
    result.pairing = pair_by_clocks(calibration, number_rate(observations, options), *paired);
    dataset = &*paired;
  }
  const Writing writing{calibration,  dataset,         options.maps,
                        options.warp, options.preview, options.preview_frames};
  write_all(sets, writing, provenance, output, context, result);
  return result;
}

RectifyResult undistort(const Artifact<Calibration>& artifact, const Dataset& dataset,
                        const UndistortOptions& options, const FolderLock& output,
                        const Context& context) {
  RectifyResult result;
  const Calibration& calibration = artifact.value;
  const ViewRules rules = allowed_view(options.view, calibration);
  std::vector<RectifiedSet> sets;
  CheckLimits limits;
  if (rules.size) limits.least_scale = 0;  // the user's own choice
  for (const DatasetCamera& images : dataset.cameras) {
    const Camera* camera = find_camera(calibration, images.name);
    require(camera != nullptr, unknown_camera_text(calibration, images.name) +
                                   "; give --images only pictures of these cameras");
    sets.push_back(undistort_camera(*camera, rules, context.jobs).set);
    check_rectification(sets.back(), limits);
  }
  UndistortOptions copy = options;
  const Provenance provenance{
      combined_hash({"undistort", artifact.hash, dataset_hash(dataset, context.jobs)}),
      to_pairs(describe(copy))};
  write_all(sets, {calibration, &dataset, options.maps, options.warp}, provenance, output, context,
            result);
  return result;
}

void check_cameras(const KnownCameras& known, const RectifyOptions& options) {
  named_sets(known, options);
}

}  // namespace calib
