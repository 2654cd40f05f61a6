#include "base/utf8.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace calib {
namespace {

TEST(Utf8Length, AcceptsWellFormedCharacters) {
  EXPECT_EQ(utf8_length("a"), 1u);
  EXPECT_EQ(utf8_length("\u00fc"), 2u);
  EXPECT_EQ(utf8_length("\u20ac rest"), 3u);
  EXPECT_EQ(utf8_length("\U0001F4F7"), 4u);
}

TEST(Utf8Length, RefusesIllFormedText) {
  const std::string_view bad[] = {
      "",
      "\x80",              // a continuation byte alone
      "\xC3",              // truncated
      "\xC0\xAF",          // overlong, two bytes
      "\xE0\x80\xAF",      // overlong, three
      "\xF0\x80\x80\xAF",  // overlong, four
      "\xED\xA0\x80",      // a surrogate
      "\xF4\x90\x80\x80",  // beyond U+10FFFF
      "\xFF",
  };
  for (const std::string_view text : bad) EXPECT_EQ(utf8_length(text), 0u) << text;
}

TEST(Visible, IsOneLineOfText) {
  EXPECT_EQ(visible("cam0/\u00fc 1.png"), "cam0/\u00fc 1.png");
  EXPECT_EQ(visible("a\nb\x1b[1m\xff"), "a\\nb\\x1b[1m\\xff");
  EXPECT_TRUE(is_utf8("\u00fc"));
  EXPECT_FALSE(is_utf8("a\xff"));
}

}  // namespace
}  // namespace calib
