#include "pipeline/warp_frames.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/named.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "image/decode.hpp"
#include "image/image_stream.hpp"
#include "image/video.hpp"
#include "image/video_sequence.hpp"
#include "image/write_image.hpp"
#include "rectify/preview.hpp"
#include "rectify/warp.hpp"
#include "scene/rescale_calibration.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

// One camera of the set: the size of its pictures, where they come from, and its maps.
struct Source {
  std::string name;
  ImageSize size;
  const DatasetCamera* images = nullptr;
  Warp warp;
};

// One frame on its way from the reader through the warp to the files.
struct Frame {
  std::size_t index = 0;  // among the frames that are read
  std::int64_t key = 0;
  std::vector<std::string> names;    // of the files, one for each camera
  std::vector<cv::Mat> pixels;       // one for each camera; the worker decodes image files
  std::string problem;               // why the frame is skipped; empty: it is not
  std::string advice;                // what to do if all frames have this problem
  std::vector<double> matched = {};  // the matched share of each pair, when previewed
};

ImageSize size_of(const cv::Mat& pixels) { return {pixels.cols, pixels.rows}; }

const DatasetCamera& images_of(const Dataset& dataset, const std::string& name) {
  if (const DatasetCamera* camera = find_named(dataset.cameras, name)) return *camera;
  const std::vector<std::string> known = names_of(dataset.cameras);
  throw Error(fmt::format("the images have no camera '{}', which the calibration has; found {}{}",
                          name, join(known, ", "), did_you_mean(name, known)));
}

std::vector<Source> sources_of(const Rectification& rectification, const Calibration& calibration,
                               const Dataset& dataset, Interpolation interpolation) {
  std::vector<Source> sources;
  for (std::size_t i = 0; i < rectification.set.cameras.size(); ++i) {
    const std::string& name = rectification.set.cameras[i].name;
    const ImageSize size = find_camera(calibration, name)->intrinsics->image_size;
    const DatasetCamera& images = images_of(dataset, name);
    require(
        images.image_size == ImageSize{} || images.image_size == size,
        fmt::format("{}: the images are {}, but it was calibrated at {}; use the images that it "
                    "was calibrated with, or calibrate again; {}",
                    name, to_text(images.image_size), to_text(size),
                    rescale_advice(name, size, images.image_size)));
    sources.push_back({name, size, &images, Warp(rectification.maps[i], interpolation)});
  }
  for (const Source& source : sources) {
    const bool has_video = sources.front().images->has_video();
    require(source.images->has_video() == has_video,
            fmt::format("{} has images and {} a video: expected the same of all cameras of a set",
                        has_video ? source.name : sources.front().name,
                        has_video ? sources.front().name : source.name));
  }
  return sources;
}

class FrameReader {
 public:
  virtual ~FrameReader() = default;
  virtual std::size_t count() const = 0;  // videos only state how many frames they have
  virtual bool next(Frame& frame) = 0;
  virtual double fps() const = 0;
  virtual std::vector<SkippedFrame> notes() const = 0;  // complete at the end
};

// Every frame of which some camera of the set has an image. With `all_frames`, every frame of which
// any camera of the dataset has an image, so that the new videos of all sets have the same frames.
class ImageFrames : public FrameReader {
 public:
  ImageFrames(const std::vector<Source>& sources, const Dataset& dataset, bool all_frames) {
    std::map<std::int64_t, std::vector<std::string>> names;
    for (const DatasetCamera& camera : dataset.cameras) {
      for (std::size_t i = 0; all_frames && i < camera.images.size(); ++i)
        names[camera.images[i].frame].resize(sources.size());
    }
    for (std::size_t c = 0; c < sources.size(); ++c) {
      for (const ImageFile& image : sources[c].images->images) {
        names[image.frame].resize(sources.size());
        names[image.frame][c] = image.path;
      }
    }
    for (auto& [key, files] : names) {
      frames_.push_back({frames_.size(), key, std::move(files), {}, {}, {}});
      frames_.back().problem = missing_text(sources, frames_.back().names);
    }
  }

  std::size_t count() const override { return frames_.size(); }
  double fps() const override { return 0; }
  bool next(Frame& frame) override {
    if (at_ == frames_.size()) return false;
    frame = frames_[at_++];
    return true;
  }
  std::vector<SkippedFrame> notes() const override { return {}; }

