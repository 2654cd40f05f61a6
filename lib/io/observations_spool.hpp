#pragma once
// observations.yaml in the making. Its corners are most of what `detect` finds out, and nothing
// but the file needs them: they wait on disk, so that memory does not grow with the images.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/scratch_file.hpp"
#include "scene/observations.hpp"

namespace calib {

class ObservationsSpool {
 public:
  /// Where a view's text stands.
  struct Place {
    std::uint64_t start = 0;
    std::size_t size = 0;
  };

  /// Keeps what view_text() gave. Not for several threads at once. Throws Error when
  /// the file would be larger than what is read.
  Place add(std::string_view text);

  /// Writes observations.yaml: what `rest`, which has no views, holds, and the views at `places`.
  void write(const std::filesystem::path& file, const Observations& rest,
             const std::vector<Place>& places) const;

 private:
  ScratchFile texts_;
  std::uint64_t size_ = 0;
};

}  // namespace calib
