#include "pipeline/live_recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <opencv2/core/mat.hpp>
#include <set>
#include <utility>

#include "base/errors.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "image/find_files.hpp"
#include "image/layout.hpp"
#include "image/write_image.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

struct NamedSource {
  std::string name, source;
};

std::vector<NamedSource> named_sources(const std::vector<std::string>& texts) {
  std::vector<NamedSource> sources;
  std::set<std::string> names;
  for (const std::string& text : texts) {
    // Addresses may hold '=' too.
    const std::size_t equals = text.find('=');
    const bool is_named = equals != std::string::npos && !is_live_source(text.substr(0, equals));
    NamedSource source{fmt::format("cam{}", sources.size()), text};
    if (is_named) source = {text.substr(0, equals), text.substr(equals + 1)};
    require(
        is_live_source(source.source),
        fmt::format("--live: found '{}', expected a camera of this machine such as /dev/video0, "
                    "or the address of a stream such as rtsp://10.0.0.7/live",
                    source.source));
    check_camera_name(source.name);
    require(names.insert(source.name).second,
            fmt::format("--live: camera name '{}' is used twice", source.name));
    sources.push_back(std::move(source));
  }
  return sources;
}

ImageSize asked_size(const std::string& text) {
  if (text.empty()) return {};
  const auto [width, height] = parse_size(text, "--live-size (such as 1280x720)");
  return {width, height};
}

// One more than the largest number of the pictures in the folder, which may be missing.
std::int64_t number_after(const fs::path& folder) {
  constexpr std::size_t kMostDigits = 15;
  std::error_code error;
  if (!fs::is_directory(folder, error)) return 0;
  std::int64_t next = 0;
  for (const fs::path& picture : list_folder(folder).images) {
    const std::string stem = picture.stem().string();
    require(stem.size() <= kMostDigits && stem.find_first_not_of("0123456789") == std::string::npos,
            fmt::format("{}: is not numbered like the pictures of --live; film into another folder",
                        picture.string()));
    next = std::max(next, std::int64_t{std::stoll(stem)} + 1);
  }
  return next;
}

}  // namespace

std::vector<Option> describe(LiveOptions& o) {
  return {Option::list("live", o.sources,
                       "film with this camera (/dev/video0) or stream (rtsp://...) into DATASET, a "
                       "shot at each interval; repeat for each camera",
                       "NAME=SOURCE"),
          Option::text("live_size", o.size,
                       "the size of pictures that cameras of this machine are asked for", "WxH")};
}

LiveRecorder::LiveRecorder(const LiveOptions& options, const fs::path& folder, bool is_composite,
                           int jobs)
    : folder_(folder), is_composite_(is_composite), jobs_(jobs) {
  const std::vector<NamedSource> sources = named_sources(options.sources);
  require(!is_composite || sources.size() == 1,
          fmt::format("--live: found {} streams, expected one that shows all cameras, as --layout "
                      "and --roi say",
                      sources.size()));
  const ImageSize size = asked_size(options.size);
  cameras_.resize(sources.size());
  parallel_for(sources.size(), static_cast<int>(sources.size()), [&](std::size_t i) {
    cameras_[i] = std::make_unique<LiveCamera>(sources[i].name, sources[i].source, size);
  });
  for (const auto& camera : cameras_) next_ = std::max(next_, number_after(folder_of(*camera)));
}

fs::path LiveRecorder::folder_of(const LiveCamera& camera) const {
  return is_composite_ ? folder_.path() : folder_.path() / camera.name();
}

void LiveRecorder::take_shot() {
  std::vector<cv::Mat> pictures;
  bool has_any = false;
  for (const auto& camera : cameras_) {
    pictures.push_back(camera->take());
    has_any = has_any || !pictures.back().empty();
  }
  if (!has_any) return;
  parallel_for(pictures.size(), jobs_, [&](std::size_t i) {
    if (pictures[i].empty()) return;
    const fs::path folder = folder_of(*cameras_[i]);
    fs::create_directories(folder);
    write_image(folder / fmt::format("{:06}.png", next_), pictures[i]);
  });
  ++next_;
}

std::vector<std::string> LiveRecorder::silent_cameras() const {
  constexpr double kPatience_s = 3;
  std::vector<std::string> lines;
  for (const auto& camera : cameras_) {
    if (camera->silence_s() > kPatience_s)
      lines.push_back(fmt::format("{}: has given no picture for {:.0f} s; it is tried again",
                                  camera->name(), camera->silence_s()));
  }
  return lines;
}

}  // namespace calib
