#include "io/yaml_writer.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <regex>

#include "io/random_parts.hpp"
#include "io/yaml_reader.hpp"
#include "support/error_text.hpp"

namespace calib {
namespace yaml_writer_test {

using testing::error_text;

TEST(YamlNumber, IsTheShortestThatReadsBack) {
  EXPECT_EQ(yaml_number(0.03, "x"), "0.03");
  EXPECT_EQ(yaml_number(800, "x"), "800");
  EXPECT_EQ(yaml_number(-0.0, "x"), "0");
  EXPECT_EQ(yaml_number(1e-7, "x"), "1.0e-07");
  EXPECT_EQ(yaml_number(1.5e300, "x"), "1.5e+300");
}

TEST(YamlNumber, EveryNumberReadsBackExactlyAndIsOneForYaml11) {
  // The floats and integers of PyYAML, a YAML 1.1 reader.
  const std::regex yaml11(R"([-+]?\d+(\.\d*([eE][-+]\d+)?)?)");
  testing::Random random(1);
  for (int i = 0; i < 10000; ++i) {
    const double value =
        testing::uniform(random, -1, 1) * std::pow(10.0, static_cast<int>(random() % 600) - 300);
    const std::string text = yaml_number(value, "x");
    EXPECT_EQ(YamlNode::parse("a: " + text, "t")["a"].number(), value) << text;
    EXPECT_TRUE(std::regex_match(text, yaml11)) << text;
  }
}

TEST(YamlNumber, RefusesWhatIsNotFinite) {
  EXPECT_EQ(error_text([] { yaml_number(std::numeric_limits<double>::quiet_NaN(), "std.fx"); }),
            "std.fx is not a finite number; it cannot be written");
  EXPECT_EQ(error_text([] { yaml_number(std::numeric_limits<double>::infinity(), "std.fx"); }),
            "std.fx is not a finite number; it cannot be written");
}

TEST(YamlString, NamesStayPlain) {
  EXPECT_EQ(yaml_string("cam0"), "cam0");
  EXPECT_EQ(yaml_string("cam0/0012.png"), "cam0/0012.png");
  EXPECT_EQ(yaml_string("no_board"), "no_board");
}

TEST(YamlString, WhatYamlReadsOtherwiseIsQuoted) {
  EXPECT_EQ(yaml_string(""), "\"\"");
  EXPECT_EQ(yaml_string("on"), "\"on\"");
  EXPECT_EQ(yaml_string("1.5"), "\"1.5\"");
  EXPECT_EQ(yaml_string("a: b"), "\"a: b\"");
  EXPECT_EQ(yaml_string("\u00fc"), "\"\u00fc\"");
  EXPECT_EQ(yaml_string("#x"), "\"#x\"");
  EXPECT_EQ(yaml_string("a\nb\"\\"), "\"a\\nb\\\"\\\\\"");
  EXPECT_EQ(yaml_string("\x04\u0085\u2028"), "\"\\x04\\x85\\u2028\"");
}

TEST(YamlString, OddTextsReadBackAsValueKeyAndInLists) {
  for (const std::string& text : testing::odd_texts()) {
    const std::string written = yaml_string(text);
    EXPECT_EQ(YamlNode::parse("a: " + written, "t")["a"].text(), text) << written;
    EXPECT_EQ(YamlNode::parse("{b: [" + written + ", 1]}", "t")["b"].items()[0].text(), text);
    EXPECT_EQ(YamlNode::parse(written + ": 1\n", "t").entries()[0].first, text) << written;
  }
}

TEST(YamlString, RandomTextsReadBack) {
  testing::Random random(2);
  const std::string alphabet[] = {"a",  " ",  ":",      "#",          "-",    "\"",    "'",
                                  "\\", "\n", ",",      "[",          "}",    "1",     "e",
                                  ".",  "\t", "\u00e9", "\U0001F600", "\x02", "\u0090"};
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (std::size_t n = random() % 8; n > 0; --n) text += alphabet[random() % std::size(alphabet)];
    const std::string written = yaml_string(text);
    EXPECT_EQ(YamlNode::parse("{k: " + written + "}", "t")["k"].text(), text) << written;
  }
}

TEST(YamlString, RefusesBytesThatAreNotUtf8) {
  EXPECT_EQ(error_text([] { yaml_string("caf\xE9.png"); }),
            "the name or text \"caf\" has bytes that are not UTF-8; rename it");
}

TEST(YamlMatrix, InOneLineAndInRows) {
  const Eigen::Matrix2d m = (Eigen::Matrix2d() << 1, 0.5, -0.0, 1e-9).finished();
  EXPECT_EQ(yaml_matrix(m, "m"), "[[1, 0.5], [0, 1.0e-09]]");
  EXPECT_EQ(yaml_matrix_rows(m, 2, "m"), "\n  - [1, 0.5]\n  - [0, 1.0e-09]");
}

}  // namespace yaml_writer_test
}  // namespace calib
