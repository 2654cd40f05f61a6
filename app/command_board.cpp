#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "app/commands.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "image/png.hpp"
#include "pipeline/board_options.hpp"
#include "scene/board_faces.hpp"
#include "scene/board_types.hpp"
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

// board.pdf -> board-back.pdf
std::filesystem::path with_ending(const std::filesystem::path& output, const std::string& ending) {
  return output.parent_path() /
         (output.stem().string() + "-" + ending + output.extension().string());
}

struct Face {
  std::filesystem::path path;
  Board board;
};

// The boards to draw, each with its file name. A panel gives its front and its back. If there are
// several boards, tags are named by their numbers, and other boards by their positions in the list.
std::vector<Face> faces_of(const Board& board, const std::filesystem::path& output) {
  if (board.parts.empty()) return {{output, board}};
  if (is_panel(board))
    return {{output, board.parts.front()}, {with_ending(output, "back"), board.parts.back()}};
  std::vector<Face> faces;
  std::set<std::filesystem::path> paths;
  for (std::size_t i = 0; i < board.parts.size(); ++i) {
    const Board& part = board.parts[i];
    const std::string place = std::to_string(i + 1);
    const std::string ending =
        is_single_tag(part) ? "tag" + std::to_string(part.first_marker) : place;
    faces.push_back({with_ending(output, ending), part});
    if (!paths.insert(faces.back().path).second)  // the same number in another dictionary
      faces.back().path = with_ending(output, fmt::format("{}-{}", ending, place));
  }
  return faces;
}

nlohmann::ordered_json draw_face(Session& session, const Face& face, const PrintChoice& choice,
                                 const BoardFlags& flags) {
  const BoardSheet sheet = board_sheet(face.board, choice, find_paper(flags.paper));
  write_file(face.path, drawn(sheet, face.path, flags.dpi));
  session.say(fmt::format("{} on {:.0f}x{:.0f} mm -> {}\n", board_title(face.board, choice),
                          sheet.width_mm, sheet.height_mm, face.path.string()));
  return {{"board", board_title(face.board, choice)},
          {"paper_mm", {sheet.width_mm, sheet.height_mm}},
          {"path", face.path.string()}};
}

void board_command(Session& session, const BoardFlags& flags) {
  const std::vector<std::string> inputs = {flags.board.target, flags.board.back};
  const std::filesystem::path output = session.output_file(inputs);
  const Board board = make_board(flags.board);
  for (const std::string& warning : board_warnings(board)) session.warn(warning);
  const PrintChoice choice{flags.legacy, !flags.plain, flags.border};
  const std::vector<Face> faces = faces_of(board, output);
  for (const Face& face : faces)
    if (face.path != output) refuse_overwrite(face.path, session.flags().force, inputs);
  nlohmann::ordered_json drawn;
  for (const Face& face : faces) drawn.push_back(draw_face(session, face, choice, flags));
  session.say("print it without scaling, and check the 100 mm with a ruler\n");
  nlohmann::ordered_json json = drawn.front();
  if (is_panel(board)) {
    json["back"] = drawn.back();
  } else if (!board.parts.empty()) {
    json = {{"boards", drawn}};
  }
  session.say_json(json);
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
       Option::number("dpi", flags->dpi, "pixels per inch of a .png").at_least(50).at_most(2400),
       Option::flag("legacy", flags->legacy,
                    "a charuco board in the layout that OpenCV had before 4.7"),
       Option::flag("plain", flags->plain,
                    "an aprilgrid without the black squares between its tags"),
       Option::number("border", flags->border,
                      "cells of black around an aprilgrid's codes: 2 as Kalibr, 1 as AprilTag")
           .at_least(1)
           .at_most(2)});
  return [flags](Session& session) { board_command(session, *flags); };
}

}  // namespace calib
