// The entry point of libFuzzer, for the target in the environment variable CALIB_FUZZ:
// CALIB_FUZZ=image calib_fuzz tests/fuzz/corpus/image -max_total_time=600

#include <cstdio>
#include <cstdlib>

#include "fuzz/targets.hpp"

namespace {

const calib::testing::FuzzTarget& chosen() {
  const char* wanted = std::getenv("CALIB_FUZZ");
  for (const auto& target : calib::testing::fuzz_targets()) {
    if (wanted && target.name == wanted) return target;
  }
  std::fprintf(stderr, "CALIB_FUZZ must name one of:");
  for (const auto& target : calib::testing::fuzz_targets())
    std::fprintf(stderr, " %s", target.name.c_str());
  std::fprintf(stderr, "\n");
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const calib::testing::FuzzTarget& target = chosen();
  target.run(data, size);
  return 0;
}
