#pragma once
// Reads timestamps.csv, which says when images were taken: one line per image below a header, in
// one of two forms.
//
//   sync_index,cam_id,frame_time          #timestamp [ns],filename
//   35,2,25.0009787                       1403636579763555584,0001.png
//
// In the first (caliscope's) the lines of a camera are its frames in order, unless there is a
// column frame_index; times are in seconds. The camera is its name or the number at its end. The
// second (EuRoC's) names the files; the unit is ns, us, ms or s. Spaces around values do not
// matter.

#include <filesystem>
#include <string>
#include <vector>

#include "image/image_times.hpp"

namespace calib {

/// What to do with lines about cameras or images that are not in the dataset: the user may have
/// named only some of them.
enum class Others { kRefuse, kSkip };

/// The times of every camera's images in the file. A line need not name its camera if there is only
/// one. Throws Error as read_timestamps() does.
std::vector<TimesNs> read_timestamps_file(const Dataset& dataset, const std::filesystem::path& file,
                                          Others others);

/// The times of every camera's images, from the file `timestamps.csv` in one of `folders`, or else
/// from those in the folders of the cameras. Returns nothing if there is none. Throws Error
/// "FILE:LINE: ..." if a line cannot be read, or names a camera or frame that does not exist; if an
/// image has no line; and if the times are in another unit or do not rise.
std::vector<TimesNs> read_timestamps(const Dataset& dataset,
                                     const std::vector<std::filesystem::path>& folders,
                                     Others others);

}  // namespace calib
