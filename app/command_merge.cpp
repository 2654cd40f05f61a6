#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/found_summary.hpp"
#include "base/files.hpp"
#include "io/artifacts.hpp"
#include "pipeline/merge_shards.hpp"

namespace calib {
namespace {

void merge_command(Session& session, const std::vector<std::string>& paths) {
  const std::string output = session.output_file(paths);
  std::vector<ShardFile> files;
  for (const std::string& path : paths) files.push_back({path, read_observations(path)});
  const MergeResult merged = merge_shards(std::move(files));
  if (!merged.note.empty()) session.warn(merged.note);
  write_file(output, to_yaml(merged.observations));
  const std::vector<DetectCounts> counts = count_boards(merged.observations);
  session.say(found_table(counts));
  nlohmann::ordered_json json = found_json(counts);
  json["shards"] = paths.size();
  session.say_json(json);
}

}  // namespace

Action define_merge(CommandLine& line) {
  const auto paths = std::make_shared<std::vector<std::string>>();
  line.add_positional(Option::list(
      "shards", *paths, "every file that `calib detect --shard K/N` wrote, in any order", "FILE"));
  return [paths](Session& session) { merge_command(session, *paths); };
}

}  // namespace calib
