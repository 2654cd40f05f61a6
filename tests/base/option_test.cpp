#include "base/option.hpp"

#include <gmock/gmock.h>

#include "support/error_text.hpp"

namespace calib {
namespace {

using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using ::testing::Pair;

enum class Depth { kEight, kSixteen };
constexpr Named<Depth> kDepths[] = {{"8", Depth::kEight}, {"16", Depth::kSixteen}};

struct Options {
  bool preview = false;
  int every = 1;
  double alpha = 0.5;
  double square = 0.03;
  double exposure = 0;
  std::string format = "png";
  Depth depth = Depth::kEight;
  std::vector<std::string> names;
};

std::vector<Option> describe(Options& o) {
  return {Option::flag("preview", o.preview, "draw lines"),
          Option::number("every", o.every, "take every Nth frame").at_least(1),
          Option::number("alpha", o.alpha, "how much to keep").at_least(0).at_most(1),
          Option::length("square", o.square, "side of a square"),
          Option::duration("exposure", o.exposure, "of a row").at_least(0).at_most(1),
          Option::text("format", o.format, "image format").one_of({"png", "jpg"}),
          Option::choice("depth", o.depth, "bits per channel", kDepths),
          Option::list("names", o.names, "camera names", "NAME,...")};
}

class OptionTest : public ::testing::Test {
 protected:
  const Option& option(const std::string& key) const {
    for (const Option& candidate : described_)
      if (candidate.key == key) return candidate;
    throw std::out_of_range(key);
  }
  std::string refusal(const std::string& key, const std::vector<std::string>& values) const {
    return error_text([&] { option(key).set(values); });
  }
  Options options_;
  std::vector<Option> described_ = describe(options_);
};

TEST_F(OptionTest, SetsItsField) {
  option("preview").set({"true"});
  option("every").set({"5"});
  option("alpha").set({"1"});
  option("square").set({"25mm"});
  option("exposure").set({"20ms"});
  option("format").set({"jpg"});
  option("depth").set({"16"});
  option("names").set({"left", "right"});
  EXPECT_TRUE(options_.preview);
  EXPECT_EQ(options_.exposure, 0.02);
  EXPECT_EQ(options_.every, 5);
  EXPECT_EQ(options_.alpha, 1.0);
  EXPECT_EQ(options_.square, 0.025);
  EXPECT_EQ(options_.format, "jpg");
  EXPECT_EQ(options_.depth, Depth::kSixteen);
  EXPECT_THAT(options_.names, ElementsAre("left", "right"));
}

TEST_F(OptionTest, SetAcceptsTheTextOfValues) {
  options_ = {true, 3, 1.0 / 3, 0.0415, 0.02, "jpg", Depth::kSixteen, {"a", "b"}};
  Options copy;
  const std::vector<Option> target = describe(copy);
  for (std::size_t i = 0; i < target.size(); ++i) target[i].set(described_[i].values());
  EXPECT_EQ(copy.preview, options_.preview);
  EXPECT_EQ(copy.every, options_.every);
  EXPECT_EQ(copy.alpha, options_.alpha);
  EXPECT_EQ(copy.square, options_.square);
  EXPECT_EQ(copy.format, options_.format);
  EXPECT_EQ(copy.depth, options_.depth);
  EXPECT_EQ(copy.names, options_.names);
}

TEST_F(OptionTest, PairsContainKeysAndValues) {
  options_.names = {"a", "b"};
  EXPECT_THAT(to_pairs(described_),
              ElementsAre(Pair("preview", "false"), Pair("every", "1"), Pair("alpha", "0.5"),
                          Pair("square", "0.03"), Pair("exposure", "0"), Pair("format", "png"),
                          Pair("depth", "8"), Pair("names", "a,b")));
}

TEST_F(OptionTest, DescribesItsKind) {
  EXPECT_TRUE(option("preview").is_flag());
  EXPECT_FALSE(option("every").is_flag());
  EXPECT_TRUE(option("names").is_list);
  EXPECT_FALSE(option("format").is_list);
  EXPECT_THAT(option("format").choices, ElementsAre("png", "jpg"));
  EXPECT_EQ(option("square").placeholder, "LENGTH");
}

TEST_F(OptionTest, FlagRefuses) {
  EXPECT_EQ(refusal("preview", {"yes"}), "preview: found 'yes', expected true or false");
}

TEST_F(OptionTest, WholeNumberRefuses) {
  EXPECT_EQ(refusal("every", {"0"}), "every: found '0', expected a whole number of at least 1");
  EXPECT_EQ(refusal("every", {"2.5"}), "every: found '2.5', expected a whole number of at least 1");
  EXPECT_EQ(refusal("every", {""}), "every: found '', expected a whole number of at least 1");
  // A number beyond 32 bits must not wrap around into the valid range.
  EXPECT_EQ(refusal("every", {"4294967297"}),
            "every: found '4294967297', expected a whole number of at most 2147483647");
}

TEST_F(OptionTest, NumberRefuses) {
  EXPECT_EQ(refusal("alpha", {"1.5"}), "alpha: found '1.5', expected a number from 0 to 1");
  EXPECT_EQ(refusal("alpha", {"-0.1"}), "alpha: found '-0.1', expected a number from 0 to 1");
  EXPECT_EQ(refusal("alpha", {"nan"}), "alpha: found 'nan', expected a number from 0 to 1");
  EXPECT_EQ(refusal("alpha", {"half"}), "alpha: found 'half', expected a number from 0 to 1");
}

TEST_F(OptionTest, NumberWithAnUpperBoundOnly) {
  double value = 0;
  const Option option = Option::number("gain", value, "gain").at_most(3);
  EXPECT_EQ(error_text([&] { option.set({"4"}); }),
            "gain: found '4', expected a number of at most 3");
  option.set({"-1e9"});
  EXPECT_EQ(value, -1e9);
}

TEST_F(OptionTest, DurationRefuses) {
  EXPECT_EQ(refusal("exposure", {"fast"}),
            "exposure: 'fast' is not a time: expected a number with its unit, such as 20ms, 30us "
            "or 0.02s");
  EXPECT_EQ(refusal("exposure", {"2s"}),
            "exposure: found '2s', expected a number of seconds from 0 to 1");
}

TEST_F(OptionTest, LengthRefuses) {
  EXPECT_EQ(refusal("square", {"30in"}),
            "square: '30in' is not a length: expected a positive number with its unit, such as "
            "30mm, 3cm or 0.03m");
}

TEST_F(OptionTest, LengthMayBeZeroWhereThatIsSaid) {
  double thickness = 1;
  const Option option = Option::length("thickness", thickness, "of a panel").at_least(0);
  for (const char* zero : {"0mm", "0", "0.0 cm"}) {
    thickness = 1;
    option.set({zero});
    EXPECT_EQ(thickness, 0) << zero;
  }
  EXPECT_THAT(error_text([&] { option.set({"-1mm"}); }), HasSubstr("expected a positive number"));
  EXPECT_THAT(error_text([&] { option.set({"mm"}); }), HasSubstr("expected a positive number"));
  EXPECT_THAT(refusal("square", {"0mm"}), HasSubstr("expected a positive number"));
}

TEST_F(OptionTest, ChoiceRefusesAndSuggests) {
  EXPECT_EQ(refusal("format", {"jpeg"}),
            "format: found 'jpeg', expected one of png, jpg (did you mean 'jpg'?)");
  EXPECT_EQ(refusal("depth", {"17"}),
            "depth: found '17', expected one of 8, 16 (did you mean '16'?)");
  EXPECT_EQ(refusal("format", {"raw16bit"}), "format: found 'raw16bit', expected one of png, jpg");
}

TEST_F(OptionTest, ChoicesApplyToEveryItemOfAList) {
  std::vector<std::string> outputs;
  const Option option =
      Option::list("outputs", outputs, "what to write", "NAME").one_of({"maps", "images"});
  option.set({"maps", "images"});
  EXPECT_THAT(outputs, ElementsAre("maps", "images"));
  EXPECT_EQ(error_text([&] {
              option.set({"maps", "image"});
            }),
            "outputs: found 'image', expected one of maps, images (did you mean 'images'?)");
}

TEST_F(OptionTest, ListsMayBeEmptyAndOthersTakeOneValue) {
  option("names").set({});
  EXPECT_THAT(options_.names, ElementsAre());
  EXPECT_EQ(refusal("every", {"1", "2"}), "every: found '1,2', expected one value");
  EXPECT_EQ(refusal("format", {}), "format: found '', expected one value");
}

TEST_F(OptionTest, ARefusedValueDoesNotChangeTheField) {
  refusal("every", {"0"});
  refusal("square", {"-1m"});
  refusal("format", {"gif"});
  EXPECT_EQ(options_.every, 1);
  EXPECT_EQ(options_.square, 0.03);
  EXPECT_EQ(options_.format, "png");
}

}  // namespace
}  // namespace calib
