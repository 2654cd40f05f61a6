#pragma once
// Rectified pictures of neighboring cameras for the report.

#include "image/dataset.hpp"
#include "pipeline/context.hpp"
#include "report/html_report.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// `frames` frames of each pair of neighbors, spread evenly over the frames in which both saw the
/// board. Of more than 16 pairs only the first are shown. `missing` tells what could not be shown,
/// and why. The same bytes for any number of threads.
PreviewPictures preview_pictures(const Calibration& calibration, const Observations& observations,
                                 const Dataset& dataset, int frames, const Context& context);

}  // namespace calib
