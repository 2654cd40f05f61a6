#pragma once
// The board in most tests of this folder.

#include "scene/board.hpp"

namespace calib::testing {

inline const Board kUsualBoard{&kChessboard, 11, 8, 0.03};

}  // namespace calib::testing
