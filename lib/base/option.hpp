#pragma once
// One description of an option beside its field; from it follow the command-line flag, the YAML
// key, the range check, the help text and the line in an artifact's provenance.
//
//   struct CropOptions { int every = 1; };
//   std::vector<Option> describe(CropOptions& o) {
//     return {Option::number("every", o.every, "take every Nth frame").at_least(1)};
//   }

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/named.hpp"

namespace calib {

struct Option {
  std::string key;   ///< lower_case: the YAML key; the flag is the same with '-' for '_'
  std::string help;  ///< one sentence
  std::string
      placeholder;  ///< what the help shows for the value: N, LENGTH, NAME; empty for a flag
  std::vector<std::string> choices;  ///< the allowed values; empty: any
  bool is_list = false;
  double minimum, maximum;
  std::function<void(const Option&, const std::vector<std::string>&)> assign_text;
  std::function<std::vector<std::string>()> current;

  static Option flag(std::string key, bool& field, std::string help);
  static Option number(std::string key, int& field, std::string help);
  static Option number(std::string key, double& field, std::string help);
  static Option text(std::string key, std::string& field, std::string help,
                     std::string placeholder = "NAME");
  /// A length in meters, written with its unit: 30mm.
  static Option length(std::string key, double& field_m, std::string help);
  static Option list(std::string key, std::vector<std::string>& field, std::string help,
                     std::string placeholder);
  /// One of the values of a table (base/named.hpp), given by its name.
  template <class T, class Table>
  static Option choice(std::string key, T& field, std::string help, const Table& table,
                       std::string placeholder = "NAME") {
    std::vector<Named<T>> rows(std::begin(table), std::end(table));
    return choice_of(
        std::move(key), std::move(help), std::move(placeholder), names_of(rows),
        [&field, rows](const std::string& name) { field = find_named(rows, name)->value; },
        [&field, rows] { return name_of(rows, field); });
  }

  Option at_least(double value) &&;
  Option at_most(double value) &&;
  Option one_of(std::vector<std::string> values) &&;

  /// Parses and stores. Throws Error "KEY: found 'x', expected ..." without naming a file; callers
  /// add the place.
  void set(const std::vector<std::string>& values) const { assign_text(*this, values); }
  /// The value as text that set() accepts.
  std::vector<std::string> values() const { return current(); }
  bool is_flag() const { return placeholder.empty(); }

 private:
  static Option choice_of(std::string key, std::string help, std::string placeholder,
                          std::vector<std::string> names,
                          std::function<void(const std::string&)> assign,
                          std::function<std::string()> name);
};

/// (key, value) of every option, lists joined by commas: what an artifact's provenance holds.
std::vector<std::pair<std::string, std::string>> to_pairs(const std::vector<Option>& options);

}  // namespace calib
