#include "base/option.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

[[noreturn]] void refuse(const Option& option, const std::string& found,
                         const std::string& expected) {
  throw Error(fmt::format("{}: found '{}', expected {}", option.key, found, expected));
}

const std::string& only(const Option& option, const std::vector<std::string>& values) {
  if (values.size() != 1) refuse(option, join(values, ","), "one value");
  return values.front();
}

std::string range_text(const Option& option) {
  if (option.minimum > -kInfinity && option.maximum < kInfinity) {
    return fmt::format(" from {} to {}", to_text(option.minimum), to_text(option.maximum));
  }
  if (option.minimum > -kInfinity) return fmt::format(" of at least {}", to_text(option.minimum));
  if (option.maximum < kInfinity) return fmt::format(" of at most {}", to_text(option.maximum));
  return "";
}

void check_range(const Option& option, const std::string& text, double value,
                 std::string_view kind) {
  if (value < option.minimum || value > option.maximum)
    refuse(option, text, fmt::format("{}{}", kind, range_text(option)));
}

void check_choice(const Option& option, const std::string& text) {
  const std::vector<std::string>& choices = option.choices;
  if (choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end()) return;
  throw Error(fmt::format("{}: found '{}', {}", option.key, text, expected_one_of(text, choices)));
}

Option make(std::string key, std::string help, std::string placeholder) {
  Option option;
  option.key = std::move(key);
  option.help = std::move(help);
  option.placeholder = std::move(placeholder);
  option.minimum = -kInfinity;
  option.maximum = kInfinity;
  return option;
}

}  // namespace

Option Option::flag(std::string key, bool& field, std::string help) {
  Option option = make(std::move(key), std::move(help), "");
  option.assign_text = [&field](const Option& self, const std::vector<std::string>& values) {
    const std::string& text = only(self, values);
    if (text != "true" && text != "false") refuse(self, text, "true or false");
    field = text == "true";
  };
  option.current = [&field] { return std::vector<std::string>{field ? "true" : "false"}; };
  return option;
}

Option Option::number(std::string key, int& field, std::string help) {
  Option option = make(std::move(key), std::move(help), "N");
  option.assign_text = [&field](const Option& self, const std::vector<std::string>& values) {
    const std::string& text = only(self, values);
    const auto value = parse_integer(text);
    if (!value || *value < std::numeric_limits<int>::min() ||
        *value > std::numeric_limits<int>::max()) {
      refuse(self, text, "a whole number" + range_text(self));
    }
    check_range(self, text, static_cast<double>(*value), "a whole number");
    field = static_cast<int>(*value);
  };
  option.current = [&field] { return std::vector<std::string>{std::to_string(field)}; };
  return option;
}

Option Option::number(std::string key, double& field, std::string help) {
  Option option = make(std::move(key), std::move(help), "X");
  option.assign_text = [&field](const Option& self, const std::vector<std::string>& values) {
    const std::string& text = only(self, values);
    const auto value = parse_number(text);
    if (!value) refuse(self, text, "a number" + range_text(self));
    check_range(self, text, *value, "a number");
    field = *value;
  };
  option.current = [&field] { return std::vector<std::string>{to_text(field)}; };
  return option;
}

Option Option::choice_of(std::string key, std::string help, std::string placeholder,
                         std::vector<std::string> names,
                         std::function<void(const std::string&)> assign,
                         std::function<std::string()> name) {
  Option option = make(std::move(key), std::move(help), std::move(placeholder));
  option.choices = std::move(names);
  option.assign_text = [assign](const Option& self, const std::vector<std::string>& values) {
    const std::string& text = only(self, values);
    check_choice(self, text);
    assign(text);
  };
  option.current = [name] { return std::vector<std::string>{name()}; };
  return option;
}

Option Option::text(std::string key, std::string& field, std::string help,
                    std::string placeholder) {
  return choice_of(
      std::move(key), std::move(help), std::move(placeholder), {},
      [&field](const std::string& text) { field = text; }, [&field] { return field; });
}

Option Option::length(std::string key, double& field_m, std::string help) {
  Option option = make(std::move(key), std::move(help), "LENGTH");
  option.assign_text = [&field_m](const Option& self, const std::vector<std::string>& values) {
    const std::string& text = only(self, values);
    try {
      field_m = parse_length(text);
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}", self.key, error.what()));
    }
  };
  option.current = [&field_m] { return std::vector<std::string>{to_text(field_m)}; };
  return option;
}

Option Option::list(std::string key, std::vector<std::string>& field, std::string help,
                    std::string placeholder) {
  Option option = make(std::move(key), std::move(help), std::move(placeholder));
  option.is_list = true;
  option.assign_text = [&field](const Option& self, const std::vector<std::string>& values) {
    for (const std::string& value : values) check_choice(self, value);
    field = values;
  };
  option.current = [&field] { return field; };
  return option;
}

Option Option::at_least(double value) && {
  minimum = value;
  return std::move(*this);
}
Option Option::at_most(double value) && {
  maximum = value;
  return std::move(*this);
}
Option Option::one_of(std::vector<std::string> values) && {
  choices = std::move(values);
  return std::move(*this);
}

std::vector<std::pair<std::string, std::string>> to_pairs(const std::vector<Option>& options) {
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.reserve(options.size());
  for (const Option& option : options) pairs.emplace_back(option.key, join(option.values(), ","));
  return pairs;
}

}  // namespace calib
