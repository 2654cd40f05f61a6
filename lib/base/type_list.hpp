#pragma once
// A compile-time list of types, with which the camera models and their tests are enumerated.

#include <cstddef>
#include <utility>

namespace calib {

template <class... Ts>
struct TypeList {
  static constexpr std::size_t size = sizeof...(Ts);
};

/// Calls `f.template operator()<T>()` for every T of the list, in order.
template <class... Ts, class F>
constexpr void for_each_type(TypeList<Ts...>, F&& f) {
  (f.template operator()<Ts>(), ...);
}

/// Calls `f.template operator()<T>()` for the type T at `index`. The list must not be empty.
template <class R, class F, class First, class... Rest>
R visit_type(TypeList<First, Rest...>, std::size_t index, F&& f) {
  if constexpr (sizeof...(Rest) > 0) {
    if (index > 0) return visit_type<R>(TypeList<Rest...>{}, index - 1, std::forward<F>(f));
  }
  return f.template operator()<First>();
}

}  // namespace calib
