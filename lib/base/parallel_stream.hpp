#pragma once
// The definition of parallel_stream(). Only base/parallel.hpp includes this header.

#include <memory>

namespace calib {
namespace detail {
using Token = std::shared_ptr<void>;
void run_stream(int jobs, const std::function<Token()>& next,
                const std::function<void(void*)>& work, const std::function<void(void*)>& finish);
}  // namespace detail

template <class T>
void parallel_stream(int jobs, const std::function<bool(T&)>& next,
                     const std::function<void(T&)>& work, const std::function<void(T&)>& finish) {
  detail::run_stream(
      jobs,
      [&]() -> detail::Token {
        auto item = std::make_shared<T>();
        return next(*item) ? item : nullptr;
      },
      [&](void* item) { work(*static_cast<T*>(item)); },
      [&](void* item) {
        if (finish) finish(*static_cast<T*>(item));
      });
}

}  // namespace calib