 private:
  static std::string missing_text(const std::vector<Source>& sources,
                                  const std::vector<std::string>& files) {
    std::vector<std::string> missing;
    for (std::size_t c = 0; c < files.size(); ++c)
      if (files[c].empty()) missing.push_back(sources[c].name);
    if (missing.empty()) return "";
    return fmt::format("{} {} no image", join(missing, ", "), missing.size() > 1 ? "have" : "has");
  }

  std::vector<Frame> frames_;
  std::size_t at_ = 0;
};

// One video for each camera, or one for all cameras of a composite, read frame by frame in parallel
// until the shortest one ends. Of videos whose frames are listed, the frames that all of them have.
class VideoFrames : public FrameReader {
 public:
  VideoFrames(const Dataset& dataset, const std::vector<Source>& sources) : sources_(sources) {
    list_common();
    for (std::size_t c = 0; c < sources.size(); ++c) {
      if (sources[c].images->is_composite && !streams_.empty()) {
        streams_.front().sources.push_back(c);
        continue;
      }
      const DatasetCamera& camera = *sources[c].images;
      streams_.push_back({VideoSequence(resolve(dataset, camera.videos)), video_text(camera), {c}});
      const double first = streams_.front().video.fps(), fps = streams_.back().video.fps();
      require(
          is_listed_ || std::abs(fps - first) <= 0.01 * first,
          fmt::format(
              "{} has {:.3f} frames per second and {} {:.3f}: their frame rates differ; convert "
              "one of them first",
              streams_.front().name, first, streams_.back().name, fps));
    }
  }

  std::size_t count() const override {
    if (is_listed_) return common_.size();
    std::size_t least = streams_.front().video.stated_frames();
    for (const Stream& stream : streams_) least = std::min(least, stream.video.stated_frames());
    return selection().count(least);
  }
  double fps() const override {
    return streams_.front().video.fps() / static_cast<double>(std::max(1, selection().every));
  }
  std::vector<SkippedFrame> notes() const override { return notes_; }

  bool next(Frame& frame) override {
    frame.index = at_;
    if (is_listed_ && at_ == common_.size()) return false;
    frame.names.resize(sources_.size());
    frame.pixels.resize(sources_.size());
    for (std::size_t s = 0; s < streams_.size(); ++s) {
      SequenceFrame read;
      if (!read_next(s, read)) return false;
      if (s == 0) frame.key = static_cast<std::int64_t>(read.position);
      take(streams_[s], read, frame);
    }
    if (is_listed_) frame.key = common_[at_].frame;
    ++at_;
    return true;
  }

 private:
  struct Stream {
    VideoSequence video;
    std::string name;
    std::vector<std::size_t> sources;  // whose pictures it has
  };
  // A frame that all videos have, and its place in each camera's.
  struct Common {
    std::int64_t frame = 0;
    std::vector<std::size_t> positions;
  };

  const FrameSelection& selection() const { return sources_.front().images->selection; }

  void list_common() {
    std::map<std::int64_t, std::vector<std::size_t>> positions;
    for (const Source& source : sources_) {
      const std::vector<VideoFrame>& listed = source.images->video_frames;
      is_listed_ = is_listed_ || !listed.empty();
      for (std::size_t i = 0; i < listed.size(); ++i)
        if (source.images->selection.takes(i)) positions[listed[i].frame].push_back(i);
    }
    for (const auto& [frame, places] : positions)
      if (places.size() == sources_.size()) common_.push_back({frame, places});
    std::sort(common_.begin(), common_.end(),
              [](const Common& a, const Common& b) { return a.positions < b.positions; });
  }

  // Reads the next frame of a stream that is wanted. The missing end of a video is noted.
  bool read_next(std::size_t s, SequenceFrame& read) {
    Stream& stream = streams_[s];
    const auto is_wanted = [&](std::size_t position) {
      return is_listed_ ? position >= common_[at_].positions[stream.sources.front()]
                        : selection().takes(position);
    };
    while (stream.video.read_wanted(PixelFormat::kAsStored, is_wanted, selection().end, read)) {
      if (read.image.problem.empty()) return true;
      notes_.push_back({static_cast<std::int64_t>(at_), stream.name + ": " + read.image.problem});
    }
    note_end(s);
    return false;
  }

  void take(const Stream& stream, const SequenceFrame& read, Frame& frame) const {
    for (const std::size_t c : stream.sources) {
      const DatasetCamera& camera = *sources_[c].images;
      frame.names[c] = fmt::format("{}#{}", camera.videos[read.video], read.index);
      DecodedImage view = view_of(camera, read.image);
      frame.pixels[c] = std::move(view.pixels);
      if (!view.problem.empty()) frame.problem = frame.names[c] + ": " + view.problem;
    }
  }

