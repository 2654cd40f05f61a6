#pragma once
// Reads XML as calibration files have it: elements with attributes, elements and text. Comments and
// declarations are skipped.

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace calib {

struct XmlElement {
  std::string name;
  std::string place;         ///< "FILE:LINE:COLUMN"
  int line = 0, column = 0;  ///< of its "<", both from 0
  std::vector<std::pair<std::string, std::string>> attributes = {};
  std::vector<XmlElement> children = {};
  std::string content = {};  ///< the text around its children, with entities

  /// Throws Error "FILE:LINE:COLUMN: message".
  [[noreturn]] void fail(const std::string& message) const;
  std::optional<std::string> find(const std::string& attribute) const;
  const std::string& text(const std::string& attribute) const;  ///< throws Error if it is missing
  double number(const std::string& attribute) const;  ///< throws Error unless it is finite
  const XmlElement* find_child(const std::string& child) const;
  const XmlElement& child(const std::string& child) const;  ///< throws Error if it is missing
};

/// The root element. Throws Error "NAME:LINE:COLUMN: ..." for text that is no XML, and for more
/// than 64 levels.
XmlElement parse_xml(const std::string& text, const std::string& name);

/// The text with & < > and quotes as entities, for an attribute; and the other way around.
std::string xml_escaped(const std::string& text);
std::string xml_unescaped(std::string text);

}  // namespace calib
