#include "pipeline/merge_shards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "pipeline/detect_counts.hpp"
#include "pipeline/detect_stage.hpp"
#include "scene/board_types.hpp"
#include "target/detection.hpp"

namespace calib {
namespace {

constexpr const char* kDetectAgain =
    "detect all shards from the same images, with the same options and the same calib";

// Removes the shard from the provenance, which is then the one of the whole dataset.
Shard take_shard(ShardFile& file) {
  auto& options = file.observations.provenance.options;
  const auto found = std::find_if(options.begin(), options.end(),
                                  [](const auto& option) { return option.first == kShardOption; });
  require(found != options.end(),
          fmt::format("{}: holds no shard: pass files that `calib detect --shard K/N` wrote",
                      file.path.string()));
  const std::string text = found->second;
  options.erase(found);
  try {
    return parse_shard(text);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", file.path.string(), error.what()));
  }
}

void require_each_once(const std::vector<ShardFile>& files, const std::vector<Shard>& shards) {
  std::map<int, const ShardFile*> by_number;
  for (std::size_t i = 0; i < files.size(); ++i) {
    require(shards[i].count == shards[0].count,
            fmt::format("{}: is shard {}, but {} is shard {}: pass shards of one division",
                        files[i].path.string(), to_text(shards[i]), files[0].path.string(),
                        to_text(shards[0])));
    const auto [other, is_new] = by_number.try_emplace(shards[i].number, &files[i]);
    require(is_new,
            fmt::format("{}: is shard {}, as {} is: leave one of them out", files[i].path.string(),
                        to_text(shards[i]), other->second->path.string()));
  }
  std::vector<std::string> missing;
  for (int number = 1; number <= shards[0].count; ++number) {
    if (!by_number.contains(number)) missing.push_back(to_text(Shard{number, shards[0].count}));
  }
  if (missing.empty()) return;
  constexpr std::size_t kNamed = 5;
  const std::size_t count = missing.size();
  missing.resize(std::min(count, kNamed));
  throw Error(fmt::format(
      "{} of {} shards missing: {}{}; pass all files, or detect what is missing with `calib detect "
      "--shard {}`",
      count, shards[0].count, join(missing, ", "), count > kNamed ? ", ..." : "", missing.front()));
}

// What differs between two provenances.
std::string difference(const Provenance& found, const Provenance& expected) {
  if (found.inputs_hash != expected.inputs_hash)
    return fmt::format("was made from other images (inputs_hash {}, not {})", found.inputs_hash,
                       expected.inputs_hash);
  const std::map<std::string, std::string> before(expected.options.begin(), expected.options.end());
  for (const auto& [key, value] : found.options) {
    const auto other = before.find(key);
    const std::string expected_value = other == before.end() ? "" : other->second;
    if (value != expected_value)
      return fmt::format("was made with {} '{}', not '{}'", key, value, expected_value);
  }
  return "was made with other options";
}

void require_same(const ShardFile& file, const ShardFile& first) {
  const Observations &found = file.observations, &expected = first.observations;
  const auto refuse = [&](const std::string& how) {
    throw Error(fmt::format("{}: {}, as {} was: {}", file.path.string(), how, first.path.string(),
                            kDetectAgain));
  };
  if (found.provenance != expected.provenance)
    refuse(difference(found.provenance, expected.provenance));
  if (found.board != expected.board)
    refuse(fmt::format("has {} board, not {} one", with_article(board_name(found.board)),
                       with_article(board_name(expected.board))));
  if (found.frame_rate_hz != expected.frame_rate_hz) refuse("has another frame rate");
  const auto is_same_camera = [](const ObservedCamera& a, const ObservedCamera& b) {
    return a.name == b.name && a.crop == b.crop;
  };
  if (!std::equal(found.cameras.begin(), found.cameras.end(), expected.cameras.begin(),
                  expected.cameras.end(), is_same_camera))
    refuse("has other cameras");
}

// Refuses an image that two files have. Only a file that was changed by hand has one.
class OncePerImage {
 public:
  template <class V>
  void take(const std::vector<V>& views, const ShardFile& file) {
    for (const V& view : views) {
      const auto [first, is_new] = files_.try_emplace(view, &file.path);
      require(is_new, fmt::format("{}: has camera '{}' frame {}, as {} has: {}", file.path.string(),
                                  camera_name(file.observations, view), view.frame,
                                  first->second->string(), kDetectAgain));
    }
  }

 private:
  std::map<ViewRef, const std::filesystem::path*> files_;
};

// A shard without a readable image of a camera does not know its size.
void take_sizes(const ShardFile& file, Observations& whole) {
  for (std::size_t i = 0; i < whole.cameras.size(); ++i) {
    ImageSize& size = whole.cameras[i].image_size;
    const ImageSize found = file.observations.cameras[i].image_size;
    require(size == found || size == ImageSize{} || found == ImageSize{},
            fmt::format("{}: most images of camera '{}' are {}, but {} in the shards before it: "
                        "remove the images of the wrong size, and detect again",
                        file.path.string(), whole.cameras[i].name, to_text(found), to_text(size)));
    if (size == ImageSize{}) size = found;
  }
}

template <class V>
void move_to(std::vector<V>& from, std::vector<V>& to) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

// Judges as detect() does, which decides the last case with the images; here it becomes a note.
std::string judge(const Observations& whole) {
  const std::vector<DetectCounts> counts = count_boards(whole);
  if (const auto misread = diagnose_missing(whole.board, counts))
    fail_other_board(whole.board, *misread);
  require_boards(whole.board, counts, "");
  const int parts = count_missing(counts, kPartOfLargerBoard);
  if (parts <= count_whole_boards(counts)) return "";
  return fmt::format(
      "{} images show squares beyond the {} board, more than show the whole of one: check --board "
      "by running `calib detect` on some images without --shard",
      parts, size_text(whole.board));
}

}  // namespace

MergeResult merge_shards(std::vector<ShardFile> files) {
  require(!files.empty(), "no shards were named: pass the files of `calib detect --shard K/N`");
  std::vector<Shard> shards;
  for (ShardFile& file : files) shards.push_back(take_shard(file));
  require_each_once(files, shards);
  for (const ShardFile& file : files) require_same(file, files.front());
  MergeResult result;
  Observations& whole = result.observations;
  const Observations& first = files.front().observations;
  whole.board = first.board;
  whole.cameras = first.cameras;
  whole.provenance = first.provenance;
  whole.frame_rate_hz = first.frame_rate_hz;
  OncePerImage once;
  for (ShardFile& file : files) {
    take_sizes(file, whole);
    add_repeated(file.observations.repeated, whole.repeated);
    once.take(file.observations.views, file);
    once.take(file.observations.missing, file);
    move_to(file.observations.views, whole.views);
    move_to(file.observations.missing, whole.missing);
  }
  sort_views(whole.views);
  sort_views(whole.missing);
  result.note = judge(whole);
  return result;
}

}  // namespace calib
