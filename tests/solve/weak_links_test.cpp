#include "solve/weak_links.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "solve/solve_all.hpp"
#include "solve/solve_rig.hpp"
#include "support/synthetic_world.hpp"

namespace calib {
namespace {

using testing::kBoard;
using testing::solve_all;

constexpr std::int64_t kLater = 1000;  // frames of one camera alone

// Three cameras, of which the last one shares only the frames `common` with the others.
testing::World loosely_tied_world(const std::set<std::int64_t>& common,
                                  const Board& board = kBoard) {
  testing::World world = testing::make_world(testing::small_rig(3, 15), board, 0.05);
  for (View& view : world.observations.views)
    if (view.camera == 2 && !common.contains(view.frame)) view.frame += kLater;
  world.observations.missing.clear();
  sort_views(world.observations.views);
  return world;
}

// Gives frames of the last camera the corners of frames that it sees alone: of other moments.
void replace_moments(const std::set<std::int64_t>& frames, Observations& observations) {
  for (View& view : observations.views) {
    if (view.camera != 2 || !frames.contains(view.frame)) continue;
    const auto other = std::find_if(
        observations.views.begin(), observations.views.end(), [&](const View& candidate) {
          return candidate.camera == 2 && candidate.frame == kLater + 5 + view.frame;
        });
    ASSERT_NE(other, observations.views.end());
    view.corners = other->corners;
  }
}

std::vector<std::pair<FindingCode, Severity>> links_of(const Calibration& calibration) {
  std::vector<std::pair<FindingCode, Severity>> found;
  for (const Finding& finding : calibration.findings) {
    if (finding.code == FindingCode::kFewCommonPoses ||
        finding.code == FindingCode::kCommonFramesContradict ||
        finding.code == FindingCode::kPlacedEitherWay)
      found.emplace_back(finding.code, finding.severity);
  }
  return found;
}

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

TEST(UnrelatedCamera, IsLeftOutAndSpoilsNoOther) {
  for (const int seed : {1, 2, 3}) {
    SynthOptions options = testing::small_rig(4, 20);
    options.seed = seed;
    testing::World world = testing::make_world(options, kBoard, 0.05);
    for (View& view : world.observations.views)
      if (view.camera == 2) view.frame = (7 * view.frame + seed) % 20;  // another order
    sort_views(world.observations.views);
    const Calibration found = solve_all(world.observations);
    EXPECT_FALSE(find_camera(found, "cam2")->T_cam_rig);
    EXPECT_TRUE(find_camera(found, "cam2")->intrinsics);
    const auto told =
        std::count_if(found.findings.begin(), found.findings.end(), [](const Finding& finding) {
          return finding.code == FindingCode::kCameraUnrelated &&
                 finding.severity == Severity::kError &&
                 finding.cameras == std::vector<std::string>{"cam2"};
        });
    EXPECT_EQ(told, 1);
    for (const char* name : {"cam1", "cam3"}) {
      const Pose &is = *find_camera(found, name)->T_cam_rig,
                 &was = *find_camera(world.truth, name)->T_cam_rig;
      EXPECT_LT((is.inverse().translation - was.inverse().translation).norm(), 1e-3) << name;
    }
  }
}

TEST(OtherMoments, OfHalfThePicturesOfACameraSpoilNothing) {
  testing::World world = testing::make_world(testing::small_rig(4, 20), kBoard, 0.05);
  for (View& view : world.observations.views)
    if (view.camera == 2 && view.frame >= 10) view.frame = 10 + (view.frame + 3) % 10;
  sort_views(world.observations.views);
  const Calibration found = solve_all(world.observations);
  for (const Rejected& each : found.rejected) {
    EXPECT_EQ(each.camera, "cam2");
    EXPECT_GE(each.frame, 10);
  }
  EXPECT_GE(found.rejected.size(), 8u);
  for (const char* name : {"cam1", "cam2", "cam3"}) {
    const Pose &is = *find_camera(found, name)->T_cam_rig,
               &was = *find_camera(world.truth, name)->T_cam_rig;
    EXPECT_LT((is.inverse().translation - was.inverse().translation).norm(), 1e-3) << name;
  }
}

TEST(WeakLinks, AreToldOfACameraThatOneOrTwoPosesTie) {
  const std::pair<std::set<std::int64_t>, Severity> cases[] = {{{3}, Severity::kError},
                                                               {{3, 7}, Severity::kWarning}};
  for (const auto& [common, severity] : cases) {
    const Calibration found = solve_all(loosely_tied_world(common).observations);
    EXPECT_THAT(links_of(found), ElementsAre(Pair(FindingCode::kFewCommonPoses, severity)));
    EXPECT_EQ(found.findings.front().cameras, std::vector<std::string>{"cam2"});
  }
  EXPECT_THAT(links_of(solve_all(loosely_tied_world({1, 3, 7, 9}).observations)), IsEmpty());
}

TEST(WeakLinks, AreErrorsWhereCommonFramesContradictEachOther) {
  testing::World world = loosely_tied_world({0, 1, 2});
  replace_moments({1, 2}, world.observations);
  EXPECT_THAT(links_of(solve_all(world.observations)),
              ElementsAre(Pair(FindingCode::kCommonFramesContradict, Severity::kError)));
}

TEST(WeakLinks, OfASymmetricBoardInOnePoseLeaveTheHalfTurnOpen) {
  const Board symmetric{&kChessboard, 8, 6, 0.04};
  EXPECT_THAT(links_of(solve_all(loosely_tied_world({3}, symmetric).observations)),
              ElementsAre(Pair(FindingCode::kPlacedEitherWay, Severity::kError)));
}

// A board on the floor, and lenses from elsewhere.
TEST(WeakLinks, AreNotesWhereTheRecordingShowsOnePose) {
  testing::World world = testing::make_world(testing::small_rig(3, 15), kBoard, 0.05);
  std::erase_if(world.observations.views, [](const View& view) { return view.frame != 3; });
  world.observations.missing.clear();
  ExtrinsicsOptions options;
  options.fix_intrinsics = true;
  const Calibration found = solve_rig(world.observations, world.truth, options, 1, no_progress());
  const auto links = links_of(found);
  ASSERT_EQ(links.size(), 2U);
  EXPECT_THAT(links, ::testing::Each(Pair(FindingCode::kFewCommonPoses, Severity::kNote)));
}

}  // namespace
}  // namespace calib
