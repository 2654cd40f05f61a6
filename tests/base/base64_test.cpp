#include "base/base64.hpp"

#include <gtest/gtest.h>

namespace calib {
namespace {

TEST(Base64, MatchesTheTestVectorsOfRfc4648) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, EncodesBytesAbove127) { EXPECT_EQ(to_base64("\xff\xfe\xfd"), "//79"); }

}  // namespace
}  // namespace calib