  // Notes videos that would go on after the end of this one.
  void note_end(std::size_t ended) {
    for (std::size_t s = 0; s < streams_.size(); ++s) {
      const std::size_t stated = streams_[s].video.stated_frames();
      if (s == ended || stated <= at_ + 2 + stated / 50) continue;
      notes_.push_back({static_cast<std::int64_t>(at_),
                        fmt::format("{} ends here, {} has {} frames", streams_[ended].name,
                                    streams_[s].name, stated)});
    }
  }

  const std::vector<Source>& sources_;
  std::vector<Stream> streams_;
  std::vector<SkippedFrame> notes_;
  bool is_listed_ = false;
  std::vector<Common> common_;  // in the order of the videos, if their frames are listed
  std::size_t at_ = 0;          // the number of frames that were read
};

// Which of `count` frames get a preview: places.preview_frames of them, spread evenly, or all.
std::set<std::size_t> preview_indices(std::size_t count, const WarpPlaces& places) {
  std::set<std::size_t> indices;
  if (places.previews.empty()) return indices;
  const std::size_t wanted = places.preview_frames == 0
                                 ? count
                                 : std::min(count, static_cast<std::size_t>(places.preview_frames));
  for (std::size_t i = 0; i < wanted; ++i) indices.insert(i * count / wanted);
  return indices;
}

class FrameWarper {
 public:
  FrameWarper(Rectification& rectification, std::vector<Source> sources, const Dataset& dataset,
              const WarpOptions& options, const WarpPlaces& places, const Context& context)
      : set_(rectification.set),
        sources_(std::move(sources)),
        dataset_(dataset),
        options_(options),
        places_(places),
        context_(context),
        videos_(sources_.size()) {}

  WarpedFrames go() {
    const std::unique_ptr<FrameReader> reader = open();
    for (const Source& source : sources_) create_folder(folder_of(source));
    previewed_ = preview_indices(reader->count(), places_);
    if (!previewed_.empty()) create_folder(places_.previews);
    const double known_fps = dataset_.frame_rate_hz.value_or(reader->fps());
    fps_ = options_.fps > 0 ? options_.fps : known_fps > 0 ? known_fps : 10;
    context_.progress->begin("rectify " + set_name(set_), reader->count());
    parallel_stream<Frame>(
        context_.jobs, [&](Frame& frame) { return reader->next(frame); },
        [&](Frame& frame) { work(frame); }, [&](Frame& frame) { finish(frame); });
    context_.progress->end();
    for (const auto& video : videos_)
      if (video) video->finish();
    for (SkippedFrame& note : reader->notes()) result_.skipped.push_back(std::move(note));
    for (std::size_t p = 0; p < set_.pairs.size() && matched_frames_ > 0; ++p)
      set_.pairs[p].matched_share = matched_[p] / static_cast<double>(matched_frames_);
    return std::move(result_);
  }

 private:
  std::unique_ptr<FrameReader> open() {
    if (!sources_.front().images->has_video())
      return std::make_unique<ImageFrames>(sources_, dataset_, is_video_format(options_.format));
    return std::make_unique<VideoFrames>(dataset_, sources_);
  }

  // The pictures of a single camera stand in the folder of the set.
  fs::path folder_of(const Source& source) const {
    const bool own = sources_.size() > 1 && !is_video_format(options_.format);
    return own ? places_.pictures / source.name : places_.pictures;
  }

  void work(Frame& frame) {
    if (frame.problem.empty()) load(frame);
    if (!frame.problem.empty()) return frame.pixels.clear();
    for (std::size_t c = 0; c < sources_.size(); ++c) {
      require(frame.pixels[c].depth() == CV_8U || options_.format == "png",
              fmt::format("{}: has 16 bits per channel, which {} cannot hold; use --format png",
                          frame.names[c], options_.format));
      frame.pixels[c] = sources_[c].warp(frame.pixels[c]);
      if (is_video_format(options_.format)) continue;
      // Leading zeros keep the files in order in any file browser.
      write_image(folder_of(sources_[c]) / fmt::format("{:06}.{}", frame.key, options_.format),
                  frame.pixels[c]);
    }
    if (previewed_.contains(frame.index)) draw_previews(frame);
    if (!is_video_format(options_.format)) frame.pixels.clear();
  }

