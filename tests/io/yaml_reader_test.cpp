#include "io/yaml_reader.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace yaml_reader_test {

using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::StartsWith;

YamlNode parse(const std::string& text) { return YamlNode::parse(text, "rig.yaml"); }

std::string parse_error(const std::string& text) {
  return error_text([&] { parse(text); });
}

TEST(YamlReader, ReadsEveryKindOfValue) {
  const YamlNode root = parse(
      "text: plain words\n"
      "quoted: \"1.5\"\n"
      "number: -1.25e-3\n"
      "whole: 9007199254740993\n"
      "yes_or_no: true\n"
      "nothing:\n"
      "list: [1, 2.5, 3]\n"
      "map: {inner: {deep: 7}}\n");
  EXPECT_EQ(root["text"].text(), "plain words");
  EXPECT_EQ(root["quoted"].text(), "1.5");
  EXPECT_EQ(root["number"].number(), -1.25e-3);
  EXPECT_EQ(root["whole"].integer(), 9007199254740993);  // 2^53 + 1, which is not a double
  EXPECT_TRUE(root["yes_or_no"].boolean());
  EXPECT_TRUE(root["nothing"].is_null());
  EXPECT_THAT(root["list"].numbers(3), ElementsAre(1, 2.5, 3));
  EXPECT_EQ(root["map"]["inner"]["deep"].integer(), 7);
  EXPECT_FALSE(root.find("absent").has_value());
}

TEST(YamlReader, KeepsTheOrderOfTheFile) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : parse("z: 1\na: 2\nm: 3\n").entries()) keys.push_back(key);
  EXPECT_THAT(keys, ElementsAre("z", "a", "m"));
}

TEST(YamlReader, NodesOutliveTheRoot) {
  const YamlNode inner = parse("a: {b: [1, 2]}\n")["a"]["b"];
  EXPECT_THAT(inner.numbers(), ElementsAre(1, 2));
}

TEST(YamlReader, UnknownKeyNamesPlaceAndNearestKey) {
  const YamlNode root = parse("detect:\n  jobs: 2\n  min_corner: 3\n");
  EXPECT_EQ(error_text([&] {
              root["detect"].expect_keys({}, {"jobs", "min_corners"});
            }),
            "rig.yaml:3:3: unknown key 'min_corner' in 'detect' (did you mean 'min_corners'?)");
  EXPECT_EQ(error_text([&] { root.expect_keys({}, {"zebra"}); }),
            "rig.yaml:1:1: unknown key 'detect'");
}

TEST(YamlReader, MissingKeyNamesTheMapThatLacksIt) {
  const YamlNode root = parse("a: 1\ncam:\n  fx: 1\n");
  EXPECT_EQ(error_text([&] {
              root["cam"].expect_keys({"fx", "fy"});
            }),
            "rig.yaml:2:1: missing key 'fy' in 'cam'");
  EXPECT_EQ(error_text([&] { root["b"]; }), "rig.yaml:1:1: missing key 'b' in the file");
}

TEST(YamlReader, WrongKindsSayWhatStandsThere) {
  const YamlNode root = parse("a: [x, {b: c}]\nn: \"1.5\"\nempty:\nlong: " + std::string(60, 'x'));
  EXPECT_EQ(error_text([&] { root["a"].text(); }),
            "rig.yaml:1:4: found a list for 'a', expected text");
  EXPECT_EQ(error_text([&] { root["a"].items()[0].number(); }),
            "rig.yaml:1:5: found 'x' for 'a[0]', expected a finite number");
  EXPECT_EQ(error_text([&] { root["a"].items()[1]["b"].boolean(); }),
            "rig.yaml:1:12: found 'c' for 'a[1].b', expected true or false");
  EXPECT_EQ(error_text([&] { root["n"].number(); }),
            "rig.yaml:2:4: found \"1.5\" for 'n', expected a number");
  EXPECT_EQ(error_text([&] { root["n"].items(); }),
            "rig.yaml:2:4: found \"1.5\" for 'n', expected a list");
  EXPECT_THAT(error_text([&] { root["empty"].integer(); }),
              HasSubstr("found nothing for 'empty', expected a whole number"));
  EXPECT_EQ(error_text([&] { root["long"].entries(); }),
            "rig.yaml:4:7: found '" + std::string(40, 'x') +
                "...' for 'long', expected a map (key: value)");
}

