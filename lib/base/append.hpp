#pragma once

#include <vector>

namespace calib {

/// Appends the elements of `more` to `all`.
template <class T>
void append(std::vector<T>& all, const std::vector<T>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace calib
