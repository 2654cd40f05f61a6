#pragma once
// Tests whether the views determine a lens, and advises what to film if they do not.

#include <cstddef>
#include <span>
#include <string>

#include "scene/observations.hpp"
#include "solve/covariance.hpp"

namespace calib {

/// Why a view cannot be used for a lens: it has fewer than 4 corners, or all lie on one line of the
/// board. Empty if it can be used.
std::string view_problem(const Board& board, const View& view);

/// The number of different positions of the board in the image, counted up to `enough`. Views whose
/// common corners lie less than a pixel (RMS) apart count as one position.
std::size_t count_board_places(std::span<const View* const> views, std::size_t enough);

/// The covariance of an adjusted bundle of a single camera. Throws UndeterminedError, which names
/// the parameter, its standard deviation and what to film, if a parameter is not determined, if the
/// standard deviation of the focal length is more than a tenth of it or that of the principal point
/// more than a quarter of the image size (corner errors below 0.01 px count as 0.01 px), or if the
/// focal length is more than 100 image widths.
Covariance covariance_of_lens(const Bundle& bundle);

}  // namespace calib
