#pragma once
// Numbers the corners of a lattice by the dots in the middle of its edges (PuzzleBoard).

#include <optional>

#include "target/coded_lattice.hpp"

namespace calib {

/// Like number_lattice(), for a board with CodedBoard::dots.
std::optional<Numbering> number_by_dots(const GrayView& picture, const ResponseMap& map, int level,
                                        const Lattice& lattice, const CodedBoard& board);

}  // namespace calib
