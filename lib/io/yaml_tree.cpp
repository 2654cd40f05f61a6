#include "io/yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <numeric>
#include <optional>
#include <streambuf>
#include <string_view>
#include <utility>

#include "base/errors.hpp"
#include "base/utf8.hpp"
#include "io/literal_blocks.hpp"

namespace calib {
namespace {

// Artifacts are five levels deep. The limit keeps a hostile file from exhausting the stack.
constexpr std::size_t kMaxDepth = 64;
// 64 cameras with 10 000 frames need four million items. An item needs about 200 bytes of memory.
constexpr std::size_t kMaxItems = 10'000'000;

// Where a place in a text without these blocks is in the whole text.
YamlPlace to_place(const YAML::Mark& mark, const std::vector<LiteralBlock>& blocks) {
  const auto after =
      std::partition_point(blocks.begin(), blocks.end(),
                           [&](const LiteralBlock& block) { return block.line < mark.line; });
  const int taken = after == blocks.begin() ? 0 : after[-1].lines_before + after[-1].lines;
  return {mark.line + taken, mark.column};
}

// A stream buffer that reads a string without copying it.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(std::string& text) {
    setg(text.data(), text.data(), text.data() + text.size());
  }
};

// Builds the tree from the events of yaml-cpp, which reads the text without `blocks`. Throws Error
// for anchors, aliases and tags.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const YamlDocument& document, const std::vector<LiteralBlock>& blocks)
      : document_(document), blocks_(blocks) {}

  /// The root of the document, which is null if the document was empty.
  YamlItem take_root() { return std::move(root_); }
  /// Whether each of the blocks is a value of the tree.
  bool has_all_blocks() const { return placed_ == blocks_.size(); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add({.kind = YamlItem::Kind::kNull, .place = to_place(mark)});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    fail(to_place(mark), "an alias (*name) is not allowed; write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    add({.kind = YamlItem::Kind::kScalar,
         .place = to_place(mark),
         .quoted = tag == "!",
         .text = is_next_block(mark) && tag == "!" && value.empty()
                     ? block_text(document_.source, blocks_[placed_++])
                     : value});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, YamlItem::Kind::kList);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, YamlItem::Kind::kMap);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapEnd() override {
    refuse_duplicates(open_.back().item);
    end();
  }

 private:
  // A list or map whose end has not been read yet.
  struct Open {
    YamlItem item;
    std::optional<YamlItem> key;  // a key whose value has not been read yet
  };

  YamlPlace to_place(const YAML::Mark& mark) const { return calib::to_place(mark, blocks_); }
  bool is_next_block(const YAML::Mark& mark) const {
    return placed_ < blocks_.size() && blocks_[placed_].line == mark.line &&
           blocks_[placed_].column == mark.column;
  }
  [[noreturn]] void fail(YamlPlace place, const std::string& message) const {
    throw Error(place_text(document_, place) + message);
  }
  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != 0) fail(to_place(mark), "an anchor (&name) is not allowed; write the value out");
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) const {
    // If there is no tag, yaml-cpp passes "?" for a plain scalar, list or map, and "!" for a quoted
    // scalar.
    if (tag != "?" && tag != "!" && !tag.empty()) {
      fail(to_place(mark), fmt::format("a tag ({}) is not allowed; leave it out", tag));
    }
  }

  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
             YamlItem::Kind kind) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (open_.size() >= kMaxDepth) {
      fail(to_place(mark), fmt::format("nested deeper than {} levels", kMaxDepth));
    }
    open_.push_back({{.kind = kind, .place = to_place(mark)}, std::nullopt});
  }
  void end() {
    YamlItem item = std::move(open_.back().item);
    open_.pop_back();
    add(std::move(item));
  }
  void add(YamlItem item) {
    if (++count_ > kMaxItems)
      fail(item.place, fmt::format("more than {} values; is this the right file?", kMaxItems));
    item.key_place = item.place;
    if (open_.empty()) {
      root_ = std::move(item);
      return;
    }
    Open& parent = open_.back();
    if (parent.item.kind == YamlItem::Kind::kMap) {
      if (!parent.key) {
        require_text_key(item);
        parent.key = std::move(item);
        return;
      }
      item.key = std::move(parent.key->text);
      item.key_place = parent.key->place;
      parent.key.reset();
    }
    parent.item.children.push_back(std::move(item));
  }
  void require_text_key(const YamlItem& key) const {
    if (key.kind == YamlItem::Kind::kNull) {
      fail(key.place, "the key is empty or null; a name that YAML reads as null needs quotes");
    }
    if (key.kind != YamlItem::Kind::kScalar) fail(key.place, "a key must be a name or a number");
  }
  void refuse_duplicates(const YamlItem& map) const {
    std::vector<const YamlItem*> sorted(map.children.size());
    std::transform(map.children.begin(), map.children.end(), sorted.begin(),
                   [](const YamlItem& child) { return &child; });
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const YamlItem* a, const YamlItem* b) { return a->key < b->key; });
    const auto twice =
        std::adjacent_find(sorted.begin(), sorted.end(),
                           [](const YamlItem* a, const YamlItem* b) { return a->key == b->key; });
    if (twice == sorted.end()) return;
    fail((*(twice + 1))->key_place, fmt::format("duplicate key '{}' (first on line {})",
                                                (*twice)->key, (*twice)->key_place.line + 1));
  }

  const YamlDocument& document_;
  const std::vector<LiteralBlock>& blocks_;
  std::size_t placed_ = 0;  // how many of the blocks are in the tree
  std::vector<Open> open_;
  YamlItem root_;
  std::size_t count_ = 0;
};

