#pragma once
// Tables that give values their names. Inside the program, a choice is an enum or a pointer to a
// row of a list. Its name is used only in files and on the command line.
//
//   inline constexpr Named<Solver> kSolvers[] = {{"joint", Solver::kJoint}, ...};

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace calib {

template <class T>
struct Named {
  const char* name;
  T value;
};

/// The names of all rows of a table, or of all cameras, files or other items with a `name`.
template <class Table>
std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  names.reserve(std::size(table));
  for (const auto& row : table) names.emplace_back(row.name);
  return names;
}

/// A table that gives a pointer to each row of `list` the name of the row. The list must outlive
/// the table.
template <class Row>
std::vector<Named<const Row*>> by_name(const std::vector<Row>& list) {
  std::vector<Named<const Row*>> rows;
  rows.reserve(list.size());
  for (const Row& row : list) rows.push_back({std::string_view(row.name).data(), &row});
  return rows;
}

/// The name of a value, or "" if the value is not in the table.
template <class Table, class T>
std::string name_of(const Table& table, const T& value) {
  const auto found = std::find_if(std::begin(table), std::end(table),
                                  [&](const auto& row) { return row.value == value; });
  return found == std::end(table) ? "" : found->name;
}

/// The row of this name, or nullptr if there is none.
template <class Table>
auto* find_named(const Table& table, const std::string& name) {
  const auto found = std::find_if(std::begin(table), std::end(table),
                                  [&](const auto& row) { return row.name == name; });
  return found == std::end(table) ? nullptr : &*found;
}

}  // namespace calib
