#pragma once
// A list of types that code can be run over: THE way in which models, and tests of models, are
// enumerated.

#include <cstddef>
#include <tuple>
#include <utility>

namespace calib {

template <class... Ts>
struct TypeList {
  static constexpr std::size_t size = sizeof...(Ts);
  using AsTuple = std::tuple<Ts...>;
};

/// Calls `f.template operator()<T>()` for every T of the list, in order.
template <class... Ts, class F>
constexpr void for_each_type(TypeList<Ts...>, F&& f) {
  (f.template operator()<Ts>(), ...);
}

/// Calls `f.template operator()<T>()` for the type at `index`; the list must not be empty.
template <class R, class F, class First, class... Rest>
R visit_type(TypeList<First, Rest...>, std::size_t index, F&& f) {
  if constexpr (sizeof...(Rest) > 0) {
    if (index > 0) return visit_type<R>(TypeList<Rest...>{}, index - 1, std::forward<F>(f));
  }
  return f.template operator()<First>();
}

}  // namespace calib