// Throws Error if a file that calib wrote does not end with the line "..." (artifact_parts.hpp),
// because it was cut off.
void require_whole(const YamlDocument& document) {
  const std::string_view text = document.source;
  const std::string_view lines = text.substr(0, text.find_last_not_of(" \r\n") + 1);
  if (!text.starts_with("calib_version:") || lines.ends_with("\n...")) return;
  const auto fail_after = [&](std::string_view before, const char* message) {
    const auto line = static_cast<int>(std::count(before.begin(), before.end(), '\n'));
    throw Error(place_text(document, {line, 0}) + message);
  };
  constexpr std::string_view kEnd = "\n...\n";
  if (const std::size_t end = lines.find(kEnd); end != std::string_view::npos) {
    fail_after(lines.substr(0, end + kEnd.size()),
               "text after '...', which ends the file: remove it");
  }
  fail_after(lines,
             "this is the last line, expected '...' after it: the file was cut off; make or copy "
             "it again");
}

// The first tab in the indentation of a line, up to line `last`. (yaml-cpp reports a misleading
// error for it.)
std::optional<YamlPlace> tab_in_indentation(std::string_view text, int last) {
  for (int line = 0; line <= last && !text.empty(); ++line) {
    const std::size_t tab = text.find_first_not_of(' ');
    if (tab != std::string_view::npos && text[tab] == '\t')
      return YamlPlace{line, static_cast<int>(tab)};
    text.remove_prefix(std::min(text.size(), text.find('\n')));
    if (!text.empty()) text.remove_prefix(1);
  }
  return std::nullopt;
}

[[noreturn]] void fail_syntax(const YamlDocument& document, const YAML::Exception& error) {
  const YamlPlace place = error.mark.is_null() ? YamlPlace{} : to_place(error.mark, {});
  if (const auto tab = tab_in_indentation(document.source, place.line))
    throw Error(place_text(document, *tab) + "tab in indentation; use blanks");
  throw Error(place_text(document, place) + error.msg);
}

// Parses the text of a document, from which `blocks` were taken. Throws Error or YAML::Exception.
YamlItem parse_text(const YamlDocument& document, std::string& text,
                    const std::vector<LiteralBlock>& blocks) {
  TextBuffer buffer(text);
  std::istream stream(&buffer);
  YAML::Parser parser(stream);
  TreeBuilder first(document, blocks), second(document, blocks);
  parser.HandleNextDocument(first);
  if (parser.HandleNextDocument(second)) {
    throw Error(place_text(document, second.take_root().place) +
                "a second YAML document starts here, expected one (is this line's indentation "
                "right?)");
  }
  require(first.has_all_blocks(), "a block is not a value");
  return first.take_root();
}

// Returns nullopt if the text has no literal blocks, or if something is wrong with it, which the
// parser tells best from the whole text. What looks like a block may also be a part of a longer
// text.
std::optional<YamlItem> parse_without_blocks(const YamlDocument& document) {
  OutlinedText outline = take_literal_blocks(document.source);
  if (outline.blocks.empty()) return std::nullopt;
  try {
    return parse_text(document, outline.text, outline.blocks);
  } catch (const Error&) {
  } catch (const YAML::Exception&) {
  }
  return std::nullopt;
}

}  // namespace

std::string_view line_of(std::string_view text, std::size_t line) {
  for (; line > 0; --line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::string place_text(const YamlDocument& document, YamlPlace place) {
  const std::string_view line = line_of(document.source, static_cast<std::size_t>(place.line));
  const std::size_t bytes = static_cast<std::size_t>(place.column);
  // Editors count characters, of which UTF-8's continuation bytes are not the first byte.
  const auto continuations = std::count_if(
      line.begin(), line.begin() + std::min(bytes, line.size()), is_utf8_continuation);
  return fmt::format("{}:{}:{}: ", document.name, place.line + 1,
                     static_cast<long>(bytes) - continuations + 1);
}

void require_clean_text(const YamlDocument& document, const char* kind) {
  const std::string_view text = document.source;
  const auto fail_at = [&](std::size_t at, const std::string& message) {
    const std::string_view before = text.substr(0, at);
    const auto line = std::count(before.begin(), before.end(), '\n');
    const std::size_t start = before.find_last_of('\n');  // npos + 1 is 0
    throw Error(place_text(document, {static_cast<int>(line), static_cast<int>(at - (start + 1))}) +
                message);
  };
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
      fail_at(i, fmt::format("control character 0x{:02x}; is this a {} file?", c, kind));
    const std::size_t length = c < 0x80 ? 1 : utf8_length(text.substr(i));
    if (length == 0) fail_at(i, fmt::format("the text is not UTF-8; is this a {} file?", kind));
    i += length;
  }
}

std::shared_ptr<const YamlDocument> parse_yaml(std::string text, const std::string& name) {
  auto document = std::make_shared<YamlDocument>();
  document->name = name;
  document->source = std::move(text);
  if (document->source.starts_with("\xEF\xBB\xBF")) document->source.erase(0, 3);
  // yaml-cpp silently replaces invalid bytes, and takes 0x04 for the end of the text.
  require_clean_text(*document, "YAML");
  if (document->source.starts_with("%YAML:1.0")) {
    throw Error(place_text(*document, {}) +
                "this is an OpenCV file (%YAML:1.0), expected one that calib wrote");
  }
  require_whole(*document);
  if (auto root = parse_without_blocks(*document)) {
    document->root = *std::move(root);
    return document;
  }
  try {
    document->root = parse_text(*document, document->source, {});
  } catch (const YAML::Exception& error) {
    fail_syntax(*document, error);
  }
  return document;
}

}  // namespace calib
