#pragma once
// Cameras that so few poses of the board tie to the rest of the rig that a frame that is wrong,
// such as a picture of another moment, would not be noticed.

#include <vector>

#include "scene/finding.hpp"
#include "solve/bundle.hpp"
#include "solve/held_cameras.hpp"
#include "solve/initial_rig.hpp"

namespace calib {

/// Looks at each edge of the maximum spanning tree of the cameras (by frames that both use), which
/// splits them into two sides: the frames that tie the sides are those in which views of both are
/// used. Reports sides that fewer than three different poses of the board tie, and those for which
/// as many frames were left out as are used. `rig.views` are all views with a board pose,
/// `bundle.views` those that are used. Sides that both have held cameras need no tie.
std::vector<Finding> weak_links(const Bundle& bundle, const InitialRig& rig,
                                const HeldCameras& held);

}  // namespace calib