  void load(Frame& frame) {
    frame.pixels.resize(sources_.size());
    DecodedImage whole;
    for (std::size_t c = 0; c < sources_.size() && frame.problem.empty(); ++c) {
      cv::Mat& pixels = frame.pixels[c];
      if (pixels.empty()) {
        const bool is_decoded = c > 0 && frame.names[c] == frame.names[c - 1];  // a composite
        if (!is_decoded)
          whole = decode_image(resolve(dataset_, frame.names[c]), PixelFormat::kAsStored);
        DecodedImage image = view_of(*sources_[c].images, whole);
        pixels = std::move(image.pixels);
        if (!image.problem.empty()) frame.problem = frame.names[c] + ": " + image.problem;
      }
      if (frame.problem.empty() && !(size_of(pixels) == sources_[c].size)) {
        frame.problem =
            fmt::format("{}: is {}, but {} was calibrated at {}", frame.names[c],
                        to_text(size_of(pixels)), sources_[c].name, to_text(sources_[c].size));
        frame.advice = rescale_advice(sources_[c].name, sources_[c].size, size_of(pixels));
      }
    }
  }

  void draw_previews(Frame& frame) const {
    const auto place = [&](const std::string& what) {
      return places_.previews / fmt::format("{:06}_{}.png", frame.key, what);
    };
    write_image(place("lines"), draw_lines(set_, frame.pixels));
    for (const RectifiedPair& pair : set_.pairs) {
      const std::string names = pair.first + "_" + pair.second;
      write_image(place(names + "_anaglyph"), draw_anaglyph(set_, pair, frame.pixels));
      // Things may be as near as half the distance of the boards.
      const DisparityPicture disparity =
          draw_disparity(set_, pair, frame.pixels, set_.distance_m / 2);
      write_image(place(names + "_disparity"), disparity.picture);
      frame.matched.push_back(disparity.matched_share);
    }
  }

  void finish(Frame& frame) {
    context_.progress->advance();
    if (is_video_format(options_.format)) append_to_videos(frame);
    if (!frame.problem.empty()) {
      result_.skipped.push_back({frame.key, frame.problem, frame.advice});
      return;
    }
    result_.images += sources_.size();
    if (!previewed_.contains(frame.index)) return;
    result_.previews.push_back(places_.previews / fmt::format("{:06}_lines.png", frame.key));
    matched_.resize(set_.pairs.size());
    for (std::size_t p = 0; p < set_.pairs.size(); ++p) matched_[p] += frame.matched[p];
    ++matched_frames_;
  }

  // A frame that cannot be used is black: so frame i of all videos was taken at the same time.
  void append_to_videos(const Frame& frame) {
    const ImageSize size = set_.image_size;
    for (std::size_t c = 0; c < sources_.size(); ++c) {
      if (!videos_[c]) {
        videos_[c] = std::make_unique<VideoWriter>(
            places_.pictures / fmt::format("{}.{}", sources_[c].name, options_.format), fps_,
            size.width, size.height);
      }
      videos_[c]->write(frame.pixels.empty()
                            ? cv::Mat(size.height, size.width, CV_8UC1, cv::Scalar(0))
                            : frame.pixels[c]);
    }
  }

  RectifiedSet& set_;
  std::vector<Source> sources_;
  const Dataset& dataset_;
  const WarpOptions& options_;
  const WarpPlaces& places_;
  const Context& context_;
  std::vector<std::unique_ptr<VideoWriter>> videos_;
  std::set<std::size_t> previewed_;
  double fps_ = 10;
  WarpedFrames result_;
  std::vector<double> matched_;  // the sum over frames, for each pair
  std::size_t matched_frames_ = 0;
};

}  // namespace

std::vector<std::string> skipped_lines(const std::vector<SkippedFrame>& skipped) {
  constexpr std::size_t kMost = 10;
  std::vector<std::string> lines;
  for (const SkippedFrame& frame : skipped) {
    if (lines.size() == kMost) {
      lines.push_back(fmt::format("and {} more frames", skipped.size() - kMost));
      break;
    }
    lines.push_back(fmt::format("frame {}: {}", frame.frame, frame.reason));
  }
  return lines;
}

WarpedFrames warp_frames(Rectification& rectification, const Calibration& calibration,
                         const Dataset& dataset, const WarpOptions& options,
                         const WarpPlaces& places, const Context& context) {
  std::vector<Source> sources =
      sources_of(rectification, calibration, dataset, options.interpolation);
  rectification.maps.clear();  // the sources hold their own
  return FrameWarper(rectification, std::move(sources), dataset, options, places, context).go();
}

}  // namespace calib
