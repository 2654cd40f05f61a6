#pragma once
// Options: one description beside each field defines the command-line flag, the YAML key, the range
// check, the help text and the line in an artifact's provenance.
//
//   struct CropOptions { int every = 1; };
//   std::vector<Option> describe(CropOptions& o) {
//     return {Option::number("every", o.every, "take every Nth frame").at_least(1)};
//   }

#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/named.hpp"

namespace calib {

struct Option {
  static constexpr double kInfinity = std::numeric_limits<double>::infinity();

  std::string key;          ///< lower_case: the YAML key; the flag has '-' instead of '_'
  std::string help;         ///< one sentence
  std::string placeholder;  ///< stands for the value in the help: N, LENGTH, NAME; empty for a flag
  std::vector<std::string> choices = {};  ///< the allowed values; empty: any value
  bool is_list = false;
  double minimum = -kInfinity, maximum = kInfinity;  ///< of a number
  /// Parses the values and stores them in the field. The first argument is this option.
  std::function<void(const Option&, const std::vector<std::string>&)> assign = {};
  /// Returns the value of the field as text that set() accepts.
  std::function<std::vector<std::string>()> values = {};

  static Option flag(std::string key, bool& field, std::string help);
  static Option number(std::string key, int& field, std::string help);
  static Option number(std::string key, double& field, std::string help);
  static Option text(std::string key, std::string& field, std::string help,
                     std::string placeholder = "NAME");
  /// A length in meters, which the user writes with its unit: 30mm.
  static Option length(std::string key, double& field_m, std::string help);
  /// A time in seconds, which the user writes with its unit: 20ms.
  static Option duration(std::string key, double& field_s, std::string help);
  static Option list(std::string key, std::vector<std::string>& field, std::string help,
                     std::string placeholder);
  /// One of the values of a table (base/named.hpp), which the user gives by its name.
  template <class T, class Table>
  static Option choice(const std::string& key, T& field, const std::string& help,
                       const Table& table, const std::string& placeholder = "NAME") {
    std::vector<Named<T>> rows(std::begin(table), std::end(table));
    std::vector<std::string> names = names_of(rows);
    return choice_of(
        key, help, placeholder, std::move(names),
        [&field, rows](const std::string& name) { field = find_named(rows, name)->value; },
        [&field, rows] { return name_of(rows, field); });
  }

  Option at_least(double value) &&;
  Option at_most(double value) &&;
  Option one_of(std::vector<std::string> allowed) &&;

  /// Parses the values and stores them in the field. Throws Error "KEY: found 'x', expected ...";
  /// the caller adds the name of the file.
  void set(const std::vector<std::string>& texts) const { assign(*this, texts); }
  bool is_flag() const { return placeholder.empty(); }

 private:
  static Option choice_of(std::string key, std::string help, std::string placeholder,
                          std::vector<std::string> names,
                          std::function<void(const std::string&)> store,
                          std::function<std::string()> name);
};

/// The key and value of every option, lists joined by commas, as an artifact's provenance holds
/// them.
std::vector<std::pair<std::string, std::string>> to_pairs(const std::vector<Option>& options);

}  // namespace calib
