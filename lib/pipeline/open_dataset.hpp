#pragma once
// What the user named as images: a dataset.yaml, a folder that holds one, or anything that
// discover_dataset() knows.

#include <string>
#include <vector>

#include "image/dataset.hpp"

namespace calib {

/// `cameras` are --cam NAME=GLOB entries, which stand for themselves: with any, `inputs` must be
/// empty.
Dataset open_dataset(const std::vector<std::string>& inputs,
                     const std::vector<std::string>& cameras = {});

}  // namespace calib
