#include "io/track_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace calib {

TrackForm track_form(const std::filesystem::path& file) {
  const std::string extension = file.extension().string();
  if (const auto* form = find_named(kTrackForms, extension)) return form->value;
  if (extension.empty() && is_written_in_place(file)) return TrackForm::kCsv;
  throw Error(fmt::format("{}: the end of its name does not say what it is, expected one of {}",
                          file.string(), join(names_of(kTrackForms), ", ")));
}

PixelTracks read_pixel_tracks(const std::filesystem::path& file,
                              const std::vector<std::string>& cameras, int jobs) {
  switch (track_form(file)) {
    case TrackForm::kCsv:
      return read_pixel_csv(file, jobs);
    case TrackForm::kJson:
      return read_pixel_json(file);
    case TrackForm::kNpy:
      return read_pixel_npy(file, cameras);
  }
  return {};
}

PointTracks read_point_tracks(const std::filesystem::path& file, int jobs) {
  switch (track_form(file)) {
    case TrackForm::kCsv:
      return read_point_csv(file, jobs);
    case TrackForm::kJson:
      return read_point_json(file);
    case TrackForm::kNpy:
      return read_point_npy(file);
  }
  return {};
}

std::string track_bytes(const PixelTracks& tracks, TrackForm form,
                        const std::vector<std::string>& cameras, int jobs) {
  if (form == TrackForm::kNpy) return npy_bytes(tracks, cameras);
  return form == TrackForm::kJson ? json_bytes(tracks) : csv_bytes(tracks, jobs);
}

std::string track_bytes(const PointTracks& tracks, TrackForm form, int jobs) {
  if (form == TrackForm::kNpy) return npy_bytes(tracks);
  return form == TrackForm::kJson ? json_bytes(tracks) : csv_bytes(tracks, jobs);
}

PixelTracks tracks_of_rows(std::vector<std::string> cameras, std::vector<std::string> points,
                           const std::vector<TrackRow>& rows, const std::string& file) {
  PixelTracks tracks{std::move(cameras), std::move(points)};
  tracks.keys.reserve(rows.size());
  for (const TrackRow& row : rows) {
    if (tracks.keys.empty() || tracks.keys.back() != TrackKey{row.frame, row.point})
      tracks.keys.push_back({row.frame, row.point});
  }
  if (!std::is_sorted(tracks.keys.begin(), tracks.keys.end()))
    std::sort(tracks.keys.begin(), tracks.keys.end());
  tracks.keys.erase(std::unique(tracks.keys.begin(), tracks.keys.end()), tracks.keys.end());
  tracks.pixels.assign(tracks.keys.size() * tracks.cameras.size(),
                       Eigen::Vector2d::Constant(kMissing));
  const bool has_sigma =
      std::any_of(rows.begin(), rows.end(), [](const TrackRow& row) { return row.sigma_px > 0; });
  if (has_sigma) tracks.sigma_px.assign(tracks.pixels.size(), kMissing);
  std::size_t key = 0;
  for (const TrackRow& row : rows) {
    const TrackKey wanted{row.frame, row.point};
    if (tracks.keys[key] != wanted) {  // rows are often in the order of the keys
      if (key + 1 < tracks.keys.size() && tracks.keys[key + 1] == wanted) {
        ++key;
      } else {
        key = static_cast<std::size_t>(
            std::lower_bound(tracks.keys.begin(), tracks.keys.end(), wanted) - tracks.keys.begin());
      }
    }
    const std::size_t at = tracks.at(key, static_cast<std::size_t>(row.camera));
    require(!tracks.pixels[at].allFinite() || !row.pixel.allFinite(),
            fmt::format("{}: point '{}' has two pixels in frame {} of camera '{}', expected one",
                        file, tracks.points[static_cast<std::size_t>(row.point)], row.frame,
                        tracks.cameras[static_cast<std::size_t>(row.camera)]));
    if (!row.pixel.allFinite()) continue;
    tracks.pixels[at] = row.pixel;
    if (has_sigma) tracks.sigma_px[at] = row.sigma_px;
  }
  return tracks;
}

}  // namespace calib
