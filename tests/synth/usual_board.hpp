#pragma once
// The board that most tests of this folder film.

#include "scene/board.hpp"

namespace calib::testing {

inline const Board kUsualBoard{&kChessboard, 11, 8, 0.03};

}  // namespace calib::testing
