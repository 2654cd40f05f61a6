#pragma once
// Measured distances between tags, as a target file lists them:
//   distances:
//     - {from: 0, to: 3, length: 812mm, sigma: 1mm}                     # from middle to middle
//     - {from: 0 top-left, to: 7 bottom-right, length: 1.43m, sigma: 2mm}

#include <vector>

#include "io/yaml_reader.hpp"
#include "scene/board.hpp"

namespace calib {

/// Tags are named by their numbers. Throws Error, with the place in the file, for a tag that is not
/// among the parts of `boards`, and for a length without a sigma.
std::vector<BoardDistance> read_distances(const YamlNode& list, const Board& boards);

}  // namespace calib
