#include "base/subsample.hpp"

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

TEST(Subsample, KeepsAllItemsIfTheyAreFew) {
  std::vector<int> items = up_to(4), none;
  subsample(items, 4);
  EXPECT_THAT(items, ElementsAre(0, 1, 2, 3));
  subsample(none, 4);
  EXPECT_THAT(none, IsEmpty());
}

TEST(Subsample, KeepsEvenlySpacedItems) {
  std::vector<int> items = up_to(10);
  subsample(items, 4);
  EXPECT_THAT(items, ElementsAre(0, 3, 6, 9));
  subsample(items, 1);
  EXPECT_THAT(items, ElementsAre(0));
}

TEST(EvenlySpread, CoversTheWholeRange) {
  EXPECT_THAT(evenly_spread(10, 4), ElementsAre(0, 2, 5, 7));
  EXPECT_THAT(evenly_spread(2, 4), ElementsAre(0, 1));
  EXPECT_THAT(evenly_spread(0, 4), IsEmpty());
}

TEST(SubsampleStep, LimitsTheNumberOfItems) {
  for (std::size_t count = 0; count < 100; ++count) {
    for (std::size_t most = 1; most < 20; ++most) {
      const std::size_t step = subsample_step(count, most);
      EXPECT_LE((count + step - 1) / step, most);
    }
  }
}

}  // namespace
}  // namespace calib
