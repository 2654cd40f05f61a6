#pragma once
// THE LIST of fuzz targets. libFuzzer runs one of them (preset `fuzz`), and a test runs all of them
// on their corpora and on mutations of these.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace calib::testing {

struct FuzzTarget {
  std::string name;  ///< also the name of its folder in corpus/
  /// Takes any bytes. Ends the process if something other than an Error happens.
  void (*run)(const std::uint8_t* data, std::size_t size);
};

const std::vector<FuzzTarget>& fuzz_targets();

}  // namespace calib::testing
