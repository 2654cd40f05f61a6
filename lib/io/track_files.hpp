#pragma once
// Files of points: their pixels in the cameras, and their positions in space. The end of a file's
// name says its form: .csv, .json or .npy (docs/points.md describes all three).

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/named.hpp"
#include "measure/align.hpp"
#include "measure/tracks.hpp"

namespace calib {

enum class TrackForm { kCsv, kJson, kNpy };
inline constexpr Named<TrackForm> kTrackForms[] = {
    {".csv", TrackForm::kCsv}, {".json", TrackForm::kJson}, {".npy", TrackForm::kNpy}};

/// The format of a file by its suffix; a device or pipe has CSV. Throws Error for another suffix.
TrackForm track_form(const std::filesystem::path& file);

/// Reads the pixels of points. An array of NumPy has the `cameras` in this order. Throws Error that
/// names the file and the place.
PixelTracks read_pixel_tracks(const std::filesystem::path& file,
                              const std::vector<std::string>& cameras, int jobs);
/// Reads the positions of points. Points of a CSV file without frames, such as those that were
/// measured in the room, are in frame 0.
PointTracks read_point_tracks(const std::filesystem::path& file, int jobs);

/// The bytes of a file. An array of NumPy has all `cameras` in this order, and the frames and
/// points that occur, without their names.
std::string track_bytes(const PixelTracks& tracks, TrackForm form,
                        const std::vector<std::string>& cameras, int jobs);
std::string track_bytes(const PointTracks& tracks, TrackForm form, int jobs);

/// The file of one camera that another tool's tracker wrote.
struct ViewFile {
  std::string camera;
  std::filesystem::path file;
};
/// Parses NAME=FILE.
ViewFile parse_view_file(const std::string& text);
/// Reads the files of trackers: DeepLabCut's CSV (also of Anipose), SLEAP's analysis CSV and COCO
/// keypoints (JSON), which are recognized by their content. Pixels with a score below `min_score`
/// count as not seen.
PixelTracks read_view_files(const std::vector<ViewFile>& views, double min_score);

/// Reads points that were measured in the room, from a CSV file with name,x,y,z and perhaps sigma,
/// in meters.
std::vector<MeasuredPoint> read_measured_points(const std::filesystem::path& file);

/// One pixel of a point, and the tracks of a list of them. Throws Error, which names `file`, if a
/// point has two pixels in one camera and frame.
struct TrackRow {
  std::int64_t frame = 0;
  int camera = 0, point = 0;
  Eigen::Vector2d pixel;
  double sigma_px = kMissing;
};
PixelTracks tracks_of_rows(std::vector<std::string> cameras, std::vector<std::string> points,
                           const std::vector<TrackRow>& rows, const std::string& file);

/// The functions for each format, which track_NAME.cpp defines.
PixelTracks read_pixel_csv(const std::filesystem::path& file, int jobs);
PointTracks read_point_csv(const std::filesystem::path& file, int jobs);
std::string csv_bytes(const PixelTracks& tracks, int jobs);
std::string csv_bytes(const PointTracks& tracks, int jobs);
PixelTracks read_pixel_npy(const std::filesystem::path& file,
                           const std::vector<std::string>& cameras);
PointTracks read_point_npy(const std::filesystem::path& file);
std::string npy_bytes(const PixelTracks& tracks, const std::vector<std::string>& cameras);
std::string npy_bytes(const PointTracks& tracks);
PixelTracks read_pixel_json(const std::filesystem::path& file);
PointTracks read_point_json(const std::filesystem::path& file);
std::string json_bytes(const PixelTracks& tracks);
std::string json_bytes(const PointTracks& tracks);

}  // namespace calib
