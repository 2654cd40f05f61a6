#include "io/literal_blocks.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace calib {
namespace {

constexpr std::string_view kIndicator = ": |\n";

std::string_view first_line(std::string_view text) {
  return text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
}

std::size_t blanks_before(std::string_view line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

constexpr auto kIsOfWord = [] {
  std::array<bool, 256> is_of_word{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789+-."))
    is_of_word[static_cast<unsigned char>(c)] = true;
  return is_of_word;
}();

bool is_of_word(char c) { return kIsOfWord[static_cast<unsigned char>(c)]; }

// Whether the line is "key: |", with a key of plain letters after its blanks.
bool begins_block(std::string_view line, std::size_t blanks) {
  if (!line.ends_with(kIndicator)) return false;
  const std::string_view key =
      line.substr(blanks, line.size() - std::min(line.size(), blanks + kIndicator.size()));
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
  });
}

// Whether a line has exactly this indent, and then words.
bool is_of_words(std::string_view line, std::size_t indent) {
  if (!line.ends_with('\n') || blanks_before(line) != indent || line.size() < indent + 2)
    return false;
  return std::all_of(line.begin() + static_cast<std::ptrdiff_t>(indent), line.end() - 1,
                     [](char c) { return is_of_word(c) || c == ' '; });
}

// Whether a line after a block clearly is not of it, whose key has `blanks` before it.
bool ends_block(std::string_view line, std::size_t blanks) {
  const std::size_t indent = blanks_before(line);
  return indent <= blanks && indent < line.size() && is_of_word(line[indent]);
}

}  // namespace

OutlinedText take_literal_blocks(std::string_view text) {
  OutlinedText outline;
  std::size_t kept = 0;  // all before this is in the outline or in a block
  int line = 0, lines_before = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view head = first_line(text.substr(at));
    const std::size_t blanks = blanks_before(head);
    at += head.size();
    ++line;
    if (!begins_block(head, blanks)) continue;
    LiteralBlock block{line - 1, static_cast<int>(head.size()) - 2,          at,
                       at,       blanks_before(first_line(text.substr(at))), lines_before,
                       0};
    if (block.indent <= blanks) continue;
    std::string_view next = first_line(text.substr(at));
    while (is_of_words(next, block.indent)) {
      block.end += next.size();
      ++block.lines;
      if (block.end == text.size()) break;
      next = first_line(text.substr(block.end));
    }
    if (block.lines == 0 || block.end == text.size() || !ends_block(next, blanks)) continue;
    outline.text.append(text.substr(kept, block.begin - kept));
    kept = at = block.end;
    lines_before += block.lines;
    outline.blocks.push_back(block);
  }
  outline.text.append(text.substr(kept));
  return outline;
}

std::string block_text(std::string_view text, const LiteralBlock& block) {
  std::string_view rest = text.substr(block.begin, block.end - block.begin);
  std::string value;
  value.reserve(rest.size() - block.indent * static_cast<std::size_t>(block.lines));
  while (!rest.empty()) {
    const std::string_view line = first_line(rest);
    value.append(line.substr(block.indent));
    rest.remove_prefix(line.size());
  }
  return value;
}

}  // namespace calib