TEST(YamlReader, NumbersAreFiniteAndWhole) {
  for (const std::string bad : {"nan", ".nan", "inf", "-.inf", "1e400", "1.2.3", "0x10", "1 2"}) {
    EXPECT_EQ(error_text([&] { parse("a: " + bad)["a"].number(); }),
              "rig.yaml:1:4: found '" + bad + "' for 'a', expected a finite number");
  }
  for (const std::string bad : {"1.0", "1e3", "9223372036854775808"}) {
    EXPECT_EQ(error_text([&] { parse("a: " + bad)["a"].integer(); }),
              "rig.yaml:1:4: found '" + bad + "' for 'a', expected a whole number");
  }
  EXPECT_EQ(error_text([&] { parse("a: [1, 2]")["a"].numbers(3); }),
            "rig.yaml:1:4: found 2 numbers for 'a', expected 3");
}

TEST(YamlReader, RefusesDuplicateKeys) {
  EXPECT_EQ(parse_error("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n"),
            "rig.yaml:5:3: duplicate key 'c' (first on line 3)");
  EXPECT_EQ(parse_error("{a: 1, 'a': 2}"), "rig.yaml:1:8: duplicate key 'a' (first on line 1)");
}

TEST(YamlReader, RefusesAnchorsAliasesAndTags) {
  EXPECT_EQ(parse_error("a: &x 1\n"),
            "rig.yaml:1:4: an anchor (&name) is not allowed; write the value out");
  EXPECT_EQ(parse_error("a: 1\nb: &x [1]\n"),
            "rig.yaml:2:4: an anchor (&name) is not allowed; write the value out");
  EXPECT_EQ(parse_error("a: !!binary abc\n"),
            "rig.yaml:1:4: a tag (tag:yaml.org,2002:binary) is not allowed; leave it out");
  // An alias needs an anchor, which already causes an error; without an anchor it is unknown.
  EXPECT_THAT(parse_error("a: *x\n"), StartsWith("rig.yaml:1:4: "));
}

TEST(YamlReader, RefusesKeysThatAreNotText) {
  EXPECT_EQ(parse_error("? [a, b]\n: 1\n"), "rig.yaml:1:3: a key must be a name or a number");
  EXPECT_EQ(parse_error("cams:\n  null: 1\n"),
            "rig.yaml:2:3: the key is empty or null; a name that YAML reads as null needs quotes");
  EXPECT_EQ(parse("\"null\": 1")["null"].integer(), 1);
}

TEST(YamlReader, SyntaxErrorsHaveTheirPlace) {
  EXPECT_EQ(parse_error("a:\n  b: 1\n\tc: 2\n"), "rig.yaml:3:1: tab in indentation; use blanks");
  EXPECT_EQ(parse_error("a:\n\tb: c\n"), "rig.yaml:2:1: tab in indentation; use blanks");
  EXPECT_EQ(parse_error("a:\n  b:\n  \tc: 1\nd: 2\n"),
            "rig.yaml:3:3: tab in indentation; use blanks");
  EXPECT_EQ(parse_error("a: b: c\n"), "rig.yaml:1:5: illegal map value");
  EXPECT_EQ(parse_error("a: [1, 2\n"), "rig.yaml:2:1: end of sequence flow not found");
  EXPECT_EQ(parse_error("a: @x\n"), "rig.yaml:1:4: unknown token");
}

TEST(YamlReader, ColumnsCountCharacters) {
  EXPECT_EQ(error_text([&] { parse("\u00fc\u00fc: x")["\u00fc\u00fc"].number(); }),
            "rig.yaml:1:5: found 'x' for '\u00fc\u00fc', expected a finite number");
  const YamlNode marked = parse(
      "\xEF\xBB\xBF"
      "a: x");
  EXPECT_THAT(error_text([&] { marked["a"].number(); }), StartsWith("rig.yaml:1:4: "));
}

