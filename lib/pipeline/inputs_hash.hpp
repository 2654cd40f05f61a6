#pragma once
// The inputs of a stage as one hash: a stage whose inputs and options have not changed need not run
// again.

#include <initializer_list>
#include <string>
#include <string_view>

#include "image/dataset.hpp"

namespace calib {

/// The hash of the program's version and some texts, such as other hashes.
std::string combined_hash(std::initializer_list<std::string_view> parts);

/// The hash of the program's version, and of the camera, frame, time, name and contents of every
/// file of the dataset.
std::string dataset_hash(const Dataset& dataset, int jobs);
/// The same, where hash_contents() is known.
std::string dataset_hash(const Dataset& dataset, const std::string& contents);

/// Whether a file with this provenance was made by these options from these inputs.
bool is_current(const Provenance& found, const Provenance& expected);

}  // namespace calib
