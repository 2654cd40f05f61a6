#include "target/printed_boards.hpp"

#include <algorithm>
#include <iterator>

#include "base/errors.hpp"
#include "target/aprilgrid.hpp"
#include "target/board_diagnosis.hpp"
#include "target/charuco.hpp"
#include "target/chessboard_pattern.hpp"
#include "target/circle_grid.hpp"
#include "target/marker_diagnosis.hpp"
#include "target/puzzleboard.hpp"
#include "target/several_boards.hpp"
#include "target/tag.hpp"

namespace calib {
namespace {

using Images = std::vector<cv::Mat>;

constexpr PrintedBoard kPrintedBoards[] = {
    {&kChessboard, [](const Board& board, const PrintChoice&) { return draw_squares(board); },
     nullptr,
     [](const Images& images, const Board& asked) {
       const std::optional<BoardDiagnosis> other_size = diagnose_board(images, asked);
       return other_size ? other_size->message : "";
     }},
    {&kCharuco, draw_charuco, detect_charuco,
     [](const Images& images, const Board& asked) { return diagnose_markers(images, asked, {1}); }},
    {&kAprilgrid, draw_aprilgrid, detect_aprilgrid,
     [](const Images& images, const Board& asked) {
       return diagnose_markers(images, asked, {kKalibrBorderCells, kAprilTagBorderCells});
     }},
    {&kPuzzleboard, draw_puzzleboard, detect_puzzleboard, diagnose_puzzleboard},
    {&kCircles, draw_circles, detect_circles, nullptr},
    {&kAcircles, draw_acircles, detect_acircles, nullptr},
    {&kTag, draw_tag, detect_tags, diagnose_tags},
};

}  // namespace

const PrintedBoard& printed_board(const Board& board) {
  const auto* row =
      std::find_if(std::begin(kPrintedBoards), std::end(kPrintedBoards),
                   [&](const PrintedBoard& printed) { return printed.type == board.type; });
  require(row != std::end(kPrintedBoards),
          std::string("board type '") + board.type->name + "' cannot be printed as one board");
  return *row;
}

DetectFunction detector_of(const Board& board, const Detector& chosen) {
  if (!board.parts.empty()) return detect_several;
  if (is_single_tag(board)) return detect_tags;
  const DetectFunction detect = printed_board(board).detect;
  return detect ? detect : chosen.detect;
}

}  // namespace calib
