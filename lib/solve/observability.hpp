#pragma once
// Whether views determine a lens, and what to film when they do not.

#include <cstddef>
#include <span>
#include <string>

#include "scene/observations.hpp"
#include "solve/covariance.hpp"

namespace calib {

/// Why a view says nothing about a lens; empty when it may: fewer than 4 corners, or all on one
/// line of the board.
std::string view_problem(const Board& board, const View& view);

/// In how many places of the picture the board stands, counted up to `enough`: views whose common
/// corners lie less than a pixel (RMS) apart show it in one, however many there are.
std::size_t count_places(std::span<const View* const> views, std::size_t enough);

/// The covariance of a single camera's lens. Throws UndeterminedError naming the parameter, how
/// badly it is known, what the views lack and what to film, when a focal length is known to less
/// than a tenth or beyond 100 widths of the picture, or the principal point known to less than a
/// quarter of the picture, taking corners to be no better than 0.01 px.
Covariance covariance_of_lens(const Bundle& bundle);

}  // namespace calib
