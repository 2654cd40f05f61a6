#include "evaluate/same_pictures.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "base/append.hpp"
#include "base/median.hpp"
#include "base/parallel.hpp"
#include "evaluate/camera_pairs.hpp"

namespace calib {
namespace {

constexpr double kMostApart_px = 0.5;  // corners of pictures that were coded again or resized

// The views of a camera by frame, and what a pixel of it is in pixels of a common picture.
struct Stream {
  std::map<std::int64_t, const View*> views;
  ImageSize size;
};

// Two streams as pixels of the smaller of their pictures.
struct StreamPair {
  const Stream &first, &second;
  Eigen::Vector2d first_scale, second_scale;

  double distance_px(const Corner& a, const Corner& b) const {
    // The center of the first pixel is at 0.
    const Eigen::Vector2d at(first_scale.x() * (a.x + 0.5), first_scale.y() * (a.y + 0.5));
    return (at - Eigen::Vector2d(second_scale.x() * (b.x + 0.5), second_scale.y() * (b.y + 0.5)))
        .norm();
  }
};

std::optional<StreamPair> stream_pair(const Stream& first, const Stream& second) {
  constexpr double kSameShape = 0.02;
  const Eigen::Vector2d a(first.size.width, first.size.height),
      b(second.size.width, second.size.height);
  if (!(a.minCoeff() > 0 && b.minCoeff() > 0)) return std::nullopt;
  if (std::abs(a.x() * b.y() / (a.y() * b.x()) - 1) > kSameShape) return std::nullopt;
  const Eigen::Vector2d smaller = a.cwiseMin(b);
  return StreamPair{first, second, smaller.cwiseQuotient(a), smaller.cwiseQuotient(b)};
}

// The median distance of the corners that both views show; nullopt if they are far apart.
std::optional<double> same_corners(const StreamPair& pair, const View& a, const View& b) {
  constexpr std::size_t kFewestCorners = 4;
  std::vector<double> distances;
  auto other = b.corners.begin();
  for (const Corner& corner : a.corners) {
    while (other != b.corners.end() && other->id < corner.id) ++other;
    if (other == b.corners.end()) break;
    if (other->id != corner.id) continue;
    distances.push_back(pair.distance_px(corner, *other));
    // Most pairs of views end here.
    if (distances.size() == 1 && distances[0] > 8 * kMostApart_px) return std::nullopt;
  }
  if (distances.size() < kFewestCorners) return std::nullopt;
  const double distance = median(std::move(distances));
  return distance < kMostApart_px ? std::optional(distance) : std::nullopt;
}

// The stride of frame numbers: the most common difference of consecutive ones.
std::int64_t stride_of(const Stream& stream) {
  std::map<std::int64_t, int> counts;
  for (auto at = stream.views.begin(); at != stream.views.end(); ++at) {
    const auto next = std::next(at);
    if (next != stream.views.end()) ++counts[next->first - at->first];
  }
  const auto most =
      std::max_element(counts.begin(), counts.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? 1 : most->first;
}

// Those of evenly spaced frames that show the same corners at this offset.
SamePictures compared(const StreamPair& pair, std::int64_t offset, std::size_t most_frames) {
  SamePictures result;
  result.offset_frames = offset;
  const std::size_t step = std::max<std::size_t>(1, pair.first.views.size() / most_frames);
  std::vector<double> distances;
  std::size_t index = 0;
  for (const auto& [frame, view] : pair.first.views) {
    if (index++ % step != 0) continue;
    const auto other = pair.second.views.find(frame + offset);
    if (other == pair.second.views.end()) continue;
    ++result.frames;
    if (const auto distance = same_corners(pair, *view, *other->second))
      distances.push_back(*distance);
  }
  result.count = static_cast<long>(distances.size());
  if (!distances.empty()) result.distance_px = median(std::move(distances));
  return result;
}

// Whether the focal lengths, in parts of the pictures' widths, differ significantly.
bool lenses_differ(const Calibration& calibration, const std::string& first,
                   const std::string& second) {
  constexpr double kSigmas = 5, kLeast = 3e-4;
  const Camera *a = find_camera(calibration, first), *b = find_camera(calibration, second);
  if (!a || !b || !a->intrinsics || !b->intrinsics || a->intrinsics->model != b->intrinsics->model)
    return false;
  if (a->std.parameters.empty() || b->std.parameters.empty()) return false;
  const double focal_a = a->intrinsics->parameters[0], focal_b = b->intrinsics->parameters[0];
  const double ratio = focal_a / a->image_size.width * b->image_size.width / focal_b;
  const double sigma = std::hypot(a->std.parameters[0] / focal_a, b->std.parameters[0] / focal_b);
  return std::abs(ratio - 1) > std::max(kLeast, kSigmas * sigma);
}

}  // namespace

std::vector<SamePictures> same_pictures(const Observations& observations,
                                        const Calibration& calibration, int jobs) {
  constexpr std::int64_t kMostStrides = 10;
  constexpr long kFewest = 3;
  constexpr double kLeastShare = 0.2;
  std::vector<Stream> streams(observations.cameras.size());
  if (streams.size() < 2) return {};
  for (std::size_t c = 0; c < streams.size(); ++c)
    streams[c].size = observations.cameras[c].image_size;
  for (const View& view : observations.views)
    streams[static_cast<std::size_t>(view.camera)].views.emplace(view.frame, &view);
  std::vector<std::size_t> all(streams.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  const std::vector<CameraPair> pairs = camera_pairs(all);
  const auto most_frames = static_cast<std::size_t>(most_pair_frames(streams.size()));
  std::vector<std::optional<SamePictures>> found(pairs.size());
  parallel_for(pairs.size(), jobs, [&](std::size_t i) {
    const auto a = static_cast<std::size_t>(pairs[i].first);
    const auto b = static_cast<std::size_t>(pairs[i].second);
    const std::optional<StreamPair> pair = stream_pair(streams[a], streams[b]);
    if (!pair) return;
    const std::int64_t stride = stride_of(streams[a]);
    SamePictures best;
    for (std::int64_t k = 0; k <= kMostStrides; ++k) {  // of equal ones that nearest to 0 counts
      for (const std::int64_t offset : {k * stride, -k * stride}) {
        const SamePictures other = compared(*pair, offset, most_frames);
        if (other.count > best.count) best = other;
      }
    }
    best.first = observations.cameras[a].name;
    best.second = observations.cameras[b].name;
    if (best.count < kFewest ||
        static_cast<double>(best.count) < kLeastShare * static_cast<double>(best.frames) ||
        lenses_differ(calibration, best.first, best.second))
      return;
    found[i] = best;
  });
  std::vector<SamePictures> result;
  for (const std::optional<SamePictures>& each : found)
    if (each) result.push_back(*each);
  return result;
}

}  // namespace calib
