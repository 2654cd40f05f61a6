#include "base/even_choice.hpp"

#include <gmock/gmock.h>

#include <numeric>

namespace calib {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<int> up_to(int count) {
  std::vector<int> items(static_cast<std::size_t>(count));
  std::iota(items.begin(), items.end(), 0);
  return items;
}

TEST(KeepEvenly, KeepsAllWhereTheyAreFew) {
  std::vector<int> items = up_to(4), none;
  keep_evenly(items, 4);
  EXPECT_THAT(items, ElementsAre(0, 1, 2, 3));
  keep_evenly(none, 4);
  EXPECT_THAT(none, IsEmpty());
}

TEST(KeepEvenly, SpreadsWhatItKeepsOverAll) {
  std::vector<int> items = up_to(10);
  keep_evenly(items, 4);
  EXPECT_THAT(items, ElementsAre(0, 3, 6, 9));
  keep_evenly(items, 1);
  EXPECT_THAT(items, ElementsAre(0));
}

TEST(EvenStep, LeavesNoMoreThanAreAskedFor) {
  for (std::size_t count = 0; count < 100; ++count) {
    for (std::size_t most = 1; most < 20; ++most) {
      const std::size_t step = even_step(count, most);
      EXPECT_LE((count + step - 1) / step, most);
    }
  }
}

}  // namespace
}  // namespace calib
