#include "io/track_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/files.hpp"
#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib {
namespace track_files_test {

using ::testing::ElementsAre;
using testing::error_text;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

class TrackFiles : public ::testing::Test {
 protected:
  std::filesystem::path file(const std::string& name, const std::string& bytes) {
    write_file(folder_.path() / name, bytes);
    return folder_.path() / name;
  }
  TemporaryFolder folder_;
};

constexpr const char* kPixels =
    "frame,camera,point,x,y,sigma\n"
    "1,a,\"left, ear\",1,2,\n"
    "3,a,nose,10.5,20,0.5\n"
    "3,b,nose,11,21,\n"
    "3,b,\"left, ear\",,,\n";

void expect_same(const PixelTracks& a, const PixelTracks& b) {
  EXPECT_EQ(a.cameras, b.cameras);
  EXPECT_EQ(a.points.size(), b.points.size());
  ASSERT_EQ(a.pixels.size(), b.pixels.size());
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    EXPECT_EQ(a.pixels[i].allFinite(), b.pixels[i].allFinite());
    if (a.pixels[i].allFinite()) {
      EXPECT_EQ(a.pixels[i], b.pixels[i]);
    }
  }
}

TEST_F(TrackFiles, ReadsPixelsFromCsv) {
  const PixelTracks tracks = read_pixel_tracks(file("a.csv", kPixels), {}, 2);
  EXPECT_THAT(tracks.cameras, ElementsAre("a", "b"));
  EXPECT_THAT(tracks.points, ElementsAre("left, ear", "nose"));
  EXPECT_THAT(tracks.keys, ElementsAre(TrackKey{1, 0}, TrackKey{3, 0}, TrackKey{3, 1}));
  EXPECT_EQ(tracks.pixels[tracks.at(2, 0)], Eigen::Vector2d(10.5, 20));
  EXPECT_EQ(tracks.sigma_px[tracks.at(2, 0)], 0.5);
  EXPECT_TRUE(std::isnan(tracks.sigma_px[tracks.at(2, 1)]));
  EXPECT_FALSE(tracks.pixels[tracks.at(1, 1)].allFinite());
}

TEST_F(TrackFiles, ReadsWhatItWrote) {
  const PixelTracks tracks = read_pixel_tracks(file("a.csv", kPixels), {}, 1);
  const std::vector<std::string> cameras = {"a", "b"};
  for (const auto& [suffix, form] : kTrackForms) {
    const std::string bytes = track_bytes(tracks, form, cameras, 2);
    const PixelTracks read = read_pixel_tracks(file(std::string("b") + suffix, bytes), cameras, 1);
    if (form == TrackForm::kCsv) expect_same(read, tracks);
    EXPECT_EQ(track_bytes(read, form, cameras, 1), bytes) << suffix;
  }
}

TEST_F(TrackFiles, ReadsPointsThatItWrote) {
  PointTracks points{{"p", "q"}, {{5, 0}, {5, 1}, {9, 0}}, std::vector<Point3d>(3)};
  points.values[0].position = {0.125, -2, 3.5};
  points.values[0].covariance << 1e-6, 0, 0, 2e-6, 0, 3e-6;
  points.values[0].residual_px = 0.25;
  points.values[0].views = 3;
  for (const auto& [suffix, form] : kTrackForms) {
    const std::string bytes = track_bytes(points, form, 2);
    const PointTracks read = read_point_tracks(file(std::string("p") + suffix, bytes), 2);
    EXPECT_EQ(read.values[0].position, points.values[0].position) << suffix;
    EXPECT_FALSE(read.values[1].known()) << suffix;
    EXPECT_FALSE(read.values[2].known()) << suffix;
  }
}

TEST_F(TrackFiles, ReadsMeasuredPointsAsPointsOfOneFrame) {
  const PointTracks read =
      read_point_tracks(file("room.csv", "name,x,y,z,sigma\np,1,2,3,0.001\nq,4,5,6,0.001\n"), 1);
  EXPECT_THAT(read.points, ElementsAre("p", "q"));
  EXPECT_THAT(read.keys, ElementsAre(TrackKey{0, 0}, TrackKey{0, 1}));
  EXPECT_EQ(read.values[1].position, Eigen::Vector3d(4, 5, 6));
}

