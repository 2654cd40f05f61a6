#include "io/xml_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
    {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}, {"&amp;", "&"}};

class XmlParser {
 public:
  XmlParser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  XmlElement root() {
    skip_to_element();
    XmlElement element = parse_element(0);
    skip_to_end();
    return element;
  }

 private:
  static constexpr std::size_t kMostLevels = 64;

  // Counts the lines on from the last place, because a file may have very many elements.
  std::string place_here() {
    for (; counted_ < std::min(at_, text_.size()); ++counted_) {
      if (text_[counted_] != '\n') continue;
      ++line_;
      line_start_ = counted_ + 1;
    }
    return fmt::format("{}:{}:{}", name_, line_ + 1, counted_ - line_start_ + 1);
  }
  [[noreturn]] void fail_here(const std::string& message) {
    throw Error(place_here() + ": " + message);
  }
  bool is_next(std::string_view token) const { return text_.substr(at_).starts_with(token); }
  bool skip(std::string_view token) {
    if (!is_next(token)) return false;
    at_ += token.size();
    return true;
  }
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  void skip_past(std::string_view token) {
    const std::size_t end = text_.find(token, at_);
    if (end == std::string_view::npos) fail_here(fmt::format("found no '{}' to end this", token));
    at_ = end + token.size();
  }
  // Skips comments and declarations, and appends text to `content`. Returns whether an element or
  // an end tag follows.
  bool skip_other(std::string& content) {
    while (at_ < text_.size()) {
      if (is_next("<!--")) {
        skip_past("-->");
      } else if (is_next("<?")) {
        skip_past("?>");
      } else if (is_next("<!")) {
        skip_past(">");
      } else if (text_[at_] == '<') {
        return true;
      } else {
        const std::size_t end = std::min(text_.find('<', at_), text_.size());
        content += text_.substr(at_, end - at_);
        at_ = end;
      }
    }
    return false;
  }
  void skip_to_element() {
    std::string before;
    if (!skip_other(before) || is_next("</")) fail_here("found no element, expected an XML file");
  }
  void skip_to_end() {
    std::string after;
    if (skip_other(after)) fail_here("found a second element, expected the end of the file");
  }

  std::string word() {
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n=/<>\"'", at_), text_.size());
    if (end == at_) fail_here("expected a name");
    const std::string result(text_.substr(at_, end - at_));
    at_ = end;
    return result;
  }
  std::pair<std::string, std::string> attribute() {
    std::string key = word();
    skip_blanks();
    if (!skip("=")) fail_here(fmt::format("expected '=' after the attribute '{}'", key));
    skip_blanks();
    if (!is_next("\"") && !is_next("'")) fail_here("expected a value in quotes");
    const char quote = text_[at_++];
    const std::size_t begin = at_;
    skip_past(std::string_view(&quote, 1));
    return {std::move(key), xml_unescaped(std::string(text_.substr(begin, at_ - begin - 1)))};
  }

  XmlElement parse_element(std::size_t level) {
    if (level >= kMostLevels) fail_here(fmt::format("nested deeper than {} levels", kMostLevels));
    XmlElement element{.name = "", .place = place_here()};
    element.line = line_;
    element.column = static_cast<int>(counted_ - line_start_);
    skip("<");
    element.name = word();
    for (skip_blanks(); !is_next(">") && !is_next("/>"); skip_blanks())
      element.attributes.push_back(attribute());
    if (skip("/>")) return element;
    skip(">");
    while (true) {
      if (!skip_other(element.content)) fail_here(fmt::format("found no </{}>", element.name));
      if (skip("</")) break;
      element.children.push_back(parse_element(level + 1));
    }
    if (const std::string end = word(); end != element.name)
      fail_here(fmt::format("found </{}>, expected </{}>", end, element.name));
    skip_blanks();
    if (!skip(">")) fail_here("expected '>'");
    return element;
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
  int line_ = 0;  // of counted_, up to where lines are counted
  std::size_t line_start_ = 0, counted_ = 0;
};

}  // namespace

void XmlElement::fail(const std::string& message) const { throw Error(place + ": " + message); }

std::optional<std::string> XmlElement::find(const std::string& attribute) const {
  for (const auto& [key, value] : attributes)
    if (key == attribute) return value;
  return std::nullopt;
}

const std::string& XmlElement::text(const std::string& attribute) const {
  for (const auto& [key, value] : attributes)
    if (key == attribute) return value;
  fail(fmt::format("missing attribute '{}' in <{}>", attribute, name));
}

double XmlElement::number(const std::string& attribute) const {
  const std::string& value = text(attribute);
  if (const auto parsed = parse_number(value)) return *parsed;
  fail(fmt::format("found '{}' for '{}', expected a finite number", value, attribute));
}

const XmlElement* XmlElement::find_child(const std::string& child) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const XmlElement& element) { return element.name == child; });
  return found == children.end() ? nullptr : &*found;
}

const XmlElement& XmlElement::child(const std::string& child) const {
  if (const XmlElement* found = find_child(child)) return *found;
  fail(fmt::format("missing element <{}> in <{}>", child, name));
}

XmlElement parse_xml(const std::string& text, const std::string& name) {
  return XmlParser(text, name).root();
}

std::string xml_unescaped(std::string text) {
  for (const auto& [entity, character] : kEntities) {
    for (std::size_t at = text.find(entity); at != std::string::npos; at = text.find(entity, at)) {
      text.replace(at, entity.size(), character);
      ++at;
    }
  }
  return text;
}

std::string xml_escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const auto entity = std::find_if(std::begin(kEntities), std::end(kEntities),
                                     [&](const auto& entry) { return entry.second.front() == c; });
    if (entity == std::end(kEntities)) {
      result += c;
    } else {
      result += entity->first;
    }
  }
  return result;
}

}  // namespace calib
