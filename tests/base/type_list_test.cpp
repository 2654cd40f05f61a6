#include "base/type_list.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace calib {
namespace {

struct One {
  static constexpr const char* name = "one";
};
struct Two {
  static constexpr const char* name = "two";
};
struct Three {
  static constexpr const char* name = "three";
};
using List = TypeList<One, Two, Three>;

static_assert(List::size == 3);
static_assert(TypeList<>::size == 0);

TEST(TypeList, VisitsEveryTypeInOrder) {
  std::vector<std::string> names;
  for_each_type(List{}, [&]<class T>() { names.emplace_back(T::name); });
  EXPECT_THAT(names, ::testing::ElementsAre("one", "two", "three"));
}

TEST(TypeList, VisitsTheTypeAtAnIndex) {
  const auto name = []<class T>() { return std::string(T::name); };
  EXPECT_EQ(visit_type<std::string>(List{}, 0, name), "one");
  EXPECT_EQ(visit_type<std::string>(List{}, 1, name), "two");
  EXPECT_EQ(visit_type<std::string>(List{}, 2, name), "three");
}

TEST(TypeList, AnEmptyListHasNoVisits) {
  int calls = 0;
  for_each_type(TypeList<>{}, [&]<class T>() { ++calls; });
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace calib
