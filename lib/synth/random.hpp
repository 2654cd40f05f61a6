#pragma once
// Random numbers that are the same on every machine. The C++ standard defines std::mt19937_64
// exactly, but not the distributions, which are therefore implemented here.

#include <cmath>
#include <cstdint>
#include <random>
#include <string_view>

namespace calib {

/// Mixes `value` into `state` (the finalizer of splitmix64: Steele, Lea, Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014).
inline std::uint64_t mix_seed(std::uint64_t state, std::uint64_t value) {
  std::uint64_t z = state + 0x9e3779b97f4a7c15ULL * (value + 1);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/// The seed for one image, so that no image depends on the order in which they are rendered.
inline std::uint64_t view_seed(int seed, int camera, std::int64_t frame) {
  const std::uint64_t of_camera =
      mix_seed(static_cast<std::uint64_t>(seed), static_cast<std::uint64_t>(camera));
  return mix_seed(of_camera, static_cast<std::uint64_t>(frame));
}

/// The seed for an object with a name.
inline std::uint64_t named_seed(int seed, std::string_view name) {
  std::uint64_t state = static_cast<std::uint64_t>(seed);
  for (const char c : name) state = mix_seed(state, static_cast<unsigned char>(c));
  return state;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  /// In [0, 1), with all 53 bits of a double.
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// In [0, count).
  int below(int count) { return static_cast<int>(uniform() * count); }
  /// Mean 0, standard deviation 1 (Box and Muller, 1958).
  double normal() {
    constexpr double kTwoPi = 6.283185307179586;
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));  // 1 - u is never 0
    return radius * std::cos(kTwoPi * uniform());
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace calib
