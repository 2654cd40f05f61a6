#include "target/coded_lattice.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "corner/pyramid.hpp"
#include "target/edge_codes.hpp"

namespace calib {
namespace {

// A bit is misread with this probability, and a whole cell (which is covered, or shows another
// marker) adds at least this much evidence.
constexpr double kMisread = 0.03;
constexpr double kLeastOfCell = -4;
// The evidence that a black border around the bits adds, because such borders are rare in other
// scenes.
constexpr double kEvidenceOfBorder = 4;
// A cell agrees with a code if at most this share of its known bits differ, and if most are known.
constexpr double kMostDiffering = 0.12;
constexpr double kLeastKnown = 0.7;

struct Reading {
  Cell cell;
  CellReading code;
};

// The cell of the lattice, named by its corner with the least i and j, that shows the board's cell.
Cell lattice_cell(const Placement& placement, int column, int row) {
  const Cell a = cell_of(placement, column, row), b = cell_of(placement, column + 1, row + 1);
  return {std::min(a.i, b.i), std::min(a.j, b.j)};
}

// The placement with this turn that puts the board's cell onto the cell of the lattice.
Placement placement_by(int turn, const BoardCode& code, Cell cell) {
  Placement placement = kQuarterTurns[static_cast<std::size_t>(turn)];
  const Cell at = lattice_cell(placement, code.column, code.row);
  placement.origin = {cell.i - at.i, cell.j - at.j};
  return placement;
}

constexpr std::array<Cell, 4> kCornersOfCell = {{{0, 0}, {1, 0}, {1, 1}, {0, 1}}};

// The bend of the sides of a cell, from the corners around it: a straight map from its four corners
// misses the corner at (u, v) by bend[0] u (1 - u) + bend[1] v (1 - v).
class BendFit {
 public:
  void add(double u, double v, const cv::Point2d& missed_by) {
    const double a = u * (1 - u), b = v * (1 - v);
    aa_ += a * a;
    ab_ += a * b;
    bb_ += b * b;
    along_ += a * missed_by;
    down_ += b * missed_by;
  }
  void apply_to(CellMap& map) const {
    const double det = aa_ * bb_ - ab_ * ab_;
    if (det > 1e-6 * aa_ * bb_)
      map.set_bend((bb_ * along_ - ab_ * down_) / det, (aa_ * down_ - ab_ * along_) / det);
  }

 private:
  double aa_ = 0, ab_ = 0, bb_ = 0;
  cv::Point2d along_, down_;
};

// A cell of a lattice in one level of the pyramid, with the rules for what is printed there.
class CellFinder {
 public:
  CellFinder(const ResponseMap& map, int level, const Lattice& lattice, const CodeFormat& format)
      : map_(map), level_(level), lattice_(lattice), format_(format) {}

  /// Returns nullopt unless at least two neighboring corners are known. The others are predicted.
  std::optional<CodedCell> find(Cell cell) const {
    CodedCell coded;
    std::array<cv::Point2d, 4> corners;
    std::array<bool, 4> known{};
    double amplitudes = 0, grays = 0;
    int count = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const Cell at{cell.i + kCornersOfCell[k].i, cell.j + kCornersOfCell[k].j};
      if (const Saddle* saddle = lattice_.find(at)) {
        corners[k] = in_picture(saddle->x, saddle->y);
        coded.middle_gray[k] = sample(map_, saddle->x, saddle->y) / kStepsPerGray;
        grays += coded.middle_gray[k];
        amplitudes += saddle->amplitude;
        known[k] = true;
        ++count;
      }
    }
    // Codes between lines of unequal distances are printed between four corners of the board.
    const int least = format_.next_line == 1 ? 2 : 4;
    if (count < least || (count == 2 && known[0] == known[2])) return std::nullopt;
    for (std::size_t k = 0; k < 4; ++k) {
      if (known[k]) continue;
      Prediction prediction;
      const Cell at{cell.i + kCornersOfCell[k].i, cell.j + kCornersOfCell[k].j};
      if (!predict(lattice_, at, prediction)) return std::nullopt;
      corners[k] = in_picture(prediction.x, prediction.y);
      coded.middle_gray[k] = grays / count;
    }
    coded.half_contrast = amplitudes / count / kStepsPerGray;
    coded.map = CellMap(corners);
    if (count == 4) bend(cell, coded.map);
    return coded;
  }

