#include "io/opencv_storage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string_view>

#include "io/xml_tree.hpp"
#include "io/yaml_tree.hpp"

namespace calib {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// The words of a text. A word with blanks is in quotes.
std::vector<YamlItem> words_of(std::string_view text, YamlPlace place) {
  std::vector<YamlItem> words;
  for (std::size_t at = text.find_first_not_of(kBlanks); at < text.size();
       at = text.find_first_not_of(kBlanks, at)) {
    const bool quoted = text[at] == '"';
    const std::size_t begin = at + (quoted ? 1 : 0);
    const std::size_t end =
        std::min(quoted ? text.find('"', begin) : text.find_first_of(kBlanks, begin), text.size());
    words.push_back({.kind = YamlItem::Kind::kScalar,
                     .place = place,
                     .quoted = quoted,
                     .text = xml_unescaped(std::string(text.substr(begin, end - begin))),
                     .key_place = place});
    at = end + (quoted ? 1 : 0);
  }
  return words;
}

void refuse_twice(const XmlElement& element) {
  std::set<std::string_view> names;
  for (const XmlElement& child : element.children)
    if (!names.insert(child.name).second)
      child.fail(
          fmt::format("found <{0}> twice in <{1}>, expected it once", child.name, element.name));
}

// An element with elements is a map, or a list where they have the name "_". The data of a matrix
// are a list even if it has one number.
YamlItem item_of(const XmlElement& element) {
  const YamlPlace place = {element.line, element.column};
  YamlItem item{.place = place, .key = element.name, .key_place = place};
  const bool is_list = !element.children.empty() && element.children.front().name == "_";
  if (element.children.empty()) {
    item.children = words_of(element.content, place);
    if (item.children.size() == 1 && element.name != "data") {
      item.kind = YamlItem::Kind::kScalar;
      item.quoted = item.children[0].quoted;
      item.text = item.children[0].text;
      item.children.clear();
    } else if (!item.children.empty() || element.name == "data") {
      item.kind = YamlItem::Kind::kList;
    }
    return item;
  }
  if (!is_list) refuse_twice(element);
  item.kind = is_list ? YamlItem::Kind::kList : YamlItem::Kind::kMap;
  item.children.reserve(element.children.size());
  for (const XmlElement& child : element.children) item.children.push_back(item_of(child));
  return item;
}

YamlNode parse_storage_xml(std::string text, const std::string& name) {
  const auto document = std::make_shared<YamlDocument>();
  document->name = name;
  document->source = std::move(text);
  require_clean_text(*document, "XML");
  const XmlElement root = parse_xml(document->source, name);
  if (root.name != "opencv_storage")
    root.fail(fmt::format("found <{}>, expected <opencv_storage>", root.name));
  document->root = item_of(root);
  return YamlNode::of(document);
}

}  // namespace

YamlNode parse_opencv_storage(std::string text, const std::string& name) {
  const std::size_t start = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");  // a byte order mark
  if (start != std::string::npos && text[start] == '<')
    return parse_storage_xml(std::move(text), name);
  for (const std::string_view word : {"%YAML:1.0", "!!opencv-matrix"}) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at))
      text.replace(at, word.size(), word.size(), ' ');
  }
  return YamlNode::parse(text, name);
}

}  // namespace calib
