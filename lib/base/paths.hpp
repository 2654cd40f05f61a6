#pragma once
// Where paths lead.

#include <filesystem>

namespace calib {

/// What a chain of links points to, whether it exists or not; `path` itself when it is no link.
std::filesystem::path link_target(std::filesystem::path path);

/// Whether both lead to one file or folder, or would if there were one.
bool is_same_place(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace calib