 private:
  cv::Point2d in_picture(float x, float y) const {
    return {to_picture(x, level_), to_picture(y, level_)};
  }

  void bend(Cell cell, CellMap& map) const {
    BendFit fit;
    const auto coordinate = [&](int k) {
      return k < 0 ? -format_.next_line : k > 1 ? 1 + format_.next_line : k;
    };
    for (int j = -1; j <= 2; ++j)
      for (int i = -1; i <= 2; ++i) {
        if (i >= 0 && i <= 1 && j >= 0 && j <= 1) continue;
        const Saddle* saddle = lattice_.find({cell.i + i, cell.j + j});
        if (!saddle) continue;
        const cv::Point2d straight = map(coordinate(i), coordinate(j));
        if (std::isfinite(straight.x))
          fit.add(coordinate(i), coordinate(j), in_picture(saddle->x, saddle->y) - straight);
      }
    fit.apply_to(map);
  }

  const ResponseMap& map_;
  int level_;
  const Lattice& lattice_;
  const CodeFormat& format_;
};

// The codes in all cells of the lattice that can have one.
std::vector<Reading> read_cells(const GrayView& picture, const ResponseMap& map, int level,
                                const Lattice& lattice, const CodedBoard& board) {
  const CellFinder finder(map, level, lattice, board.format);
  const bool in_bright = board.in_bright_cells != board.inverted;
  std::vector<Reading> readings;
  for (int j = lattice.first().j - 1; j <= lattice.last().j; ++j)
    for (int i = lattice.first().i - 1; i <= lattice.last().i; ++i) {
      const Cell cell{i, j};
      if (is_bright(cell) != in_bright) continue;
      const std::optional<CodedCell> coded = finder.find(cell);
      if (!coded) continue;
      const CellReading code = read_cell(picture, *coded, board.format, board.inverted);
      if (code.has_border) readings.push_back({cell, code});
    }
  return readings;
}

int differing(const CellReading& reading, std::uint64_t code) {
  return std::popcount((reading.bits ^ code) & reading.known);
}

bool agrees(const CellReading& reading, std::uint64_t code, int bits) {
  const int known = std::popcount(reading.known);
  return known >= kLeastKnown * bits && differing(reading, code) <= kMostDiffering * known;
}

// The placements that at least one cell agrees with.
using Vote = std::tuple<int, int, int>;  // turn, origin
std::set<Vote> voted(const std::vector<Reading>& readings, const CodedBoard& board, int bits) {
  std::set<Vote> votes;
  for (const Reading& reading : readings)
    for (const BoardCode& code : board.codes)
      for (int turn = 0; turn < 4; ++turn) {
        if (!agrees(reading.code, code.turned[static_cast<std::size_t>(turn)], bits)) continue;
        const Placement placement = placement_by(turn, code, reading.cell);
        votes.insert({turn, placement.origin.i, placement.origin.j});
      }
  return votes;
}

Numbering weigh(const Vote& vote, const std::vector<Reading>& readings, const CodedBoard& board,
                int bits) {
  const auto& [turn, i, j] = vote;
  Numbering numbering;
  numbering.placement = kQuarterTurns[static_cast<std::size_t>(turn)];
  numbering.placement.origin = {i, j};
  std::map<std::pair<int, int>, std::uint64_t> expected;
  for (const BoardCode& code : board.codes) {
    const Cell cell = lattice_cell(numbering.placement, code.column, code.row);
    expected[{cell.i, cell.j}] = code.turned[static_cast<std::size_t>(turn)];
  }
  for (const Reading& reading : readings) {
    const auto code = expected.find({reading.cell.i, reading.cell.j});
    if (code == expected.end()) continue;
    const bool fits = agrees(reading.code, code->second, bits);
    const int known = std::popcount(reading.code.known);
    const double evidence = evidence_of_bits(known, differing(reading.code, code->second));
    numbering.evidence += std::max(kLeastOfCell, evidence) + (fits ? kEvidenceOfBorder : 0);
    if (!fits) continue;
    for (const Cell corner : kCornersOfCell)
      numbering.corners.push_back({reading.cell.i + corner.i, reading.cell.j + corner.j});
  }
  const double possible = 4.0 * static_cast<double>(board.codes.size());
  numbering.evidence -= std::log2(possible);
  return numbering;
}

// The codes that are read without an error, by the turn in which they are upright.
std::array<std::vector<ReadCode>, 4> read_codes(const std::vector<Reading>& readings,
                                                const std::vector<std::uint64_t>& known, int n) {
  const std::uint64_t all = (std::uint64_t{1} << (n * n)) - 1;
  std::array<std::vector<ReadCode>, 4> read;
  for (const Reading& reading : readings) {
    if (reading.code.known != all) continue;
    const auto bits = all_turns(reading.code.bits, n);
    for (std::size_t turn = 0; turn < 4; ++turn) {
      const auto code = std::find(known.begin(), known.end(), bits[(4 - turn) % 4]);
      if (code == known.end()) continue;
      const auto& [origin, along, down] = kQuarterTurns[turn];
      const Cell cell = reading.cell;
      read[turn].push_back({static_cast<int>(code - known.begin()),
                            cell.i * along.i + cell.j * along.j,
                            cell.i * down.i + cell.j * down.j});
    }
  }
  return read;
}

}  // namespace

