#include "base/text.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "support/error_text.hpp"

namespace calib {
namespace {

using ::testing::ElementsAre;
using testing::error_text;

std::string quoted(std::string_view text) { return std::string("'").append(text).append("'"); }

TEST(ToText, IsTheShortestTextThatReadsBack) {
  EXPECT_EQ(to_text(0.1), "0.1");
  EXPECT_EQ(to_text(0.03), "0.03");
  EXPECT_EQ(to_text(0.0), "0");
  EXPECT_EQ(to_text(-2.5), "-2.5");
  EXPECT_EQ(to_text(1280.0), "1280");
  EXPECT_EQ(to_text(1.0 / 3), "0.3333333333333333");
}

TEST(ToText, ReadsBackExactlyForAnyMagnitude) {
  constexpr unsigned kSeed = 7;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  std::mt19937_64 random(kSeed);
  std::uniform_real_distribution<double> mantissa(-10, 10), exponent(-300, 300);
  for (int i = 0; i < 2000; ++i) {
    const double value = mantissa(random) * std::pow(10, exponent(random));
    EXPECT_EQ(parse_number(to_text(value)), value);
  }
  for (const double value : {std::numeric_limits<double>::min(), std::numeric_limits<double>::max(),
                             std::numeric_limits<double>::denorm_min(), std::nextafter(1.0, 2.0)}) {
    EXPECT_EQ(parse_number(to_text(value)), value);
  }
}

TEST(ToText, RoundsToDecimals) {
  EXPECT_EQ(to_text(0.12345, 3), "0.123");
  EXPECT_EQ(to_text(2, 2), "2.00");
  EXPECT_EQ(to_text(-0.001, 2), "0.00");
  EXPECT_EQ(to_text(-0.01, 2), "-0.01");
  EXPECT_EQ(to_text(-0.4, 0), "0");
}

TEST(ParseNumber, TakesTheWholeText) {
  EXPECT_EQ(parse_number("1.5"), 1.5);
  EXPECT_EQ(parse_number("+1.5"), 1.5);
  EXPECT_EQ(parse_number("-2e-3"), -2e-3);
  EXPECT_EQ(parse_number(".5"), 0.5);
  for (const char* text : {"", "+", "-", "+-5", "--5", "1.5 ", " 1.5", "1,5", "1.5x", "nan", "inf",
                           "-inf", "infinity", "1e400", "0x10", "1.2.3"}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << "'" << text << "'";
  }
}

TEST(ParseInteger, TakesTheWholeText) {
  EXPECT_EQ(parse_integer("0012"), 12);
  EXPECT_EQ(parse_integer("-3"), -3);
  EXPECT_EQ(parse_integer("1403636579763555584"), 1403636579763555584);  // nanoseconds as names
  for (const char* text : {"", "+-3", "1.0", "1e3", "12a", "0x1f", "9223372036854775808"}) {
    EXPECT_EQ(parse_integer(text), std::nullopt) << "'" << text << "'";
  }
}

TEST(ParseDuration, TakesUnits) {
  EXPECT_EQ(parse_duration("20ms"), 0.02);
  EXPECT_EQ(parse_duration("-30us"), -30e-6);
  EXPECT_EQ(parse_duration("5 ns"), 5e-9);
  EXPECT_EQ(parse_duration("0.02s"), 0.02);
  EXPECT_EQ(parse_duration("1.5"), 1.5);
  for (const char* wrong : {"", "ms", "20 min", "1m", "nan", "2e400s"})
    EXPECT_THROW(parse_duration(wrong), Error) << wrong;
}

TEST(ParseLength, TakesUnits) {
  EXPECT_EQ(parse_length("30mm"), 0.03);
  EXPECT_EQ(parse_length("3cm"), 0.03);
  EXPECT_EQ(parse_length("0.03m"), 0.03);
  EXPECT_EQ(parse_length("0.03"), 0.03);
  EXPECT_EQ(parse_length(" 30 mm "), 0.03);
  EXPECT_EQ(parse_length("30"), 30.0);
}

// Artifacts contain the length in meters: 9mm must not become 0.009000000000000001.
TEST(ParseLength, MillimetersAreExactlyTheDecimalTheyName) {
  for (int i = 1; i <= 2000; ++i) {
    const std::string digits = std::to_string(i);
    EXPECT_EQ(parse_length(digits + "mm"), parse_number(digits + "e-3")) << i;
    EXPECT_EQ(parse_length(digits + "cm"), parse_number(digits + "e-2")) << i;
  }
}

TEST(ParseLength, RefusesOtherTextWithAnExample) {
  for (const char* text : {"", "mm", "-30mm", "0", "0mm", "30in", "30km", "thirty", "30mm20", "nan",
                           "infm", "3 0mm"}) {
    EXPECT_EQ(error_text([&] { parse_length(text); }),
              quoted(text) +
                  " is not a length: expected a positive number with its unit, such as 30mm, 3cm "
                  "or 0.03m");
  }
}

TEST(ParseSize, IsTwoPositiveIntegers) {
  EXPECT_EQ(parse_size("11x8", "board size"), std::pair(11, 8));
  EXPECT_EQ(parse_size(" 11 x 8 ", "board size"), std::pair(11, 8));
  for (const char* text : {"", "11", "x", "11x", "x8", "11x8x3", "0x8", "11x-8", "11,8", "1.5x2",
                           "100000x1", "99999999999x2"}) {
    EXPECT_EQ(error_text([&] { parse_size(text, "board size"); }),
              "board size: found " + quoted(text) +
                  ", expected two whole numbers from 1 to 99999 with an x between them");
  }
}

TEST(Split, TrimsAndKeepsEmptyParts) {
  EXPECT_THAT(split("a,b,c", ','), ElementsAre("a", "b", "c"));
  EXPECT_THAT(split(" a , b ", ','), ElementsAre("a", "b"));
  EXPECT_THAT(split("a,,b,", ','), ElementsAre("a", "", "b", ""));
  EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Join, IsTheInverseOfSplit) {
  EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(join({}, ", "), "");
  EXPECT_THAT(split(join({"cam0", "", "cam1"}, ","), ','), ElementsAre("cam0", "", "cam1"));
}

TEST(DidYouMean, NamesTheNearestWord) {
  const std::vector<std::string> keys = {"min_corners", "max_error", "detector", "every"};
  EXPECT_EQ(did_you_mean("min_corner", keys), " (did you mean 'min_corners'?)");
  EXPECT_EQ(did_you_mean("detecter", keys), " (did you mean 'detector'?)");
  EXPECT_EQ(did_you_mean("evrey", keys), " (did you mean 'every'?)");
}

TEST(DidYouMean, IsEmptyIfNoWordIsSimilar) {
  EXPECT_EQ(did_you_mean("undistort", {"every", "format"}), "");
  EXPECT_EQ(did_you_mean("", {"sb", "opencv"}), "");
  EXPECT_EQ(did_you_mean("xy", {"ab"}), "");  // two edits turn any word of two letters into another
  EXPECT_EQ(did_you_mean("word", {}), "");
}

TEST(NaturalLess, CountsDigitRunsAsNumbers) {
  std::vector<std::string> names = {"cam_10", "cam_2", "cam_1", "left", "cam_02", "cam", "cam_2b"};
  std::sort(names.begin(), names.end(), natural_less);
  EXPECT_THAT(names, ElementsAre("cam", "cam_1", "cam_02", "cam_2", "cam_2b", "cam_10", "left"));
}

TEST(NaturalLess, HandlesNumbersLongerThanAnyInteger) {
  EXPECT_TRUE(natural_less("9", "99999999999999999999999999998"));
  EXPECT_TRUE(natural_less("99999999999999999999999999998", "99999999999999999999999999999"));
  EXPECT_FALSE(natural_less("99999999999999999999999999999", "99999999999999999999999999998"));
}

// std::sort needs a total order; otherwise the result would depend on the order of the input.
TEST(NaturalLess, IsATotalOrder) {
  constexpr unsigned kSeed = 11;
  SCOPED_TRACE(::testing::Message() << "seed " << kSeed);
  std::mt19937 random(kSeed);
  const std::string alphabet = "0012ab_/\xc3";
  std::vector<std::string> words;
  for (int i = 0; i < 60; ++i) {
    std::string word(random() % 5, '0');
    for (char& c : word) c = alphabet[random() % alphabet.size()];
    words.push_back(word);
  }
  for (const auto& a : words) {
    for (const auto& b : words) {
      EXPECT_EQ(natural_less(a, b) || natural_less(b, a), a != b) << a << " " << b;
      EXPECT_FALSE(natural_less(a, b) && natural_less(b, a)) << a << " " << b;
      for (const auto& c : words) {
        if (natural_less(a, b) && natural_less(b, c)) {
          ASSERT_TRUE(natural_less(a, c)) << a << " " << b << " " << c;
        }
      }
    }
  }
}

TEST(NaturalLess, PutsBytesBeyondAsciiLast) {
  EXPECT_TRUE(natural_less("camz", "cam\xc3\xa9"));
  EXPECT_TRUE(natural_less("cam9", "cam\xc3\xa9"));
}

}  // namespace
}  // namespace calib
