#pragma once
// THE LIST of what is fed with arbitrary bytes. libFuzzer drives each (preset `fuzz`), and a test
// drives all of them over their corpora and mutations of these.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace calib::testing {

struct FuzzTarget {
  std::string name;  ///< of its folder in corpus/
  /// Takes any bytes. Ends the process when something goes wrong that is not an Error.
  void (*run)(const std::uint8_t* data, std::size_t size);
};

const std::vector<FuzzTarget>& fuzz_targets();

}  // namespace calib::testing