const std::array<Placement, 4> kQuarterTurns = {
    {{{}, {1, 0}, {0, 1}}, {{}, {0, 1}, {-1, 0}}, {{}, {-1, 0}, {0, -1}}, {{}, {0, -1}, {1, 0}}}};

void SeenPattern::add(const SeenPattern& other) {
  first_column = std::min(first_column, other.first_column);
  end_column = std::max(end_column, other.end_column);
  first_row = std::min(first_row, other.first_row);
  end_row = std::max(end_row, other.end_row);
}

double evidence_of_bits(int known, int wrong) {
  return (known - wrong) * std::log2(2 * (1 - kMisread)) + wrong * std::log2(2 * kMisread);
}

std::array<std::uint64_t, 4> all_turns(std::uint64_t bits, int n) {
  std::array<std::uint64_t, 4> turned{bits};
  for (std::size_t turn = 1; turn < 4; ++turn)
    for (int row = 0; row < n; ++row)
      for (int column = 0; column < n; ++column)
        if (turned[turn - 1] >> (row * n + column) & 1)
          turned[turn] |= std::uint64_t{1} << (column * n + n - 1 - row);
  return turned;
}

std::optional<Numbering> number_lattice(const GrayView& picture, const ResponseMap& map, int level,
                                        const Lattice& lattice, const CodedBoard& board,
                                        SeenCodes& seen) {
  if (!board.dots.down.empty()) return number_by_dots(picture, map, level, lattice, board);
  const std::vector<Reading> readings = read_cells(picture, map, level, lattice, board);
  const int n = board.format.bits_a_side();
  std::optional<Numbering> best;
  for (const Vote& placement : voted(readings, board, n * n)) {
    Numbering numbering = weigh(placement, readings, board, n * n);
    if (!best || numbering.evidence > best->evidence) best = std::move(numbering);
  }
  auto read = read_codes(readings, board.known, n);
  const bool is_board = best && best->evidence >= kEnoughEvidence;
  for (const auto& codes : read) seen.others += is_board ? 0 : static_cast<int>(codes.size());
  seen.read = std::move(*std::max_element(
      read.begin(), read.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); }));
  return is_board ? best : std::nullopt;
}

LatticePrint lattice_print(const Placement& placement, const CodedBoard& board) {
  return {1, static_cast<float>(board.format.next_line), lattice_cell(placement, 0, 0),
          !board.dots.down.empty()};
}

}  // namespace calib
