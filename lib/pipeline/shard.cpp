#include "pipeline/shard.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {

Shard parse_shard(const std::string& text) {
  constexpr std::int64_t kMostShards = 1'000'000;
  const std::vector<std::string> parts = split(text, '/');
  const auto number = parse_integer(parts.front()), count = parse_integer(parts.back());
  require(parts.size() == 2 && number && count && *number >= 1 && *number <= *count &&
              *count <= kMostShards,
          fmt::format("shard: found '{}', expected K/N with K from 1 to N, such as 2/4", text));
  return {static_cast<int>(*number), static_cast<int>(*count)};
}

std::string to_text(const Shard& shard) { return fmt::format("{}/{}", shard.number, shard.count); }

FrameFilter frames_of(const Dataset& dataset, const Shard& shard) {
  const auto is_ours = [shard](std::int64_t place) {
    return place % shard.count == shard.number - 1;
  };
  const bool is_unlisted =
      std::any_of(dataset.cameras.begin(), dataset.cameras.end(), [](const DatasetCamera& camera) {
        return camera.has_video() && camera.video_frames.empty();
      });
  if (is_unlisted) return [is_ours](std::int64_t frame) { return is_ours(std::abs(frame)); };
  std::vector<std::int64_t> frames;
  for (const FrameRow& row : frame_table(dataset)) frames.push_back(row.frame);
  return [is_ours, frames](std::int64_t frame) {
    return is_ours(std::lower_bound(frames.begin(), frames.end(), frame) - frames.begin());
  };
}

}  // namespace calib
