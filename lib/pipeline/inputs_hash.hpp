#pragma once
// What a stage has read, as one hash: stages whose inputs and options have not changed need not run
// again.

#include <initializer_list>
#include <string>
#include <string_view>

#include "image/dataset.hpp"

namespace calib {

/// The program's version and some texts (artifacts, other hashes) together.
std::string combined_hash(std::initializer_list<std::string_view> parts);

/// The program's version, and camera, frame, name and contents of every file of the dataset.
std::string dataset_hash(const Dataset& dataset, int jobs);

/// Whether a file with this provenance was made by these options from these inputs.
bool is_current(const Provenance& found, const Provenance& expected);

}  // namespace calib
