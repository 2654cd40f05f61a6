#pragma once
// Rectified pictures of neighboring cameras for the report.

#include "image/dataset.hpp"
#include "pipeline/context.hpp"
#include "report/html_report.hpp"
#include "scene/calibration.hpp"
#include "scene/observations.hpp"

namespace calib {

/// `frames` frames of each pair of neighbors, spread evenly over those in which both saw the
/// board; of very many pairs the first ones. What cannot be shown is told with its reason. The same
/// bytes for any number of threads.
PreviewPictures preview_pictures(const Calibration& calibration, const Observations& observations,
                                 const Dataset& dataset, int frames, const Context& context);

}  // namespace calib
