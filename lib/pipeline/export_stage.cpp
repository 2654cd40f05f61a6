#include "pipeline/export_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/folder_lock.hpp"
#include "base/staged_folder.hpp"
#include "base/text.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// One line per format.
std::string format_help() {
  std::string text = "the other tool's format, and what -o names:";
  for (const ExportFormat& format : export_formats()) {
    text += fmt::format("\n{}, a {}: {}", format.name, format.is_folder ? "folder" : "file",
                        format.help);
  }
  return text + "\n";
}

void require_model_in(const ExportFormat& format, const std::string& model) {
  require(std::find(format.models.begin(), format.models.end(), model) != format.models.end(),
          fmt::format("--convert-to: found '{}', which the format {} cannot hold; it holds {}",
                      model, format.name, join(format.models, ", ")));
}

// What is known of the old lens's parameters does not hold for the new ones.
void forget_old_lens(Camera& camera) {
  camera.std.parameters.clear();
  camera.uncertainty.reset();
  camera.reprojection_rms_px.reset();
  camera.model_trials.clear();
}

std::vector<ConvertedCamera> convert(Calibration& calibration, const std::string& model) {
  std::vector<ConvertedCamera> converted;
  for (Camera& camera : calibration.cameras) {
    if (!camera.intrinsics || camera.intrinsics->model == model) continue;
    const std::string from = camera.intrinsics->model;
    try {
      converted.push_back({camera.name, from, convert_lens(*camera.intrinsics, model)});
    } catch (const UndeterminedError& error) {
      throw UndeterminedError(fmt::format("{}: {}", camera.name, error.what()));
    }
    camera.intrinsics = converted.back().lens.intrinsics;
    forget_covariance(calibration);
    forget_old_lens(camera);
  }
  return converted;
}

// Moving the new files in place would replace a link, folder or pipe instead of writing to it.
void require_regular(const fs::path& path) {
  const fs::file_status status = fs::symlink_status(path);
  require(!fs::exists(status) || fs::is_regular_file(status),
          path.string() + ": is not a regular file; move it away, or choose another --output");
}

// The files are put in place together: never some of them, or some of an earlier set.
std::vector<fs::path> write_into(const fs::path& folder, const std::vector<ExportedFile>& files,
                                 const std::string& input, bool force) {
  const FolderLock lock(folder);
  StagedFolder staged(lock);
  std::vector<std::string> names;
  std::vector<fs::path> written;
  for (const ExportedFile& file : files) {
    names.push_back(file.name);
    written.push_back(folder / file.name);
    refuse_overwrite(written.back(), force, {input});
    require_regular(written.back());
    write_file_unflushed(staged.path() / file.name, file.bytes);
  }
  staged.put_in_place(names);
  return written;
}

std::vector<fs::path> write_one(const fs::path& path, const ExportedFile& file,
                                const std::string& input, bool force) {
  std::optional<FileLock> lock;
  if (!is_written_in_place(path)) lock.emplace(path);
  refuse_overwrite(path, force, {input});
  write_file(path, file.bytes);
  return {path};
}

}  // namespace

std::vector<Option> describe(ExportOptions& options) {
  return {
      Option::choice("format", options.format, format_help(), by_name(export_formats()), "FORMAT"),
      Option::text("convert_to", options.convert_to,
                   "fit this lens model to the cameras of other models first, and say how well",
                   "MODEL")
          .one_of(model_names()),
      Option::choice("length_unit", options.units_per_meter,
                     "the unit of the lengths in the files; that of the format when not given",
                     kLengthUnits, "UNIT")};
}

ExportResult export_stage(Calibration calibration, const ExportOptions& options,
                          const fs::path& output, const std::string& input,
                          const Context& context) {
  const ExportFormat& format = *options.format;
  ExportResult result;
  if (!options.convert_to.empty()) {
    require_model_in(format, options.convert_to);
    result.converted = convert(calibration, options.convert_to);
  }
  const std::vector<ExportedFile> files =
      export_calibration(calibration, format, options.units_per_meter);
  result.files = format.is_folder ? write_into(output, files, input, context.force)
                                  : write_one(output, files.front(), input, context.force);
  return result;
}

}  // namespace calib
