#pragma once
// Counts the boards found in each camera's images, and reports an error if there are too few.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scene/observations.hpp"
#include "target/board_diagnosis.hpp"

namespace calib {

/// The outcomes of one camera's images.
struct DetectCounts {
  std::string camera;
  int images = 0, found = 0;
  int whole = 0;  ///< of those found: with every corner of the board
  std::vector<std::pair<std::string, int>>
      reasons;  ///< why not found, and how often; most frequent first
};

/// Counts images one by one.
class DetectTally {
 public:
  DetectTally(const Board& board, const std::vector<ObservedCamera>& cameras);
  void add_found(int camera, std::size_t corners);
  void add_missing(int camera, const std::string& reason);
  /// In the order of the cameras.
  std::vector<DetectCounts> counts() const;

 private:
  struct Camera {
    std::string name;
    int found = 0, whole = 0;
    std::map<std::string, int> reasons;
  };
  std::size_t corners_;
  std::vector<Camera> cameras_;
};
std::vector<DetectCounts> count_boards(const Observations& observations);

/// Views with every corner of the board.
int count_whole_boards(const std::vector<DetectCounts>& all);
/// Images without the board for this reason.
int count_missing(const std::vector<DetectCounts>& all, const std::string& reason);

/// Another size of the board, when more of the images without it name that size than show all of
/// it.
std::optional<BoardDiagnosis> diagnose_missing(const Board& board,
                                               const std::vector<DetectCounts>& all);

/// Throws UndeterminedError: the images show another board than the one asked for.
[[noreturn]] void fail_other_board(const Board& asked, const BoardDiagnosis& found);

/// Throws UndeterminedError with `doctor`'s advice, or general advice when that is empty, when no
/// image shows the board. `broken` ends the message.
void require_boards(const Board& board, const std::vector<DetectCounts>& all,
                    const std::string& doctor, const std::string& broken = "");

}  // namespace calib
