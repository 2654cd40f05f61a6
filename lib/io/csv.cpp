#include "io/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "base/append.hpp"
#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 21;  // read by one thread at a time
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The fields of a line as they stand, with the quotes around them.
void raw_fields(std::string_view line, std::vector<std::string_view>& fields) {
  fields.clear();
  std::size_t at = 0;
  while (true) {
    std::size_t end = at;
    if (at < line.size() && line[at] == '"') {
      for (end = at + 1; end < line.size(); ++end) {
        if (line[end] != '"') continue;
        if (end + 1 < line.size() && line[end + 1] == '"') {
          ++end;
        } else {
          break;
        }
      }
    }
    end = std::min(line.find(',', std::min(end, line.size())), line.size());
    fields.push_back(line.substr(at, end - at));
    if (end == line.size()) return;
    at = end + 1;
  }
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

std::string unquoted(std::string_view field) {
  field = without_blanks(field);
  if (field.size() < 2 || field.front() != '"' || field.back() != '"') return std::string(field);
  std::string text;
  for (std::size_t i = 1; i + 1 < field.size(); ++i) {
    text += field[i];
    if (field[i] == '"' && field[i + 1] == '"') ++i;
  }
  return text;
}

// The names of a column with their numbers, in the order of their first appearance.
struct NameList {
  std::vector<std::string> names;
  std::unordered_map<std::string, int> index;
  std::string last_field;  // as it stands; the same name often follows itself
  int last = -1;

  int add(std::string name) {
    const auto [found, is_new] = index.emplace(name, static_cast<int>(names.size()));
    if (is_new) names.push_back(std::move(name));
    return found->second;
  }
  int of_field(std::string_view field) {
    if (last >= 0 && field == last_field) return last;
    last_field = field;
    return last = add(unquoted(field));
  }
};

// Where the wanted columns are in the file; -1: not there.
struct Places {
  std::vector<int> integers, texts, numbers;
  std::size_t fields = 0;
};

// The first name of a column that may have several.
std::string first_name(const std::string& column) { return split(column, '|').front(); }

int place_of(const std::vector<std::string>& names, const std::string& column) {
  for (const std::string& name : split(column, '|')) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<int>(found - names.begin());
  }
  return -1;
}

Places find_places(const std::string& file, std::string_view header, const CsvColumns& columns) {
  const std::vector<std::string> names = csv_fields(header);
  for (const char separator : {';', '\t'}) {
    require(names.size() > 1 || header.find(separator) == std::string_view::npos,
            fmt::format("{}:1: the fields are separated by {}, expected commas", file,
                        separator == ';' ? "semicolons" : "tabs"));
  }
  std::vector<std::string> wanted;
  for (const auto* list : {&columns.integers, &columns.texts, &columns.numbers})
    for (const std::string& column : *list) wanted.push_back(first_name(column));
  std::vector<std::string> needed = columns.texts;
  append(needed, columns.numbers);
  if (!columns.may_lack_integers)
    needed.insert(needed.begin(), columns.integers.begin(), columns.integers.end());
  for (const std::string& column : needed) {
    const std::string name = first_name(column);
    require(place_of(names, column) >= 0,
            fmt::format("{}:1: has no column '{}'{}, expected a first line with {}{}{}", file, name,
                        did_you_mean(name, names), join(wanted, ","),
                        columns.optional_numbers.empty() ? "" : " and perhaps ",
                        join(columns.optional_numbers, ",")));
  }
  Places places;
  for (const std::string& name : columns.integers) places.integers.push_back(place_of(names, name));
  for (const std::string& name : columns.texts) places.texts.push_back(place_of(names, name));
  for (const std::string& name : columns.numbers) places.numbers.push_back(place_of(names, name));
  for (const std::string& name : columns.optional_numbers)
    places.numbers.push_back(place_of(names, name));
  places.fields = names.size();
  return places;
}

// A piece of the file by itself. `line` counts its lines, and `problem` is what is wrong in that
// line.
struct Piece {
  std::string_view text;
  CsvTable table;
  std::vector<NameList> lists;
  std::size_t line = 0;
  std::string problem;
};

bool read_number(std::string_view field, double& value) {
  value = std::numeric_limits<double>::quiet_NaN();
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (error == std::errc() && end == field.data() + field.size()) return !std::isinf(value);
  field = without_blanks(field);
  if (field.empty() || field == "nan" || field == "NaN" || field == "NA") {
    value = std::numeric_limits<double>::quiet_NaN();
    return true;
  }
  const auto number = parse_number(field);
  if (number) value = *number;
  return number.has_value();
}

