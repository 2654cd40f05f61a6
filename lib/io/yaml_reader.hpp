#pragma once
// Strict reading: every message has file:line:column, a key that nobody reads is an error with the
// nearest known key, and numbers must be finite. Built on yaml-cpp, which stays inside io/.
// Anchors, aliases and tags are refused: an artifact needs none of them.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace calib {

struct YamlDocument;
struct YamlItem;

/// A place in a YAML file. Cheap to copy. Getters throw Error "FILE:LINE:COLUMN: ..." when the
/// content does not fit.
class YamlNode {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{1} << 30;

  /// Parses a file of at most `max_bytes`; syntax errors, duplicate keys, several documents and
  /// text that is not UTF-8 are Errors.
  static YamlNode load(const std::filesystem::path& file, std::size_t max_bytes = kMaxBytes);
  /// The same from text; `name` stands for the file in messages.
  static YamlNode parse(std::string text, const std::string& name);

  bool is_map() const;
  bool is_list() const;
  bool is_scalar() const;
  bool is_null() const;

  /// Checks that this is a map that has all of `required` and no key outside `required` and
  /// `optional`.
  void expect_keys(const std::vector<std::string>& required,
                   const std::vector<std::string>& optional = {}) const;
  YamlNode operator[](const std::string& key) const;  ///< throws Error when the key is missing
  std::optional<YamlNode> find(const std::string& key) const;
  std::vector<std::pair<std::string, YamlNode>> entries() const;  ///< of a map, in file order
  std::vector<YamlNode> items() const;                            ///< of a list

  std::string text() const;  ///< a scalar's text
  double number() const;
  std::int64_t integer() const;
  bool boolean() const;
  std::vector<double> numbers() const;                   ///< of a list of numbers
  std::vector<double> numbers(std::size_t count) const;  ///< exactly `count`

  /// "'board.square_m'", or "the file": the node's name in messages.
  std::string what() const;
  /// Line of the node in its file, from 1.
  int line() const;

  /// Throws Error "FILE:LINE:COLUMN: message".
  [[noreturn]] void fail(const std::string& message) const;
  /// The same at the key that holds this node.
  [[noreturn]] void fail_at_key(const std::string& message) const;
  /// The same inside a block scalar ("key: |"): at byte `column` of its line `line`, both from 0.
  [[noreturn]] void fail_in_text(std::size_t line, std::size_t column,
                                 const std::string& message) const;

 private:
  YamlNode(std::shared_ptr<const YamlDocument> document, const YamlItem& item, std::string path);
  YamlNode child(const YamlItem& item, const std::string& name) const;
  std::string found() const;  // what stands here, for messages
  void expect_map() const;
  std::string number_text(const char* kind) const;

  std::shared_ptr<const YamlDocument> document_;
  const YamlItem* item_;  // owned by document_
  std::string path_;      // "cameras.cam0.intrinsics", for messages
};

}  // namespace calib