TEST(YamlReader, RefusesSeveralDocuments) {
  EXPECT_EQ(parse_error("a: 1\n---\nb: 2\n"),
            "rig.yaml:3:1: a second YAML document starts here, expected one (is this line's "
            "indentation right?)");
  EXPECT_THAT(parse_error("  a: 1\nb: 2\n"), StartsWith("rig.yaml:2:1: a second YAML document"));
  EXPECT_EQ(parse("---\na: 1\n...\n")["a"].integer(), 1);
}

TEST(YamlReader, TextAfterTheEndIsNotCalledCutOff) {
  EXPECT_THAT(parse_error("calib_version: 1\na: 1\n"),
              StartsWith("rig.yaml:2:1: this is the last line, expected '...' after it"));
  EXPECT_THAT(parse_error("calib_version: 1\na: 1\n...\n# mine\n"),
              StartsWith("rig.yaml:4:1: text after '...'"));
}

TEST(YamlReader, NamesAnOpenCvFile) {
  EXPECT_EQ(parse_error("%YAML:1.0\n---\nK: !!opencv-matrix\n   rows: 3\n"),
            "rig.yaml:1:1: this is an OpenCV file (%YAML:1.0), expected one that calib wrote");
}

TEST(YamlReader, RefusesBinaryAndOtherEncodings) {
  EXPECT_EQ(parse_error("a: 1\nb: \xE4\n"),
            "rig.yaml:2:4: the text is not UTF-8; is this a YAML file?");
  // yaml-cpp silently takes 0x04 for the end of the file.
  EXPECT_EQ(parse_error("a: 1\n\x04"
                        "b: 2\n"),
            "rig.yaml:2:1: control character 0x04; is this a YAML file?");
  EXPECT_EQ(parse_error(std::string("\0a", 2)),
            "rig.yaml:1:1: control character 0x00; is this a YAML file?");
}

