#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "image/png.hpp"
#include "pipeline/board_options.hpp"
#include "target/board_sheet.hpp"

namespace calib {
namespace {

struct BoardFlags {
  BoardOptions board;
  std::string paper = "A4";
  double dpi = 300;
  bool legacy = false, plain = false;
  int border = PrintChoice{}.border_cells;
};

std::string drawn(const BoardSheet& sheet, const std::filesystem::path& output, double dpi) {
  const std::string suffix = output.extension().string();
  if (suffix == ".pdf") return to_pdf(sheet);
  if (suffix == ".svg") return to_svg(sheet);
  require(suffix == ".png", fmt::format("{}: found '{}', expected a name in .pdf, .svg or .png",
                                        output.string(), suffix));
  const std::vector<unsigned char> bytes = encode_png(to_picture(sheet, dpi));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Action define_board(CommandLine& line) {
  const auto flags = std::make_shared<BoardFlags>();
  line.add("", describe(flags->board));
  line.add(
      "board",
      {Option::text("paper", flags->paper,
                    "A4, A3, A2, A1, A0, letter, legal, tabloid, or WIDTHxHEIGHT in millimeters",
                    "PAPER"),
       Option::number("dpi", flags->dpi, "pixels an inch of a .png").at_least(50).at_most(2400),
       Option::flag("legacy", flags->legacy,
                    "a charuco board in the layout that OpenCV had before 4.7"),
       Option::flag("plain", flags->plain,
                    "an aprilgrid without the black squares between its tags"),
       Option::number("border", flags->border,
                      "cells of black around an aprilgrid's codes: 2 as Kalibr, 1 as AprilTag")
           .at_least(1)
           .at_most(2)});
  return [flags](Session& session) {
    const std::filesystem::path output = session.output_file({flags->board.target});
    const Board board = make_single_board(flags->board);
    for (const std::string& warning : board_warnings(board)) session.warn(warning);
    const PrintChoice choice{flags->legacy, !flags->plain, flags->border};
    const BoardSheet sheet = board_sheet(board, choice, find_paper(flags->paper));
    write_file(output, drawn(sheet, output, flags->dpi));
    session.say(
        fmt::format("{} on {:.0f}x{:.0f} mm -> {}\nprint it without scaling, and check the "
                    "100 mm with a ruler\n",
                    board_title(board, choice), sheet.width_mm, sheet.height_mm, output.string()));
    session.say_json({{"board", board_title(board, choice)},
                      {"paper_mm", {sheet.width_mm, sheet.height_mm}},
                      {"path", output.string()}});
  };
}

}  // namespace calib
