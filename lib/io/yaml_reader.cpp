#include "io/yaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "io/yaml_tree.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

using Kind = YamlItem::Kind;

// Shortens a long text for a message, without cutting a UTF-8 character.
std::string shortened(const std::string& text) {
  constexpr std::size_t kLength = 40;
  const std::string first_line = text.substr(0, text.find('\n'));
  if (first_line.size() <= kLength && first_line.size() == text.size()) return text;
  std::size_t end = std::min(kLength, first_line.size());
  while (end > 0 && end < text.size() && is_utf8_continuation(text[end])) --end;
  return first_line.substr(0, end) + "...";
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

YamlNode::YamlNode(std::shared_ptr<const YamlDocument> document, const YamlItem& item,
                   std::string path)
    : document_(std::move(document)), item_(&item), path_(std::move(path)) {}

YamlNode YamlNode::load(const fs::path& file, std::size_t max_bytes) {
  return parse(read_file(file, max_bytes), file.string());
}

YamlNode YamlNode::parse(std::string text, const std::string& name) {
  return of(parse_yaml(std::move(text), name));
}

YamlNode YamlNode::of(std::shared_ptr<const YamlDocument> document) {
  const YamlItem& root = document->root;
  return {std::move(document), root, ""};
}

bool YamlNode::is_map() const { return item_->kind == Kind::kMap; }
bool YamlNode::is_list() const { return item_->kind == Kind::kList; }
bool YamlNode::is_scalar() const { return item_->kind == Kind::kScalar; }
bool YamlNode::is_null() const { return item_->kind == Kind::kNull; }

YamlNode YamlNode::child(const YamlItem& item, const std::string& name) const {
  const bool is_index = name.starts_with('[');
  return {document_, item, path_ + (path_.empty() || is_index ? "" : ".") + name};
}

std::string YamlNode::what() const { return path_.empty() ? "the file" : "'" + path_ + "'"; }

std::string YamlNode::found() const {
  switch (item_->kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
    case Kind::kScalar:
      break;
  }
  const char* mark = item_->quoted ? "\"" : "'";
  return mark + shortened(item_->text) + mark;
}

void YamlNode::expect_map() const {
  if (!is_map()) fail(fmt::format("found {} for {}, expected a map (key: value)", found(), what()));
}

void YamlNode::expect_keys(const std::vector<std::string>& required,
                           const std::vector<std::string>& optional) const {
  expect_map();
  std::vector<std::string> known = required;
  known.insert(known.end(), optional.begin(), optional.end());
  for (const YamlItem& item : item_->children) {
    if (contains(known, item.key)) continue;
    const std::string where = path_.empty() ? "" : " in '" + path_ + "'";
    child(item, item.key)
        .fail_at_key(fmt::format("unknown key '{}'{}{}", shortened(item.key), where,
                                 did_you_mean(item.key, known)));
  }
  for (const std::string& key : required) (*this)[key];
}

std::optional<YamlNode> YamlNode::find(const std::string& key) const {
  expect_map();
  for (const YamlItem& item : item_->children) {
    if (item.key == key) return child(item, key);
  }
  return std::nullopt;
}

YamlNode YamlNode::operator[](const std::string& key) const {
  if (const auto node = find(key)) return *node;
  fail_at_key(fmt::format("missing key '{}' in {}", key, what()));
}

std::vector<std::pair<std::string, YamlNode>> YamlNode::entries() const {
  expect_map();
  std::vector<std::pair<std::string, YamlNode>> result;
  result.reserve(item_->children.size());
  for (const YamlItem& item : item_->children) result.emplace_back(item.key, child(item, item.key));
  return result;
}

std::vector<YamlNode> YamlNode::items() const {
  if (!is_list()) fail(fmt::format("found {} for {}, expected a list", found(), what()));
  std::vector<YamlNode> result;
  result.reserve(item_->children.size());
  for (const YamlItem& item : item_->children)
    result.push_back(child(item, fmt::format("[{}]", result.size())));
  return result;
}

std::string YamlNode::text() const {
  if (!is_scalar()) fail(fmt::format("found {} for {}, expected text", found(), what()));
  return item_->text;
}

std::string YamlNode::one_of(const std::vector<std::string>& known,
                             const std::string& advice) const {
  const std::string value = text();
  if (!contains(known, value)) {
    fail(fmt::format("found '{}' for {}, {}{}", value, what(), expected_one_of(value, known),
                     advice));
  }
  return value;
}

std::string YamlNode::number_text(const char* kind) const {
  // Quoted text is never a number.
  if (!is_scalar() || item_->quoted)
    fail(fmt::format("found {} for {}, expected {}", found(), what(), kind));
  return item_->text;
}

double YamlNode::number() const {
  if (const auto value = parse_number(number_text("a number"))) return *value;
  fail(fmt::format("found {} for {}, expected a finite number", found(), what()));
}

std::int64_t YamlNode::integer() const {
  if (const auto value = parse_integer(number_text("a whole number"))) return *value;
  fail(fmt::format("found {} for {}, expected a whole number", found(), what()));
}

bool YamlNode::boolean() const {
  const std::string text = number_text("true or false");
  if (text != "true" && text != "false")
    fail(fmt::format("found {} for {}, expected true or false", found(), what()));
  return text == "true";
}

std::vector<double> YamlNode::numbers() const {
  std::vector<double> result;
  for (const YamlNode& item : items()) result.push_back(item.number());
  return result;
}

std::vector<double> YamlNode::numbers(std::size_t count) const {
  std::vector<double> result = numbers();
  if (result.size() != count) {
    fail(fmt::format("found {} numbers for {}, expected {}", result.size(), what(), count));
  }
  return result;
}

int YamlNode::line() const { return item_->place.line + 1; }

void YamlNode::fail(const std::string& message) const {
  throw Error(place_text(*document_, item_->place) + message);
}

void YamlNode::fail_at_key(const std::string& message) const {
  throw Error(place_text(*document_, item_->key_place) + message);
}

void YamlNode::fail_in_text(std::size_t line, std::size_t column,
                            const std::string& message) const {
  const auto first = static_cast<std::size_t>(item_->place.line);
  const auto indicator = static_cast<std::size_t>(item_->place.column);
  const std::string_view head = line_of(document_->source, first);
  // Only in a literal block, the lines of the text are the same as in the file, after an indent.
  if (indicator >= head.size() || head[indicator] != '|') fail(message);
  const std::size_t indent =
      line_of(document_->source, first + 1 + line).size() - line_of(item_->text, line).size();
  throw Error(place_text(*document_,
                         {static_cast<int>(first + 1 + line), static_cast<int>(indent + column)}) +
              message);
}

}  // namespace calib
