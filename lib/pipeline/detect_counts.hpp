#pragma once
// How many boards were found in each camera's images, and what follows when there are too few.

#include <optional>
#include <string>
#include <vector>

#include "scene/observations.hpp"
#include "target/board_doctor.hpp"

namespace calib {

/// What happened to one camera's images.
struct DetectCounts {
  std::string camera;
  int images = 0, found = 0;
  std::vector<std::pair<std::string, int>>
      reasons;  ///< why not found, and how often; most frequent first
};
std::vector<DetectCounts> count_boards(const Observations& observations);

/// Views with every corner of the board.
std::size_t count_whole_boards(const Observations& observations);
/// Images without the board for this reason.
std::size_t count_missing(const Observations& observations, const std::string& reason);

/// Another size of the board, when more of the images without it name that size than show all of
/// it.
std::optional<BoardDiagnosis> diagnose_missing(const Observations& observations);

/// Throws UndeterminedError: the images show another board than the one asked for.
[[noreturn]] void fail_other_board(const Board& asked, const BoardDiagnosis& found);

/// Throws UndeterminedError with `doctor`'s advice, or general advice when that is empty, when no
/// image shows the board.
void require_boards(const Observations& observations, const std::string& doctor);

}  // namespace calib
