#include "io/observations_spool.hpp"

#include "base/files.hpp"
#include "io/observations_text.hpp"

namespace calib {
namespace {

constexpr std::size_t kBlock = 1 << 16;  // bytes per write

}  // namespace

ObservationsSpool::Place ObservationsSpool::add(std::string_view text) {
  require_readable(size_ + text.size());
  size_ += text.size();
  return {texts_.append(text), text.size()};
}

void ObservationsSpool::write(const std::filesystem::path& file, const Observations& rest,
                              const std::vector<Place>& places) const {
  const std::string before = text_before_views(rest, !places.empty());
  const std::string after = text_after_views(rest);
  require_readable(before.size() + size_ + after.size());
  write_file(file, [&](const Append& append) {
    append(before);
    std::string block;
    for (const Place& place : places) {
      block += texts_.read(place.start, place.size);
      if (block.size() < kBlock) continue;
      append(block);
      block.clear();
    }
    append(block);
    append(after);
  });
}

}  // namespace calib
