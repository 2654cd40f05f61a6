#pragma once
// Strict reading: every message has file:line:column, a key that nobody reads is an error with the
// nearest known key, and numbers must be finite. Built on yaml-cpp, which stays inside io/.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace YAML {
class Node;
}

namespace calib {

/// A place in a YAML file. Cheap to copy. Getters throw Error "FILE:LINE:COLUMN: ..." when the
/// content does not fit.
class YamlNode {
 public:
  /// Parses a file (at most 1 GiB, no aliases); syntax errors, duplicate keys and several documents
  /// are Errors.
  static YamlNode load(const std::filesystem::path& file);
  /// The same from text; `name` stands for the file in messages.
  static YamlNode parse(const std::string& text, const std::string& name);

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

  /// Throws Error "FILE:LINE:COLUMN: message".
  [[noreturn]] void fail(const std::string& message) const;

 private:
  struct Document;
  YamlNode(std::shared_ptr<const Document> document, const YAML::Node& node, std::string path);
  std::shared_ptr<const Document> document_;
  std::shared_ptr<const YAML::Node> node_;
  std::string path_;  // "cameras.cam0.intrinsics", for messages
};

}  // namespace calib
