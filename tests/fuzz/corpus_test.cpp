// Runs every fuzz target on all inputs in its corpus and on a few hundred mutations of them (or on
// as many as CALIB_FUZZ_SECONDS allow for each target). scripts/fuzz.sh runs libFuzzer for longer.
// If a target fails, the program ends, and the input is in the folder for temporary files under the
// name calib_fuzz_TARGET.

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "base/files.hpp"
#include "fuzz/targets.hpp"
#include "synth/random.hpp"

namespace calib::testing {
namespace {

namespace fs = std::filesystem;

constexpr int kMutations = 400;

std::vector<std::string> corpus(const std::string& target) {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(CALIB_SOURCE_DIR) / "tests/fuzz/corpus" / target))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> inputs;
  for (const fs::path& file : files) inputs.push_back(read_file(file));
  return inputs;
}

// Changes, removes or repeats a few bytes, or takes them from another input.
std::string mutated(std::string bytes, const std::string& other, Random& random) {
  const auto below = [&](std::size_t count) {
    return static_cast<std::size_t>(random.uniform() * static_cast<double>(count));
  };
  for (std::size_t change = 0, changes = 1 + below(4); change < changes && !bytes.empty();
       ++change) {
    const std::size_t at = below(bytes.size());
    switch (below(5)) {
      case 0:
        bytes[at] = static_cast<char>(below(256));
        break;
      case 1:
        bytes[at] = "0-9.:[]{}#&*!|>'\"%@\n eE"[below(23)];
        break;
      case 2:
        bytes.erase(at, 1 + below(20));
        break;
      case 3:
        bytes.insert(at, bytes.substr(below(bytes.size()), below(40)));
        break;
      default:
        if (!other.empty()) bytes.replace(at, below(20), other.substr(below(other.size()), 20));
    }
  }
  return bytes;
}

void feed(const FuzzTarget& target, const std::string& bytes) {
  const fs::path file = fs::temp_directory_path() / ("calib_fuzz_" + target.name);
  write_file_unflushed(file, bytes);
  target.run(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  fs::remove(file);
}

// The value of CALIB_FUZZ_SECONDS, or zero if it is not set.
std::chrono::seconds fuzzing_time() {
  const char* seconds = std::getenv("CALIB_FUZZ_SECONDS");
  return std::chrono::seconds(seconds ? std::stoi(seconds) : 0);
}

class Fuzz : public ::testing::TestWithParam<FuzzTarget> {};

TEST_P(Fuzz, NothingThatIsReadBreaksTheReader) {
  const FuzzTarget& target = GetParam();
  const std::vector<std::string> inputs = corpus(target.name);
  ASSERT_FALSE(inputs.empty()) << "tests/fuzz/corpus/" << target.name << " is empty";
  for (const std::string& input : inputs) feed(target, input);
  feed(target, "");
  Random random(mix_seed(1, 2));
  const auto end = std::chrono::steady_clock::now() + fuzzing_time();
  for (int i = 0; i < kMutations || std::chrono::steady_clock::now() < end; ++i) {
    const auto pick = [&] {
      return inputs[static_cast<std::size_t>(random.uniform() *
                                             static_cast<double>(inputs.size()))];
    };
    feed(target, mutated(pick(), pick(), random));
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, Fuzz, ::testing::ValuesIn(fuzz_targets()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace calib::testing