TEST(YamlReader, LimitsTheDepth) {
  const auto nested = [](int depth) {
    return "a: " + std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_NO_THROW(parse(nested(63)));
  EXPECT_EQ(parse_error(nested(64)), "rig.yaml:1:67: nested deeper than 64 levels");
  EXPECT_THAT(parse_error(nested(100000)), HasSubstr("nested deeper than 64 levels"));
}

TEST(YamlReader, FailsInsideABlockOfText) {
  const YamlNode root = parse("v:\n  - corners: |  # id x y\n      0 1 2\n\n      \u00fc 1 x\n");
  const YamlNode corners = root["v"].items()[0]["corners"];
  ASSERT_EQ(corners.text(), "0 1 2\n\n\u00fc 1 x\n");
  EXPECT_EQ(error_text([&] { corners.fail_in_text(0, 2, "here"); }), "rig.yaml:3:9: here");
  // Byte 5 of the line is its fifth character, because the u umlaut has two bytes.
  EXPECT_EQ(error_text([&] { corners.fail_in_text(2, 5, "here"); }), "rig.yaml:5:11: here");
  // The lines of quoted text are not lines of the file.
  const YamlNode quoted = parse("c: \"0 1 2\\n1 x\"\n")["c"];
  EXPECT_EQ(error_text([&] { quoted.fail_in_text(1, 2, "here"); }), "rig.yaml:1:4: here");
}

TEST(YamlReader, ToleratesWindowsLineEnds) {
  const YamlNode root = parse("a: x\r\nb: |\r\n  1 2\r\n  3\r\n");
  EXPECT_EQ(root["a"].text(), "x");
  EXPECT_EQ(root["b"].text(), "1 2\n3\n");
  EXPECT_EQ(error_text([&] { root["b"].fail_in_text(1, 0, "here"); }), "rig.yaml:4:3: here");
}

TEST(YamlReader, EmptyTextIsNothing) {
  EXPECT_TRUE(parse("").is_null());
  EXPECT_TRUE(parse("# only a comment\n").is_null());
  EXPECT_EQ(error_text([] { parse("").expect_keys({"a"}); }),
            "rig.yaml:1:1: found nothing for the file, expected a map (key: value)");
}

TEST(YamlReader, LoadRefusesWhatIsNoFileOrTooLarge) {
  const testing::TemporaryFolder folder;
  const auto file = folder.path() / "a.yaml";
  EXPECT_EQ(error_text([&] { YamlNode::load(file); }), file.string() + ": no such file");
  EXPECT_EQ(error_text([&] { YamlNode::load(folder.path()); }),
            folder.path().string() + ": is a folder, expected a file");
  write_file(file, "a: 1234567\n");
  EXPECT_EQ(error_text([&] { YamlNode::load(file, 10); }),
            file.string() + ": has more than 10 bytes; is this the right file?");
  EXPECT_EQ(YamlNode::load(file, 11)["a"].integer(), 1234567);
}

// All that can be read below a node, each value with its line.
std::string described(const YamlNode& node) {
  std::string text = fmt::format("@{} ", node.line());
  if (node.is_map()) {
    for (const auto& [key, value] : node.entries()) text += key + "{" + described(value) + "}";
  } else if (node.is_list()) {
    for (const YamlNode& item : node.items()) text += "[" + described(item) + "]";
  } else if (node.is_scalar()) {
    text += node.text();
    if (std::count(text.begin(), text.end(), '\n') > 1)
      text += error_text([&] { node.fail_in_text(1, 2, "here"); });
  }
  return text;
}

// Without the blanks after ": |", which a longer text may contain.
std::string outcome(const std::string& text) {
  std::string found;
  try {
    found = described(parse(text));
  } catch (const Error& error) {
    found = error.what();
  }
  for (std::size_t at = 0; (at = found.find(": | ", at)) != std::string::npos;)
    found.erase(at + 3, 1);
  return found;
}

// Blocks of numbers are taken out of a text before it is parsed, but not those with a blank after
// their '|', which means the same.
TEST(YamlReader, TakesOutBlocksWithoutChangingValuesPlacesOrErrors) {
  const std::vector<std::string> lines = {"kind: a",
                                          "views:",
                                          "  - camera: cam0",
                                          "    image: \"a b.png\"",
                                          "    corners: |",
                                          "      0 1.5 -2e-3",
                                          "      1 2.25 3 0.1",
                                          "      2 nan x",
                                          "  - camera: cam1",
                                          "    corners: |",
                                          "      7 8 9",
                                          "    note: \"to the",
                                          "      end\"",
                                          "missing: []"};
  const std::vector<std::function<void(std::vector<std::string>&, std::size_t)>> changes = {
      [](auto& all, std::size_t i) { all.erase(all.begin() + static_cast<std::ptrdiff_t>(i)); },
      [](auto& all, std::size_t i) {
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(i), all[i]);
      },
      [](auto& all, std::size_t i) {
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(i), "");
      },
      [](auto& all, std::size_t i) {
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(i), "      # c");
      },
      [](auto& all, std::size_t i) {
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(i), "    text: |");
      },
      [](auto& all, std::size_t i) {
        all.insert(all.begin() + static_cast<std::ptrdiff_t>(i), "  text: |");
      },
      [](auto& all, std::size_t i) { all[i] = " " + all[i]; },
      [](auto& all, std::size_t i) { all[i] = "  " + all[i]; },
      [](auto& all, std::size_t i) { all[i] = "\t" + all[i]; },
      [](auto& all, std::size_t i) { all[i].erase(0, 1); },
      [](auto& all, std::size_t i) { all[i] += " "; },
      [](auto& all, std::size_t i) { all[i] += "\r"; },
      [](auto& all, std::size_t i) { all[i] += "\""; },
      [](auto& all, std::size_t i) { all[i] += " {"; },
      [](auto& all, std::size_t i) { all[i] = "---"; },
      [](auto& all, std::size_t i) { all.resize(i + 1); }};
  const auto expect_same = [](const std::vector<std::string>& changed) {
    std::string text, plain;
    for (const std::string& line : changed) {
      text += line + "\n";
      plain += line + (line.ends_with(": |") ? " \n" : "\n");
    }
    EXPECT_EQ(outcome(text), outcome(plain)) << text;
  };
  expect_same(lines);
  for (const auto& change : changes) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      std::vector<std::string> changed = lines;
      change(changed, i);
      expect_same(changed);
      for (std::size_t k = i % 4; k < changed.size(); k += 4) {
        std::vector<std::string> again = changed;
        changes[(i + k) % changes.size()](again, k);
        expect_same(again);
      }
    }
  }
}

}  // namespace yaml_reader_test
}  // namespace calib
