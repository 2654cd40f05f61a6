#pragma once
// Takes the corners out of a YAML text before it is parsed: yaml-cpp looks at each of their
// characters several times, and they are nearly all of a large observations.yaml.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace calib {

/// The content of a literal block ("key: |"): lines of plain words that start with `indent` blanks.
struct LiteralBlock {
  int line = 0, column = 0;        ///< of the '|' in the text that is left, from 0
  std::size_t begin = 0, end = 0;  ///< bytes of the content in the whole text
  std::size_t indent = 0;
  int lines_before = 0;  ///< lines of the blocks before this one
  int lines = 0;
};

struct OutlinedText {
  std::string text;  ///< what is left
  std::vector<LiteralBlock> blocks;
};

/// Takes out the blocks of which a parser needs to see no character: each of their lines has the
/// same indent and only letters, digits, blanks and "+-.", and the block ends at a line with a
/// smaller indent. `text` is UTF-8.
OutlinedText take_literal_blocks(std::string_view text);

/// The value of the block as YAML defines it: its lines without their indent.
std::string block_text(std::string_view text, const LiteralBlock& block);

}  // namespace calib