TEST_F(TrackFiles, ReadsTrackersFiles) {
  const auto deeplabcut = file("a.csv",
                               "scorer,net,net,net,net,net,net\n"
                               "bodyparts,nose,nose,nose,ear,ear,ear\n"
                               "coords,x,y,likelihood,x,y,likelihood\n"
                               "0,1.5,2.5,0.9,3,4,0.2\n"
                               "img001.png,5,6,0.8,,,\n");
  const auto sleap = file("b.csv",
                          "track,frame_idx,instance.score,nose.x,nose.y,nose.score,ear.x,ear.y,"
                          "ear.score\n,0,0.9,10,20,0.9,30,40,0.7\n");
  const auto coco = file("c.json",
                         R"({"images": [{"id": 7, "file_name": "cam_0000.png"}],
          "annotations": [{"image_id": 7, "keypoints": [100, 200, 2, 0, 0, 0]}],
          "categories": [{"keypoints": ["nose", "ear"]}]})");
  const PixelTracks tracks = read_view_files({{"a", deeplabcut}, {"b", sleap}, {"c", coco}}, 0.5);
  EXPECT_THAT(tracks.points, ElementsAre("nose", "ear"));
  EXPECT_THAT(tracks.keys,
              ElementsAre(TrackKey{0, 0}, TrackKey{0, 1}, TrackKey{1, 0}, TrackKey{1, 1}));
  EXPECT_EQ(tracks.pixels[tracks.at(0, 0)], Eigen::Vector2d(1.5, 2.5));
  EXPECT_EQ(tracks.pixels[tracks.at(0, 1)], Eigen::Vector2d(10, 20));
  EXPECT_EQ(tracks.pixels[tracks.at(0, 2)], Eigen::Vector2d(100, 200));
  EXPECT_FALSE(tracks.pixels[tracks.at(1, 0)].allFinite());  // its likelihood is too small
  EXPECT_EQ(tracks.pixels[tracks.at(1, 1)], Eigen::Vector2d(30, 40));
  EXPECT_FALSE(tracks.pixels[tracks.at(1, 2)].allFinite());  // it is not labeled
  EXPECT_EQ(tracks.pixels[tracks.at(2, 0)], Eigen::Vector2d(5, 6));
}

TEST_F(TrackFiles, SaysWhatIsWrong) {
  const auto message = [&](const std::string& name, const std::string& bytes) {
    const auto path = file(name, bytes);
    return error_text([&] { read_pixel_tracks(path, {"a", "b"}, 1); });
  };
  EXPECT_THAT(message("x.csv", "frame,kamera,point,x,y\n"),
              HasSubstr("x.csv:1: has no column 'camera' (did you mean 'kamera'?)"));
  EXPECT_THAT(message("x.csv", "frame;camera;point;x;y\n0;a;p;1,5;2\n"),
              HasSubstr("x.csv:1: the fields are separated by semicolons, expected commas"));
  EXPECT_THAT(message("x.csv", "frame,camera,point,x,y\n0,a,p,1,2\n0,a,p,1\n"),
              HasSubstr("x.csv:3: found 4 fields, expected 5"));
  EXPECT_THAT(message("x.csv", "frame,camera,point,x,y\n0,a,p,1,zwei\n"),
              HasSubstr("x.csv:2: found 'zwei' for y, expected a number or nothing"));
  EXPECT_THAT(message("x.csv", "frame,camera,point,x,y\n0,a,p,1,2\n0,a,p,1,2\n"),
              HasSubstr("point 'p' has two pixels in frame 0 of camera 'a'"));
  EXPECT_THAT(message("x.csv", "frame,camera,point,x,y,sigma\n0,a,p,1,2,-1\n"),
              HasSubstr("found the sigma -1"));
  EXPECT_THAT(message("x.txt", ""), HasSubstr("expected one of .csv, .json, .npy"));
  EXPECT_THAT(message("x.json", "[]"), HasSubstr("is not JSON with an object"));
  EXPECT_THAT(message("x.json", R"({"frames": [0], "points": ["p"], "cameras": {"a": []}})"),
              HasSubstr("found 0 lists for camera 'a', expected one for each of the 1 frames"));
  EXPECT_THAT(message("x.npy", "\x93NUMPY"), HasSubstr("is not an array of NumPy"));
  EXPECT_THAT(message("x.npy", track_bytes(PointTracks{}, TrackForm::kNpy, 1)),
              HasSubstr("expected (2 cameras, frames, points, 2)"));
}

TEST_F(TrackFiles, ReadsMeasuredPoints) {
  const auto points = read_measured_points(file("p.csv", "name,x,y,z\nA,0,1,2\nB,3,4,5\n"));
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[1].name, "B");
  EXPECT_EQ(points[1].position_m, Eigen::Vector3d(3, 4, 5));
  const auto twice = file("q.csv", "name,x,y,z\nA,0,1,2\nA,3,4,5\n");
  EXPECT_THAT(error_text([&] { read_measured_points(twice); }), HasSubstr("each name once"));
}

}  // namespace track_files_test
}  // namespace calib
