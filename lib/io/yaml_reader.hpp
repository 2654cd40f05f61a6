#pragma once
// Reads YAML strictly: every message has file:line:column, an unknown key is an error with the most
// similar known key, and numbers must be finite. Anchors, aliases and tags are errors, because
// artifacts do not need them. Uses yaml-cpp, which is not visible outside io/.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/named.hpp"

namespace calib {

struct YamlDocument;
struct YamlItem;

/// A value in a YAML file. Cheap to copy. The functions that read it throw Error "FILE:LINE:COLUMN:
/// ..." if it does not have the requested type.
class YamlNode {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{1} << 30;

  /// Parses a file of at most `max_bytes`. Throws Error for syntax errors, duplicate keys, several
  /// documents and text that is not UTF-8.
  static YamlNode load(const std::filesystem::path& file, std::size_t max_bytes = kMaxBytes);
  /// Parses text; `name` stands for the file in messages.
  static YamlNode parse(std::string text, const std::string& name);
  /// The root of a document that was parsed from another form of text.
  static YamlNode of(std::shared_ptr<const YamlDocument> document);

  bool is_map() const;
  bool is_list() const;
  bool is_scalar() const;
  bool is_null() const;

  /// Throws Error unless this is a map that has all of `required` and no other keys than `required`
  /// and `optional`.
  void expect_keys(const std::vector<std::string>& required,
                   const std::vector<std::string>& optional = {}) const;
  YamlNode operator[](const std::string& key) const;  ///< throws Error if the key is missing
  std::optional<YamlNode> find(const std::string& key) const;
  std::vector<std::pair<std::string, YamlNode>> entries() const;  ///< of a map, in file order
  std::vector<YamlNode> items() const;                            ///< of a list

  std::string text() const;  ///< the text of a scalar
  /// The text of a scalar that must be one of `known`. `advice` ends the message of the error.
  std::string one_of(const std::vector<std::string>& known, const std::string& advice = "") const;
  double number() const;
  std::int64_t integer() const;
  bool boolean() const;
  std::vector<double> numbers() const;                   ///< of a list of numbers
  std::vector<double> numbers(std::size_t count) const;  ///< exactly `count`

  /// The name of the node in messages: "'board.square_m'", or "the file".
  std::string what() const;
  /// The line of the node in its file, from 1.
  int line() const;

  /// Throws Error "FILE:LINE:COLUMN: message".
  [[noreturn]] void fail(const std::string& message) const;
  /// The same, with the place of this node's key.
  [[noreturn]] void fail_at_key(const std::string& message) const;
  /// The same, with a place inside a block scalar ("key: |"): byte `column` of its line `line`,
  /// both from 0.
  [[noreturn]] void fail_in_text(std::size_t line, std::size_t column,
                                 const std::string& message) const;

 private:
  YamlNode(std::shared_ptr<const YamlDocument> document, const YamlItem& item, std::string path);
  YamlNode child(const YamlItem& item, const std::string& name) const;
  std::string found() const;  // describes the value in messages
  void expect_map() const;
  std::string number_text(const char* kind) const;

  std::shared_ptr<const YamlDocument> document_;
  const YamlItem* item_;  // owned by document_
  std::string path_;      // "cameras.cam0.intrinsics"
};

/// The value of a table (base/named.hpp) whose name is the text of the node. Throws Error if the
/// table has no such name.
template <class Table>
auto read_named(const YamlNode& node, const Table& table) {
  return find_named(table, node.one_of(names_of(table)))->value;
}

}  // namespace calib
