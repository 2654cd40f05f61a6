#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace calib {

/// The median; the larger of the two middle values if their number is even, 0 if there are none.
template <class T>
T median(std::vector<T> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace calib
