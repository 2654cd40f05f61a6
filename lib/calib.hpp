#pragma once
// The header for programs that use a calibration: read it, project and unproject, triangulate
// points, rectify. The functions and types that docs/cpp-library.md lists are stable within a minor
// version.

// IWYU pragma: begin_exports
#include "base/errors.hpp"
#include "camera/intrinsics.hpp"
#include "geometry/pose.hpp"
#include "io/artifacts.hpp"
#include "measure/map_points.hpp"
#include "measure/triangulate.hpp"
#include "rectify/rectify.hpp"
#include "scene/calibration.hpp"
#include "scene/world.hpp"
// IWYU pragma: end_exports
