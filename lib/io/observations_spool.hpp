#pragma once
// Collects the views of observations.yaml on disk while `detect` runs. Nothing else needs the
// corners, so that the memory does not grow with the number of images.

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
  /// Where the text of a view is.
  struct Place {
    std::uint64_t start = 0;
    std::size_t size = 0;
  };

  /// Stores the result of view_text(). Not thread-safe. Throws Error if observations.yaml would
  /// become larger than the largest file that is read.
  Place add(std::string_view text);

  /// Writes observations.yaml with the content of `rest`, which has no views, and the views at
  /// `places`.
  void write(const std::filesystem::path& file, const Observations& rest,
             const std::vector<Place>& places) const;

 private:
  ScratchFile texts_;
  std::uint64_t size_ = 0;
};

}  // namespace calib
