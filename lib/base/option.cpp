#include "base/option.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/errors.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

[[noreturn]] void refuse(const Option& option, const std::string& found,
                         const std::string& expected) {
  throw Error(fmt::format("{}: found '{}', expected {}", option.key, found, expected));
}

std::string range_text(const Option& option) {
  if (option.minimum > -Option::kInfinity && option.maximum < Option::kInfinity) {
    return fmt::format(" from {} to {}", to_text(option.minimum), to_text(option.maximum));
  }
  if (option.minimum > -Option::kInfinity)
    return fmt::format(" of at least {}", to_text(option.minimum));
  if (option.maximum < Option::kInfinity)
    return fmt::format(" of at most {}", to_text(option.maximum));
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

// An option of one value: `assign` parses the text and stores it, `current` returns the field as
// text.
template <class Assign, class Current>
Option single(std::string key, std::string help, std::string placeholder, Assign assign,
              Current current) {
  Option option{std::move(key), std::move(help), std::move(placeholder)};
  option.assign = [assign](const Option& self, const std::vector<std::string>& texts) {
    if (texts.size() != 1) refuse(self, join(texts, ","), "one value");
    assign(self, texts.front());
  };
  option.values = [current] { return std::vector<std::string>{current()}; };
  return option;
}

// "0", "0mm"
bool is_zero_length(const std::string& text) {
  return parse_number(text.substr(0, text.find_last_not_of("cm ") + 1)) == 0.0;
}

}  // namespace

Option Option::flag(std::string key, bool& field, std::string help) {
  const auto assign = [&field](const Option& self, const std::string& text) {
    if (text != "true" && text != "false") refuse(self, text, "true or false");
    field = text == "true";
  };
  return single(std::move(key), std::move(help), "", assign,
                [&field] { return field ? "true" : "false"; });
}

Option Option::number(std::string key, int& field, std::string help) {
  const auto assign = [&field](const Option& self, const std::string& text) {
    const auto value = parse_integer(text);
    if (!value) refuse(self, text, "a whole number" + range_text(self));
    constexpr int kMost = std::numeric_limits<int>::max();
    if (std::abs(static_cast<double>(*value)) > kMost)
      refuse(self, text, fmt::format("a whole number of at most {}", kMost));
    check_range(self, text, static_cast<double>(*value), "a whole number");
    field = static_cast<int>(*value);
  };
  return single(std::move(key), std::move(help), "N", assign,
                [&field] { return std::to_string(field); });
}

Option Option::number(std::string key, double& field, std::string help) {
  const auto assign = [&field](const Option& self, const std::string& text) {
    const auto value = parse_number(text);
    if (!value) refuse(self, text, "a number" + range_text(self));
    check_range(self, text, *value, "a number");
    field = *value;
  };
  return single(std::move(key), std::move(help), "X", assign, [&field] { return to_text(field); });
}

Option Option::choice_of(std::string key, std::string help, std::string placeholder,
                         std::vector<std::string> names,
                         std::function<void(const std::string&)> store,
                         std::function<std::string()> name) {
  const auto assign = [store](const Option& self, const std::string& text) {
    check_choice(self, text);
    store(text);
  };
  Option option =
      single(std::move(key), std::move(help), std::move(placeholder), assign, std::move(name));
  option.choices = std::move(names);
  return option;
}

Option Option::text(std::string key, std::string& field, std::string help,
                    std::string placeholder) {
  return choice_of(
      std::move(key), std::move(help), std::move(placeholder), {},
      [&field](const std::string& text) { field = text; }, [&field] { return field; });
}

Option Option::length(std::string key, double& field_m, std::string help) {
  const auto assign = [&field_m](const Option& self, const std::string& text) {
    try {
      field_m = self.minimum == 0 && is_zero_length(text) ? 0 : parse_length(text);
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}", self.key, error.what()));
    }
  };
  return single(std::move(key), std::move(help), "LENGTH", assign,
                [&field_m] { return to_text(field_m); });
}

Option Option::duration(std::string key, double& field_s, std::string help) {
  const auto assign = [&field_s](const Option& self, const std::string& text) {
    double value = 0;
    try {
      value = parse_duration(text);
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}", self.key, error.what()));
    }
    check_range(self, text, value, "a number of seconds");
    field_s = value;
  };
  return single(std::move(key), std::move(help), "TIME", assign,
                [&field_s] { return to_text(field_s); });
}

Option Option::list(std::string key, std::vector<std::string>& field, std::string help,
                    std::string placeholder) {
  Option option{std::move(key), std::move(help), std::move(placeholder)};
  option.is_list = true;
  option.assign = [&field](const Option& self, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) check_choice(self, text);
    field = texts;
  };
  option.values = [&field] { return field; };
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
Option Option::one_of(std::vector<std::string> allowed) && {
  choices = std::move(allowed);
  return std::move(*this);
}

std::vector<std::pair<std::string, std::string>> to_pairs(const std::vector<Option>& options) {
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.reserve(options.size());
  for (const Option& option : options) pairs.emplace_back(option.key, join(option.values(), ","));
  return pairs;
}

}  // namespace calib
