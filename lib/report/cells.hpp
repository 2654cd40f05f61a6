#pragma once
// Formats single values for the tables of text, JSON and HTML.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "evaluate/verdict.hpp"

namespace calib {

/// The center of a camera in the rig frame, meters. 0 for the reference camera, never -0.
Eigen::Vector3d camera_center(const Pose& T_cam_rig);

/// The number of decimals (0 to 6) that shows two digits of a standard deviation; `usual` if the
/// standard deviation is 0, that is, not known or held fixed.
int decimals_for(double std, int usual);

/// "812.312 ±0.021", with two digits of the standard deviation; "812.31" if that is 0.
std::string with_std(double value, double std);

/// The standard deviation of parameter `index`; 0 if it is not known or was held fixed.
double parameter_std(const Camera& camera, std::size_t index);

/// The center of a camera in mm with the length of its standard deviation: "100.213 0.042 -0.317
/// ±0.012", or "0.00 0.00 0.00" if that is not known. "-" without a pose.
std::string center_text(const Camera& camera);

/// The scale error of lengths in percent, "+0.120 ±0.031", or "-" with fewer than two frames.
std::string scale_text(const LengthErrors& errors);

/// The number of views, the coverage ("93 %") and the RMS reprojection error (px) of a camera; "-"
/// for what is not known.
std::vector<std::string> view_cells(const Camera& camera, const Evaluation& evaluation);

/// "cam0-cam1"
std::string pair_name(const std::string& first, const std::string& second);

/// count, mean, rms, median, p95 and max; `count_key` is the name of the count.
nlohmann::ordered_json statistics_json(const ErrorStatistics& statistics,
                                       const char* count_key = "count");

}  // namespace calib
