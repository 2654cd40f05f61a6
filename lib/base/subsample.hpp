#pragma once
// Evenly spaced subsamples, used where processing all items would take too long.

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace calib {

/// The smallest step with which every step-th of `count` items gives at most `most` (at least 1).
inline std::size_t subsample_step(std::size_t count, std::size_t most) {
  return std::max<std::size_t>(1, (count + most - 1) / most);
}

/// The indices of min(count, most) of `count` items: index i is i * count / min(count, most).
inline std::vector<std::size_t> evenly_spread(std::size_t count, std::size_t most) {
  std::vector<std::size_t> indices(std::min(count, most));
  for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = i * count / indices.size();
  return indices;
}

/// Keeps every subsample_step()-th item, beginning with the first.
template <class T>
void subsample(std::vector<T>& items, std::size_t most) {
  const std::size_t step = subsample_step(items.size(), most);
  if (step == 1) return;
  std::size_t kept = std::min<std::size_t>(1, items.size());
  for (std::size_t i = step; i < items.size(); i += step) items[kept++] = std::move(items[i]);
  items.resize(kept);
}

}  // namespace calib
