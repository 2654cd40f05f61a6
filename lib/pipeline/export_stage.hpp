#pragma once
// Writes a calibration as another tool's files, on request with its lenses converted to another
// model.

#include <filesystem>
#include <string>
#include <vector>

#include "base/option.hpp"
#include "io/export_list.hpp"
#include "pipeline/context.hpp"
#include "scene/calibration.hpp"
#include "solve/convert_lens.hpp"

namespace calib {

struct ExportOptions {
  const ExportFormat* format = nullptr;  // must be given
  std::string convert_to;                // empty: the lenses as they are
  double units_per_meter = 0;            // 0: those of the format
};
std::vector<Option> describe(ExportOptions& options);

struct ConvertedCamera {
  std::string name;
  std::string from;  ///< its model before
  ConvertedLens lens;
};

struct ExportResult {
  std::vector<ConvertedCamera> converted;
  std::vector<std::filesystem::path> files;  ///< as written
};

/// `output` is a folder for formats of several files, otherwise a file. `input` is the
/// calibration's own file, which is never overwritten. Throws Error naming what the format cannot
/// hold.
ExportResult export_stage(Calibration calibration, const ExportOptions& options,
                          const std::filesystem::path& output, const std::string& input,
                          const Context& context);

}  // namespace calib
