#include "scene/finding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

namespace calib {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Finding example(FindingCode code) {
  Finding finding{.code = code, .cameras = {"left", "right"}, .frame = 12};
  for (const std::string& name : number_names(code)) finding.numbers.push_back({name, 1.5});
  for (const std::string& name : word_names(code)) finding.words.push_back({name, "a word"});
  return finding;
}

TEST(FindingList, HasOneNameForEachCode) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < finding_codes().size(); ++i) {
    const auto& [name, code] = finding_codes()[i];
    EXPECT_EQ(code, static_cast<FindingCode>(i));
    EXPECT_TRUE(names.insert(name).second) << name;
  }
}

// A sentence that names a number or word that its finding does not have would throw.
TEST(FindingList, EverySentenceCanBeFilled) {
  for (const auto& [name, code] : finding_codes()) {
    const std::string text = finding_text(example(code));
    EXPECT_FALSE(message_text(example(code)).empty()) << name;
    EXPECT_THAT(text, ::testing::Not(::testing::ContainsRegex("[{}]|[.]$"))) << text;
  }
}

TEST(FindingList, EveryCodeIsDocumented) {
  std::ifstream file(CALIB_SOURCE_DIR "/docs/findings.md");
  const std::string page((std::istreambuf_iterator<char>(file)), {});
  for (const auto& [name, code] : finding_codes())
    EXPECT_THAT(page, HasSubstr(std::string("| `") + name + "` |"));
}

TEST(FindingList, WordsOfTheUserAreNotTakenForSentences) {
  Finding finding = example(FindingCode::kLensUndetermined);
  finding.words[0].value = "{frame} {";
  EXPECT_EQ(message_text(finding), "left: {frame} {");
}

TEST(FindingList, TellsTheSignOfANumberInWords) {
  Finding late{.code = FindingCode::kTimeOffset,
               .cameras = {"cam1"},
               .numbers = {{"offset_ms", -139.151}, {"std_ms", 15.668}},
               .words = {{"reference", "cam0"}}};
  EXPECT_THAT(message_text(late),
              HasSubstr("taken 139.151 ms (standard deviation 15.668) before those of cam0"));
  late.numbers[0].value = 2;
  EXPECT_THAT(message_text(late), HasSubstr("taken 2.000 ms (standard deviation 15.668) after"));
  const Finding lost{.code = FindingCode::kFramesLost,
                     .cameras = {"cam1"},
                     .frame = 7,
                     .numbers = {{"frames", -2}}};
  EXPECT_THAT(message_text(lost), HasSubstr("2 frames further ahead, as if the recorder repeated"));
}

TEST(FindingList, JoinsWhatDiffersInNothingButTheCameras) {
  const auto few = [](const char* camera, double views) {
    return Finding{.code = FindingCode::kFewViews,
                   .severity = Severity::kWarning,
                   .cameras = {camera},
                   .numbers = {{"views", views}}};
  };
  const auto rows = [](const char* a, const char* b) {
    return Finding{.code = FindingCode::kRowError,
                   .severity = Severity::kError,
                   .cameras = {a, b},
                   .numbers = {{"row_error_px", 2}}};
  };
  const std::vector<Finding> joined =
      joined_by_cameras({few("a", 3), rows("a", "b"), few("b", 3), few("c", 4), rows("a", "c")});
  EXPECT_THAT(verdict_reasons(joined),
              ElementsAre(HasSubstr("a and b, a and c: rows differ by 2.00 px"),
                          HasSubstr("a, b: only 3 views"), HasSubstr("c: only 4 views")));
}

TEST(Verdict, FollowsFromTheGravestFinding) {
  Finding note = example(FindingCode::kLensFromResection),
          warning = example(FindingCode::kRowError), error = example(FindingCode::kCameraMoved);
  warning.severity = Severity::kWarning;
  error.severity = Severity::kError;
  EXPECT_EQ(verdict_of({}), Verdict::kGood);
  EXPECT_EQ(verdict_of({note}), Verdict::kGood);
  EXPECT_EQ(verdict_of({note, warning}), Verdict::kUsable);
  EXPECT_EQ(verdict_of({warning, error, note}), Verdict::kPoor);
  EXPECT_THAT(verdict_reasons({note, warning, error}),
              ElementsAre(HasSubstr("about frame 12"), HasSubstr("rows differ")));
  EXPECT_THAT(verdict_reasons({note}), ElementsAre(HasSubstr("within bounds")));
}

}  // namespace
}  // namespace calib