std::string read_row(const std::vector<std::string_view>& fields, const Places& places,
                     const CsvColumns& columns, Piece& piece) {
  if (fields.size() != places.fields)
    return fmt::format("found {} fields, expected {}", fields.size(), places.fields);
  for (std::size_t k = 0; k < places.integers.size(); ++k) {
    if (places.integers[k] < 0) {
      piece.table.integers.push_back(0);
      continue;
    }
    const std::string_view field =
        without_blanks(fields[static_cast<std::size_t>(places.integers[k])]);
    const auto value = parse_integer(field);
    if (!value)
      return fmt::format("found '{}' for {}, expected a whole number", field, columns.integers[k]);
    piece.table.integers.push_back(*value);
  }
  for (std::size_t k = 0; k < places.texts.size(); ++k) {
    const std::string_view field = fields[static_cast<std::size_t>(places.texts[k])];
    if (without_blanks(field).empty())
      return fmt::format("found nothing for {}, expected a name", first_name(columns.texts[k]));
    piece.table.texts.push_back(piece.lists[k].of_field(field));
  }
  for (std::size_t k = 0; k < places.numbers.size(); ++k) {
    double value = std::numeric_limits<double>::quiet_NaN();
    if (places.numbers[k] >= 0) {
      const std::string_view field = fields[static_cast<std::size_t>(places.numbers[k])];
      if (!read_number(field, value)) {
        const bool is_needed = k < columns.numbers.size();
        return fmt::format(
            "found '{}' for {}, expected a number or nothing", field,
            is_needed ? columns.numbers[k] : columns.optional_numbers[k - columns.numbers.size()]);
      }
    }
    piece.table.numbers.push_back(value);
  }
  ++piece.table.rows;
  return "";
}

void read_piece(const Places& places, const CsvColumns& columns, Piece& piece) {
  piece.lists.resize(places.texts.size());
  std::vector<std::string_view> fields;
  std::size_t at = 0;
  while (at < piece.text.size()) {
    const std::size_t end = std::min(piece.text.find('\n', at), piece.text.size());
    std::string_view line = piece.text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = end + 1;
    ++piece.line;
    if (line.empty()) continue;
    raw_fields(line, fields);
    piece.problem = read_row(fields, places, columns, piece);
    if (!piece.problem.empty()) return;
  }
}

std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t least = std::min(at + kPieceBytes, text.size());
    const std::size_t end = std::min(text.find('\n', least - 1), text.size() - 1) + 1;
    pieces.emplace_back().text = text.substr(at, end - at);
    at = end;
  }
  return pieces;
}

CsvTable joined_pieces(std::vector<Piece>& pieces, std::size_t texts) {
  CsvTable table;
  std::vector<NameList> lists(texts);
  for (Piece& piece : pieces) {
    std::vector<std::vector<int>> renumbered(texts);
    for (std::size_t k = 0; k < texts; ++k) {
      for (const std::string& name : piece.lists[k].names)
        renumbered[k].push_back(lists[k].add(name));
    }
    for (std::size_t i = 0; i < piece.table.texts.size(); ++i) {
      table.texts.push_back(renumbered[i % texts][static_cast<std::size_t>(piece.table.texts[i])]);
    }
    append(table.integers, piece.table.integers);
    append(table.numbers, piece.table.numbers);
    table.rows += piece.table.rows;
    piece.table = {};
  }
  for (NameList& list : lists) table.names.push_back(std::move(list.names));
  return table;
}

}  // namespace

std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string_view> raw;
  if (line.ends_with('\r')) line.remove_suffix(1);
  raw_fields(line, raw);
  std::vector<std::string> fields;
  fields.reserve(raw.size());
  for (const std::string_view field : raw) fields.push_back(unquoted(field));
  return fields;
}

std::vector<std::string_view> csv_lines(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    at = end + 1;
  }
  return lines;
}

void append_number(std::string& text, double value, int digits) {
  if (std::isnan(value)) return;
  char buffer[32];
  char* const end = digits > 0 ? std::to_chars(buffer, buffer + sizeof(buffer), value,
                                               std::chars_format::general, digits)
                                     .ptr
                               : std::to_chars(buffer, buffer + sizeof(buffer), value).ptr;
  text.append(buffer, end);
}

CsvTable read_csv(const std::filesystem::path& path, const CsvColumns& columns, int jobs) {
  const std::string file = path.string();
  const std::string bytes = read_file(path);
  std::string_view text = bytes;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t header = std::min(text.find('\n'), text.size());
  const Places places = find_places(file, text.substr(0, header), columns);
  std::vector<Piece> pieces = pieces_of(text.substr(std::min(header + 1, text.size())));
  parallel_for(pieces.size(), jobs, [&](std::size_t i) { read_piece(places, columns, pieces[i]); });
  std::size_t line = 1;
  for (const Piece& piece : pieces) {
    line += piece.line;
    require(piece.problem.empty(), fmt::format("{}:{}: {}", file, line, piece.problem));
  }
  return joined_pieces(pieces, columns.texts.size());
}

}  // namespace calib
