#include "io/artifacts.hpp"

#include "base/files.hpp"
#include "base/hash.hpp"
#include "io/yaml_reader.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

std::string hash_of_bytes(std::string_view bytes) { return Hasher().add(bytes).hex(); }

}  // namespace

template <class T>
Artifact<T> read_artifact(const fs::path& file) {
  std::string text = read_file(file, YamlNode::kMaxBytes);
  std::string hash = hash_of_bytes(text);
  return {parse_artifact<T>(std::move(text), file), std::move(hash)};
}

template <class T>
Artifact<T> make_artifact(T value) {
  std::string hash = hash_of_bytes(to_yaml(value));
  return {std::move(value), std::move(hash)};
}

template Artifact<Dataset> read_artifact(const fs::path&);
template Artifact<Observations> read_artifact(const fs::path&);
template Artifact<Calibration> read_artifact(const fs::path&);
template Artifact<RectificationEntries> read_artifact(const fs::path&);
template Artifact<DesignSummary> read_artifact(const fs::path&);
template Artifact<Observations> make_artifact(Observations);
template Artifact<Calibration> make_artifact(Calibration);

Dataset read_dataset(const fs::path& file) { return read_artifact<Dataset>(file).value; }
Observations read_observations(const fs::path& file) {
  return read_artifact<Observations>(file).value;
}
Calibration read_calibration(const fs::path& file) {
  return read_artifact<Calibration>(file).value;
}
RectificationEntries read_rectification(const fs::path& file) {
  return read_artifact<RectificationEntries>(file).value;
}

DesignSummary read_design(const fs::path& file) { return read_artifact<DesignSummary>(file).value; }

}  // namespace calib
