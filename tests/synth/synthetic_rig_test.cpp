#include "synth/synthetic_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "base/errors.hpp"
#include "support/error_text.hpp"
#include "synth/usual_board.hpp"

namespace calib {
namespace {

using calib::testing::error_text;
using ::testing::HasSubstr;

Eigen::Vector3d center(const Camera& camera) { return camera.T_cam_rig->inverse().translation; }

bool is_full(const View& view, const Board& board = testing::kUsualBoard) {
  return static_cast<int>(view.corners.size()) == corner_count(board);
}

int full_views(const Observations& observations, const Board& board = testing::kUsualBoard) {
  return static_cast<int>(std::count_if(observations.views.begin(), observations.views.end(),
                                        [&](const View& view) { return is_full(view, board); }));
}

void expect_same(const Calibration& a, const Calibration& b) {
  ASSERT_EQ(a.cameras.size(), b.cameras.size());
  ASSERT_EQ(a.frames.size(), b.frames.size());
  for (std::size_t i = 0; i < a.cameras.size(); ++i) {
    EXPECT_EQ(a.cameras[i].intrinsics->parameters, b.cameras[i].intrinsics->parameters);
    EXPECT_EQ(a.cameras[i].T_cam_rig->matrix(), b.cameras[i].T_cam_rig->matrix());
  }
  for (const auto& [frame, pose] : a.frames) EXPECT_EQ(pose.matrix(), b.frames.at(frame).matrix());
}

TEST(SyntheticRig, FollowsFromItsOptionsAlone) {
  const SynthOptions options;
  const Calibration rig = make_synthetic_rig(options, testing::kUsualBoard);
  expect_same(rig, make_synthetic_rig(options, testing::kUsualBoard));
  SynthOptions other = options;
  other.seed = 2;
  EXPECT_NE(make_synthetic_rig(other, testing::kUsualBoard).frames.at(0).matrix(),
            rig.frames.at(0).matrix());
}

TEST(SyntheticRig, IsACompleteCalibration) {
  const Calibration rig = make_synthetic_rig({}, testing::kUsualBoard);
  EXPECT_EQ(rig.reference_camera, "cam0");
  EXPECT_EQ(rig.board, testing::kUsualBoard);
  EXPECT_FALSE(rig.verdict);
  ASSERT_EQ(rig.cameras.size(), 4u);
  ASSERT_EQ(rig.frames.size(), 40u);
  EXPECT_EQ(rig.frames.rbegin()->first, 39);
  EXPECT_EQ(rig.cameras[0].T_cam_rig->matrix(), Eigen::Matrix4d::Identity());
  for (std::size_t i = 0; i < rig.cameras.size(); ++i) {
    EXPECT_EQ(rig.cameras[i].name, "cam" + std::to_string(i));
    ASSERT_TRUE(rig.cameras[i].intrinsics);
    EXPECT_NO_THROW(check_intrinsics(*rig.cameras[i].intrinsics));
    // Composing poses causes rounding errors.
    EXPECT_LT(rigidity_error(rig.cameras[i].T_cam_rig->matrix()), 1e-12);
  }
  EXPECT_THAT(rig.provenance.options,
              ::testing::Contains(std::pair<std::string, std::string>("arrangement", "grid")));
}

// The share of cut views, counted with the exact corners, is 8 of 160 for 0.05.
TEST(SyntheticRig, CutsTheAskedShareOfViews) {
  for (const double partial : {0.0, 0.05, 0.3, 1.0}) {
    for (const int seed : {1, 2, 3}) {
      SynthOptions options;
      options.partial = partial;
      options.seed = seed;
      const Observations seen =
          true_observations(make_synthetic_rig(options, testing::kUsualBoard), 0);
      EXPECT_TRUE(seen.missing.empty());
      const int cut = 160 - full_views(seen);
      EXPECT_EQ(cut, std::lround(160 * partial)) << "partial " << partial << " seed " << seed;
    }
  }
}

// If a board is not cut, the image also shows half a square around its squares, which detectors
// need.
TEST(SyntheticRig, WholeBoardsHaveAMargin) {
  SynthOptions options;
  options.partial = 0;
  const Calibration rig = make_synthetic_rig(options, testing::kUsualBoard);
  for (const Camera& camera : rig.cameras) {
    const Projector projector(*camera.intrinsics);
    for (const auto& [frame, T_rig_board] : rig.frames) {
      const double s = testing::kUsualBoard.square_m;
      for (const double x : {-1.5 * s, 11.5 * s}) {
        for (const double y : {-1.5 * s, 8.5 * s}) {
          const auto pixel =
              projector.project(*camera.T_cam_rig * T_rig_board * Eigen::Vector3d(x, y, 0));
          ASSERT_TRUE(pixel) << camera.name << " frame " << frame;
          EXPECT_GE(std::min(pixel->x(), pixel->y()), 0) << camera.name << " frame " << frame;
          EXPECT_LE(pixel->x(), 1279) << camera.name << " frame " << frame;
          EXPECT_LE(pixel->y(), 719) << camera.name << " frame " << frame;
        }
      }
    }
  }
}

TEST(SyntheticRig, BoardsCoverThePicturesOfAllCameras) {
  const Observations seen = true_observations(make_synthetic_rig({}, testing::kUsualBoard), 0);
  std::map<int, std::array<int, 16>> cells;  // 4 x 4 cells for each camera
  for (const View& view : seen.views) {
    if (!is_full(view)) continue;  // Every detector finds whole boards.
    for (const Corner& corner : view.corners) {
      const int cell = static_cast<int>(corner.y / 180) * 4 + static_cast<int>(corner.x / 320);
      ++cells[view.camera][static_cast<std::size_t>(cell)];
    }
  }
  ASSERT_EQ(cells.size(), 4u);
  for (const auto& [camera, counts] : cells) {
    for (std::size_t i = 0; i < counts.size(); ++i) {
      EXPECT_GE(counts[i], 20) << "camera " << camera << " cell " << i % 4 << "," << i / 4;
    }
  }
}

TEST(SyntheticRig, BoardsAreNearAndFarAndTilted) {
  const Calibration rig = make_synthetic_rig({}, testing::kUsualBoard);
  const Observations seen = true_observations(rig, 0);
  double least = 1, most = 0;
  for (const View& view : seen.views) {
    if (!is_full(view)) continue;
    const auto [low, high] =
        std::minmax_element(view.corners.begin(), view.corners.end(),
                            [](const Corner& a, const Corner& b) { return a.x < b.x; });
    least = std::min(least, (high->x - low->x) / 1280);
    most = std::max(most, (high->x - low->x) / 1280);
  }
  EXPECT_LT(least, 0.3);
  EXPECT_GT(most, 0.5);
  int steep = 0, portrait = 0;
  for (const auto& [frame, pose] : rig.frames) {
    const Eigen::Matrix3d axes = pose.rotation.toRotationMatrix();
    if (axes(2, 2) < std::cos(25 * 3.14159265 / 180)) ++steep;
    if (std::abs(axes(1, 0)) > std::abs(axes(0, 0))) ++portrait;
  }
  EXPECT_GE(steep, 8);
  EXPECT_GE(portrait, 5);
}

// An image cannot show by which quarter turn a 10x10 board was rotated, so that the truth must not
// depend on it.
TEST(SyntheticRig, AmbiguousBoardsStayUpright) {
  const Board board{&kChessboard, 10, 10, 0.03};
  for (const auto& [frame, pose] : make_synthetic_rig({}, board).frames) {
    const Eigen::Vector3d right = pose.rotation * Eigen::Vector3d::UnitX();
    EXPECT_GT(right.x(), std::abs(right.y())) << "frame " << frame;
  }
}

TEST(SyntheticRig, CamerasDifferALittle) {
  const Calibration rig = make_synthetic_rig({}, testing::kUsualBoard);
  std::set<double> k1;
  for (const Camera& camera : rig.cameras) {
    const std::vector<double>& p = camera.intrinsics->parameters;
    k1.insert(p[4]);
    EXPECT_NEAR(p[1] / p[0], 1, 0.0011);
    EXPECT_NEAR(p[2], 639.5, 12.81);
    EXPECT_NEAR(p[3], 359.5, 7.21);
  }
  EXPECT_EQ(k1.size(), 4u);
}

// Checks both ends of the middle row for every model. The focal length and the center vary by 1 %.
TEST(SyntheticRig, HasTheAskedAngleOfView) {
  for (const std::string& model : model_names()) {
    SynthOptions options;
    options.model = model;
    options.fov_deg = 100;
    options.frames = 1;
    for (const Camera& camera : make_synthetic_rig(options, testing::kUsualBoard).cameras) {
      const Projector projector(*camera.intrinsics);
      const auto left = projector.unproject({-0.5, 359.5}),
                 right = projector.unproject({1279.5, 359.5});
      ASSERT_TRUE(left && right) << model;
      EXPECT_NEAR(std::acos(left->dot(*right)) * 180 / 3.14159265, 100, 2) << model;
      for (const double x : {0, 1279}) {
        for (const double y : {0, 719}) EXPECT_TRUE(projector.unproject({x, y})) << model;
      }
    }
  }
}

TEST(SyntheticRig, GridIsNearSquareRowByRow) {
  SynthOptions options;
  options.frames = 1;
  for (const auto& [count, columns] : std::map<int, int>{{2, 2}, {4, 2}, {6, 3}, {7, 3}}) {
    options.cameras = count;
    const Calibration rig = make_synthetic_rig(options, testing::kUsualBoard);
    for (int i = 0; i < count; ++i) {
      const auto at = [&](int k) { return center(rig.cameras[static_cast<std::size_t>(k)]); };
      // Each position has an error of 2 % of the baseline in each axis. Five sigma of a difference.
      if (i % columns > 0) {
        EXPECT_NEAR((at(i) - at(i - 1)).norm(), 0.1, 0.015);
        EXPECT_GT(at(i).x(), at(i - 1).x() + 0.08);
      }
      if (i >= columns) {
        EXPECT_NEAR((at(i) - at(i - columns)).norm(), 0.1, 0.015);
        EXPECT_GT(at(i).y(), at(i - columns).y() + 0.08);
      }
    }
  }
}

TEST(SyntheticRig, LineRunsAlongX) {
  SynthOptions options;
  options.arrangement = RigShape::kLine;
  options.cameras = 5;
  const Calibration rig = make_synthetic_rig(options, testing::kUsualBoard);
  for (std::size_t i = 1; i < rig.cameras.size(); ++i) {
    const Eigen::Vector3d step = center(rig.cameras[i]) - center(rig.cameras[i - 1]);
    EXPECT_NEAR(step.norm(), 0.1, 0.015);
    EXPECT_LT(std::abs(step.y()), 0.02);
  }
}

TEST(SyntheticRig, RingLooksInwardsAndNeighborsShareBoards) {
  for (const int count : {2, 3, 4, 7, 12}) {
    SynthOptions options;
    options.arrangement = RigShape::kRing;
    options.cameras = count;
    const Calibration rig = make_synthetic_rig(options, testing::kUsualBoard);
    std::map<std::int64_t, std::set<int>> seen_by;
    for (const View& view : true_observations(rig, 0).views) {
      if (view.corners.size() * 4 >= 88) seen_by[view.frame].insert(view.camera);
    }
    ASSERT_EQ(seen_by.size(), 40u) << count << " cameras";
    std::set<int> linked;
    for (const auto& [frame, cameras] : seen_by) {
      bool neighbors = false;
      for (const int camera : cameras) {
        const int next = (camera + 1) % count;
        if (cameras.count(next) == 0) continue;
        neighbors = true;
        linked.insert({camera, next});
      }
      EXPECT_TRUE(neighbors) << count << " cameras, frame " << frame;
    }
    EXPECT_EQ(static_cast<int>(linked.size()), count);
    if (count < 4) continue;
    // The axes of opposite cameras have opposite directions within about a degree.
    const Eigen::Vector3d axis =
        rig.cameras[static_cast<std::size_t>(count / 2)].T_cam_rig->rotation.conjugate() *
        Eigen::Vector3d::UnitZ();
    const double turned = count % 2 == 0 ? 180.0 : 360.0 / count * (count / 2);
    EXPECT_NEAR(std::acos(axis.z()) * 180 / 3.14159265, turned, 4) << count << " cameras";
  }
}

TEST(SyntheticRig, RingNeighborsKeepTheirDistance) {
  SynthOptions options;
  options.arrangement = RigShape::kRing;
  options.baseline_m = 2;
  options.cameras = 6;
  const Calibration rig = make_synthetic_rig(options, testing::kUsualBoard);
  for (std::size_t i = 1; i < rig.cameras.size(); ++i) {
    // Each position has an error of 2 % of the baseline in each axis.
    EXPECT_NEAR((center(rig.cameras[i]) - center(rig.cameras[i - 1])).norm(), 2, 0.3);
  }
}

class EveryKind : public ::testing::TestWithParam<std::tuple<RigShape, std::string, int>> {};

TEST_P(EveryKind, GivesARigWhoseBoardsAreSeen) {
  const auto& [arrangement, model, cameras] = GetParam();
  SynthOptions options;
  options.arrangement = arrangement;
  options.model = model;
  options.cameras = cameras;
  options.frames = 12;
  const Observations seen = true_observations(make_synthetic_rig(options, testing::kUsualBoard), 0);
  ASSERT_EQ(static_cast<int>(seen.cameras.size()), cameras);
  std::set<int> with_views;
  for (const View& view : seen.views) {
    if (is_full(view)) with_views.insert(view.camera);
  }
  EXPECT_EQ(static_cast<int>(with_views.size()), cameras);
}

INSTANTIATE_TEST_SUITE_P(
    SyntheticRigs, EveryKind,
    ::testing::Combine(::testing::Values(RigShape::kGrid, RigShape::kLine, RigShape::kRing),
                       ::testing::ValuesIn(model_names()), ::testing::Values(1, 2, 7)));

TEST(SyntheticRig, WideFisheyesWork) {
  for (const RigShape arrangement : {RigShape::kGrid, RigShape::kRing}) {
    SynthOptions options;
    options.model = "fisheye";
    options.fov_deg = 150;
    options.arrangement = arrangement;
    const Observations seen =
        true_observations(make_synthetic_rig(options, testing::kUsualBoard), 0);
    EXPECT_GE(full_views(seen), 72) << name_of(kRigShapes, arrangement);
  }
}

TEST(SynthOptions, AreDescribed) {
  SynthOptions options;
  std::set<std::string> keys;
  for (const Option& option : describe(options)) {
    EXPECT_TRUE(keys.insert(option.key).second) << option.key;
    EXPECT_NO_THROW(option.set(option.values())) << option.key;  // The defaults are valid.
    if (option.key == "baseline") option.set({"25cm"});
    if (option.key == "model") option.set({"fisheye"});
  }
  EXPECT_EQ(options.baseline_m, 0.25);
  EXPECT_EQ(options.model, "fisheye");
}

std::string refusal(void (*change)(SynthOptions&)) {
  SynthOptions options;
  change(options);
  return error_text([&] { make_synthetic_rig(options, testing::kUsualBoard); });
}

TEST(SyntheticRig, RefusesWhatCannotBe) {
  EXPECT_EQ(refusal([](SynthOptions& o) { o.cameras = 0; }),
            "cameras: found '0', expected a whole number from 1 to 100");
  SynthOptions options;
  EXPECT_THAT(error_text([&] { describe(options)[1].set({"rng"}); }),
              HasSubstr("arrangement: found 'rng', expected one of grid, line, ring (did you mean "
                        "'ring'?)"));
  EXPECT_EQ(
      refusal([](SynthOptions& o) { o.fov_deg = 150; }),
      "fov_deg: found 150, expected at most 120 for the model opencv5: use a smaller angle or "
      "--model fisheye");
  EXPECT_EQ(refusal([](SynthOptions& o) { o.size = "32x32"; }),
            "size: found 32x32, expected at least 64x64");
  EXPECT_THAT(refusal([](SynthOptions& o) { o.size = "big"; }), HasSubstr("size"));
  EXPECT_EQ(refusal([](SynthOptions& o) { o.composite = "1x3"; }),
            "composite: found 1x3, expected at least 4 tiles for 4 cameras");
  EXPECT_THAT(error_text([] {
                make_synthetic_rig({}, Board{&kChessboard, 1, 8, 0.03});
              }),
              HasSubstr("a board of 1x8 corners"));
}

}  // namespace
}  // namespace calib
