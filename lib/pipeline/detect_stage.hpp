#pragma once
// The detect stage: images -> observations.yaml.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/option.hpp"
#include "image/dataset.hpp"
#include "pipeline/context.hpp"
#include "pipeline/detect_counts.hpp"
#include "pipeline/shard.hpp"
#include "scene/observations.hpp"
#include "target/detector_list.hpp"

namespace calib {

struct DetectOptions {
  const Detector* detector = &detectors().front();
  double image_timeout_s = 20;
};
std::vector<Option> describe(DetectOptions& options);

/// Finds the board in one picture, 8-bit gray (to_gray8()). The reason is `timeout` if the detector
/// takes longer than `image_timeout_s`.
Detection find_board(const cv::Mat& gray, const Board& board, const DetectOptions& options);

/// A file that could not be used at all: unreadable, or of another size than its camera's other
/// images.
struct BrokenImage {
  std::string path, problem;
};

struct DetectResult {
  std::vector<DetectCounts> counts;
  std::vector<BrokenImage> broken;
  std::string doctor;                 ///< the board doctor's advice; empty: none needed
  std::string printed;                ///< how the boards are printed; empty: not known
  std::vector<RepeatedTag> repeated;  ///< as in the observations
  double decode_s = 0, find_s = 0;    ///< summed over the threads
  double wall_s = 0;                  ///< of decoding and finding
};

/// Finds the board in every image and writes observations.yaml to `output`. Decoding and detection
/// overlap on `context.jobs` threads, with a few images per thread in memory: memory hardly grows
/// with the number of images, and the result does not depend on the threads. Images that cannot be
/// used become `missing` with their reason and are listed in `broken` (context.strict: Error). When
/// at most one image in twenty shows the board, the doctor tries other board sizes. Throws
/// UndeterminedError with its advice when no image shows the board; nothing is written then. With a
/// `shard` only the frames of this shard are searched, and whether they are enough is left to
/// merge_shards().
DetectResult detect(const Dataset& dataset, const Board& board, const DetectOptions& options,
                    Provenance provenance, const Context& context,
                    const std::filesystem::path& output,
                    const std::optional<Shard>& shard = std::nullopt);

/// The key of a shard's provenance that tells which shard it is.
inline constexpr const char* kShardOption = "shard";

/// The provenance that detect() writes for these inputs. The dataset is hashed before its images
/// are searched, so the next run notices images that change in between.
Provenance detect_provenance(const std::string& dataset_hash, const Board& board,
                             DetectOptions options);

}  // namespace calib
