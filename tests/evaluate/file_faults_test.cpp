#include "evaluate/file_faults.hpp"

#include <gmock/gmock.h>

#include <functional>

#include "evaluate/verdict.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {
namespace {

using Kind = FileFault::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int kFrames = 30;

World filmed(int cameras) { return make_world(small_rig(cameras, kFrames), kBoard, 0.1); }

// The calibration with all views of some frames rejected, as a solve leaves them.
Calibration rejecting(Calibration calibration, std::int64_t first, std::int64_t last) {
  for (const Camera& camera : calibration.cameras) {
    for (std::int64_t frame = first; frame <= last; ++frame)
      calibration.rejected.push_back({camera.name, frame, std::nullopt, "does not fit"});
  }
  return calibration;
}

void swap_names(Observations& observations, int a, int b, std::int64_t first, std::int64_t last) {
  for (View& view : observations.views) {
    if (view.frame < first || view.frame > last) continue;
    if (view.camera == a || view.camera == b) view.camera = a + b - view.camera;
  }
  sort_views(observations.views);
}

std::vector<FileFault> faults(const Observations& observations, const Calibration& calibration) {
  return file_faults(observations, calibration, {}, 1);
}

Calibration solved(const Observations& observations) {
  return solve_rig(observations, solve_intrinsics(observations, {}, 1, no_progress()), {}, 1,
                   no_progress());
}

// The corners from frame `first` on as another rig or another board has them.
Observations changed_between(const World& world, std::int64_t first,
                             const std::function<void(Calibration&)>& change) {
  Calibration other = world.truth;
  change(other);
  Observations observations = world.observations;
  const Observations changed = add_noise(true_observations(other, 1), 0.1, 2);
  std::erase_if(observations.views, [&](const View& view) { return view.frame >= first; });
  for (const View& view : changed.views)
    if (view.frame >= first) observations.views.push_back(view);
  sort_views(observations.views);
  return observations;
}

void shift(Calibration& rig, const std::string& name, double meters) {
  find_camera(rig, name)->T_cam_rig->translation.x() += meters;
}

TEST(FileFaults, AreAbsentThoughViewsWereRejected) {
  const World world = filmed(3);
  EXPECT_THAT(faults(world.observations, rejecting(world.truth, 10, 19)), IsEmpty());
}

TEST(FileFaults, SwappedNamesAreFoundWithBothCamerasAndTheFrames) {
  for (const int cameras : {2, 3}) {
    World world = filmed(cameras);
    swap_names(world.observations, 0, 1, 20, 25);
    const auto found = faults(world.observations, rejecting(world.truth, 20, 25));
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].kind, Kind::kNamesSwapped);
    EXPECT_THAT(found[0].cameras, ElementsAre("cam0", "cam1"));
    EXPECT_THAT(found[0].frames, ElementsAre(20, 21, 22, 23, 24, 25));
    EXPECT_EQ(found[0].from, 20);
  }
}

TEST(FileFaults, WhereTheFirstFramesAreTheFewerTheChangeIsAfterThem) {
  World world = filmed(2);
  swap_names(world.observations, 0, 1, 0, 8);
  const auto found = faults(world.observations, rejecting(world.truth, 0, 8));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].from, 9);
}

// Half of the frames: the solve may give a mean of both.
TEST(FileFaults, NamesThatAreSwappedInHalfOfTheFramesAreFoundAndToldAlone) {
  World world = filmed(2);
  swap_names(world.observations, 0, 1, 15, kFrames);
  Calibration calibration = solved(world.observations);
  judge(world.observations, evaluate(world.observations, calibration, 1), calibration);
  EXPECT_EQ(calibration.verdict, Verdict::kPoor);
  int swapped = 0;
  for (const Finding& finding : calibration.findings) {
    EXPECT_NE(finding.code, FindingCode::kCameraMoved);
    EXPECT_NE(finding.code, FindingCode::kLensChanged);
    if (finding.code != FindingCode::kNamesSwapped) continue;
    ++swapped;
    EXPECT_EQ(finding.frame, 15);
    EXPECT_THAT(message_text(finding),
                ::testing::HasSubstr("cam0 and cam1: their names are swapped"));
  }
  EXPECT_EQ(swapped, 1);
}

TEST(FileFaults, PicturesThatWereMirroredOrTurnedAreFound) {
  for (const bool half_turn : {false, true}) {
    World world = filmed(3);
    const ImageSize size = world.observations.cameras[1].image_size;
    for (View& view : world.observations.views) {
      if (view.camera != 1 || view.frame < 18) continue;
      for (Corner& corner : view.corners) {
        corner.x = size.width - 1 - corner.x;
        if (half_turn) corner.y = size.height - 1 - corner.y;
        // The detector begins at the other end of the row.
        const int column = corner.id % kBoard.corners_x;
        if (!half_turn) corner.id += kBoard.corners_x - 1 - 2 * column;
      }
    }
    const auto found = faults(world.observations, rejecting(world.truth, 18, kFrames));
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].kind, Kind::kPicturesTurned);
    EXPECT_THAT(found[0].cameras, ElementsAre("cam1"));
    EXPECT_EQ(found[0].how, half_turn ? "turned by a half turn" : "mirrored left-right");
    EXPECT_EQ(found[0].from, 18);
  }
}

TEST(FileFaults, PicturesOfOtherMomentsAreFound) {
  World world = filmed(3);
  for (View& view : world.observations.views) {
    if (view.camera != 2 || view.frame < 16) continue;
    view.frame = 16 + (view.frame - 16 + 5) % (kFrames - 16);
  }
  sort_views(world.observations.views);
  const auto found = faults(world.observations, rejecting(world.truth, 16, kFrames));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].kind, Kind::kOtherMoments);
  EXPECT_THAT(found[0].cameras, ElementsAre("cam2"));
  EXPECT_EQ(found[0].from, 16);
}

TEST(FileFaults, AFolderOfTwoRigsIsFound) {
  const World world = filmed(4);
  const Observations observations = changed_between(world, 18, [](Calibration& other) {
    shift(other, "cam1", 0.05);
    shift(other, "cam2", -0.04);
  });
  const auto found = faults(observations, rejecting(world.truth, 18, kFrames));
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].kind, Kind::kMixed);
  EXPECT_THAT(found[0].cameras, IsEmpty());
  EXPECT_EQ(found[0].from, 18);
}

// These are no faults of files, and have findings of their own.
TEST(FileFaults, ACameraThatMovedOrZoomedIsNone) {
  for (const int cameras : {2, 3}) {
    const World world = filmed(cameras);
    const Observations moved =
        changed_between(world, 20, [](Calibration& other) { shift(other, "cam1", 0.05); });
    EXPECT_THAT(faults(moved, rejecting(world.truth, 20, kFrames)), IsEmpty()) << cameras;
    const Observations zoomed = changed_between(world, 20, [](Calibration& other) {
      for (const std::size_t k : {0, 1}) other.cameras[1].intrinsics->parameters[k] *= 1.1;
    });
    EXPECT_THAT(faults(zoomed, rejecting(world.truth, 20, kFrames)), IsEmpty()) << cameras;
  }
}

}  // namespace
}  // namespace calib::testing
