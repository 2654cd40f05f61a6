#include "io/config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/text_file.hpp"

namespace calib {
namespace config_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Settings {
  std::string board = "unset";
  double square_m = 0;
  int jobs = 0;
  std::string detector = "fast";
  bool strict = false;
  std::vector<std::string> pair;

  std::vector<ConfigSection> sections() {
    return {{"",
             {Option::text("board", board, "size of the board"),
              Option::length("square", square_m, "side of a square"),
              Option::number("jobs", jobs, "threads").at_least(0)}},
            {"detect",
             {Option::text("detector", detector, "which").one_of({"fast", "opencv", "sb"}),
              Option::flag("strict", strict, "stop at the first error")}},
            {"rectify", {Option::list("pair", pair, "pairs", "A,B")}}};
  }
};

Settings read(const std::string& text) {
  Settings settings;
  testing::read_text(text, [&](const std::filesystem::path& file) {
    read_config(file, settings.sections(), {"synth", "report"});
    return 0;
  });
  return settings;
}

std::string message_of(const std::string& text) {
  Settings settings;
  return testing::message_of(text, [&](const std::filesystem::path& file) {
    read_config(file, settings.sections(), {"synth", "report"});
  });
}

TEST(Config, SetsWhatTheFileNamesAndLeavesTheRest) {
  const Settings settings = read(
      "# the lab's rig\n"
      "board: 11x8\n"
      "square: 30mm\n"
      "detect: {detector: sb, strict: true}\n"
      "rectify:\n"
      "  pair: [\"cam0,cam1\", \"cam2,cam3\"]\n"
      "synth: {anything: goes, here: 3}\n"
      "report:\n");
  EXPECT_EQ(settings.board, "11x8");
  // 30 * 1e-3 in double arithmetic.
  EXPECT_DOUBLE_EQ(settings.square_m, 0.03);
  EXPECT_EQ(settings.detector, "sb");
  EXPECT_TRUE(settings.strict);
  EXPECT_THAT(settings.pair, ElementsAre("cam0,cam1", "cam2,cam3"));
  EXPECT_EQ(settings.jobs, 0);
}

TEST(Config, EmptyFilesAndSectionsSetNothing) {
  EXPECT_EQ(read("").board, "unset");
  EXPECT_EQ(read("# board: 11x8\n").board, "unset");
  EXPECT_EQ(read("detect:\n#  detector: sb\n").detector, "fast");
}

TEST(Config, AListOptionTakesAScalarToo) {
  EXPECT_THAT(read("rectify: {pair: \"a,b\"}\n").pair, ElementsAre("a,b"));
}

TEST(Config, UnknownKeysAreErrorsWithTheNearest) {
  EXPECT_EQ(message_of("jobs: 2\ndetetc: {}\n"),
            "f.yaml:2:1: unknown key 'detetc' (did you mean 'detect'?)");
  EXPECT_EQ(message_of("baord: 11x8\n"), "f.yaml:1:1: unknown key 'baord' (did you mean 'board'?)");
  EXPECT_EQ(message_of("detect:\n  detectr: sb\n"),
            "f.yaml:2:3: unknown key 'detectr' in 'detect' (did you mean 'detector'?)");
  EXPECT_EQ(message_of("snyth: {}\n"), "f.yaml:1:1: unknown key 'snyth' (did you mean 'synth'?)");
  EXPECT_EQ(message_of("zzzzzz: 1\n"), "f.yaml:1:1: unknown key 'zzzzzz'");
}

TEST(Config, AKeyInTheWrongPlaceIsToldItsPlace) {
  EXPECT_EQ(message_of("detector: sb\n"),
            "f.yaml:1:1: unknown key 'detector' ('detector' belongs in 'detect')");
  EXPECT_EQ(message_of("detect: {jobs: 3}\n"),
            "f.yaml:1:10: unknown key 'jobs' in 'detect' ('jobs' belongs at the top level)");
}

TEST(Config, ValuesThatDoNotFitNameTheirPlace) {
  EXPECT_EQ(message_of("board: 11x8\nsquare: 30parsec\n"),
            "f.yaml:2:9: square: '30parsec' is not a length: expected a positive number with its "
            "unit, such as 30mm, 3cm or 0.03m");
  EXPECT_EQ(message_of("jobs: -1\n"),
            "f.yaml:1:7: jobs: found '-1', expected a whole number of at least 0");
  EXPECT_EQ(message_of("detect: {detector: opencvv}\n"),
            "f.yaml:1:20: detector: found 'opencvv', expected one of fast, opencv, sb (did you "
            "mean 'opencv'?)");
  EXPECT_EQ(message_of("board: [a, b]\n"), "f.yaml:1:8: board: found 'a,b', expected one value");
  EXPECT_EQ(message_of("board: {a: b}\n"), "f.yaml:1:8: found a map for 'board', expected text");
  EXPECT_THAT(message_of("jobs:\nboard: a\n"),
              HasSubstr("found nothing for 'jobs', expected text"));
  EXPECT_EQ(message_of("rectify: {pair: [[a, b]]}\n"),
            "f.yaml:1:18: found a list for 'rectify.pair[0]', expected text");
  EXPECT_EQ(message_of("detect: sb\n"),
            "f.yaml:1:9: found 'sb' for 'detect', expected a map (key: value)");
  EXPECT_EQ(message_of("synth: 3\n"),
            "f.yaml:1:8: 'synth' is a section, expected a map (key: value)");
  EXPECT_EQ(message_of("- board\n"),
            "f.yaml:1:1: found a list for the file, expected a map (key: value)");
}

TEST(Config, RefusesAFileFarTooLarge) {
  EXPECT_THAT(message_of("board: " + std::string(2 << 20, 'x') + "\n"),
              HasSubstr("f.yaml: has more than 1048576 bytes"));
}

}  // namespace config_test
}  // namespace calib
