#pragma once
// Dual numbers for forward-mode automatic differentiation: a value with its derivatives with
// respect to N variables. The formulas of the camera models are templates that also accept them.
// Plain arrays and loops, so that compilers can vectorize them.

#include <array>
#include <cmath>

namespace calib {

template <int N>
struct Jet {
  double a = 0;                  ///< the value
  std::array<double, N> v = {};  ///< its derivatives

  Jet() = default;
  explicit Jet(double value) : a(value) {}
  /// The variable number `index`.
  Jet(double value, int index) : a(value) { v[static_cast<std::size_t>(index)] = 1; }

  /// Chain rule: a function with this value whose derivatives with respect to x (and y) are given.
  static Jet chain(double value, double slope, const Jet& x) {
    Jet result(value);
    for (std::size_t i = 0; i < N; ++i) result.v[i] = slope * x.v[i];
    return result;
  }
  static Jet chain(double value, double by_x, const Jet& x, double by_y, const Jet& y) {
    Jet result(value);
    for (std::size_t i = 0; i < N; ++i) result.v[i] = by_x * x.v[i] + by_y * y.v[i];
    return result;
  }

  Jet& operator+=(const Jet& o) { return *this = *this + o; }

  friend Jet operator+(const Jet& x, const Jet& y) { return chain(x.a + y.a, 1, x, 1, y); }
  friend Jet operator-(const Jet& x, const Jet& y) { return chain(x.a - y.a, 1, x, -1, y); }
  friend Jet operator-(const Jet& x) { return chain(-x.a, -1, x); }
  friend Jet operator*(const Jet& x, const Jet& y) { return chain(x.a * y.a, y.a, x, x.a, y); }
  friend Jet operator/(const Jet& x, const Jet& y) {
    const double inverse = 1 / y.a, quotient = x.a * inverse;
    return chain(quotient, inverse, x, -quotient * inverse, y);
  }
  friend bool operator>(const Jet& x, const Jet& y) { return x.a > y.a; }
  friend bool operator<(const Jet& x, const Jet& y) { return x.a < y.a; }

  friend Jet sqrt(const Jet& x) {
    const double root = std::sqrt(x.a);
    return chain(root, 0.5 / root, x);
  }
  friend Jet sin(const Jet& x) { return chain(std::sin(x.a), std::cos(x.a), x); }
  friend Jet cos(const Jet& x) { return chain(std::cos(x.a), -std::sin(x.a), x); }
  friend Jet atan2(const Jet& y, const Jet& x) {
    const double square = x.a * x.a + y.a * y.a;
    return chain(std::atan2(y.a, x.a), x.a / square, y, -y.a / square, x);
  }
};

inline double value_of(double x) { return x; }
template <int N>
double value_of(const Jet<N>& x) {
  return x.a;
}

}  // namespace calib
