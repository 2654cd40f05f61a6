#include "solve/multi_board_poses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/errors.hpp"
#include "base/text.hpp"
#include "scene/board_types.hpp"
#include "solve/board_pose.hpp"
#include "solve/camera_graph.hpp"
#include "solve/part_views.hpp"

namespace calib {
namespace {

// One board in one picture.
struct Sighting {
  int camera = 0, part = 0;
  std::int64_t frame = 0;
  Pose T_cam_part;
};

std::vector<Sighting> locate(const Observations& observations,
                             const std::vector<std::optional<Projector>>& lenses) {
  const PartViews parts(observations);
  std::vector<Sighting> sightings;
  const std::vector<View>& views = parts.observations().views;
  for (std::size_t i = 0; i < views.size(); ++i) {
    const auto& lens = lenses[static_cast<std::size_t>(views[i].camera)];
    if (!lens) continue;
    const Board& board = parts.observations().board;
    const auto pose = estimate_board_pose(*lens, board, views[i].corners);
    if (!pose) continue;
    sightings.push_back({views[i].camera, static_cast<int>(part_of_view(board, views[i])),
                         observations.views[parts.source(i)].frame, pose->T_cam_board});
  }
  return sightings;
}

// Cameras, or boards, in groups that are tied together; each with its pose from the first of its
// group.
struct Groups {
  std::vector<std::vector<int>> members;  // the largest first
  std::vector<int> of;                    // the group of each
  std::vector<Pose> T_self_first;
};

Groups alone(int count) {
  Groups groups;
  for (int i = 0; i < count; ++i) {
    groups.members.push_back({i});
    groups.of.push_back(i);
    groups.T_self_first.emplace_back();
  }
  return groups;
}

// What two things have seen at one frame, or were seen by, ties them: the same graph serves
// cameras and boards.
Groups tied_by(int count, const std::vector<LocatedView>& views) {
  const std::vector<CameraEdge> edges = camera_edges(views, {Pose{}}, 1);
  Groups groups{connected_groups(count, edges), std::vector<int>(static_cast<std::size_t>(count)),
                std::vector<Pose>(static_cast<std::size_t>(count))};
  for (std::size_t g = 0; g < groups.members.size(); ++g) {
    const std::vector<int>& members = groups.members[g];
    const auto poses = spanning_tree_poses(count, edges, members.front());
    for (const int member : members) {
      groups.of[static_cast<std::size_t>(member)] = static_cast<int>(g);
      groups.T_self_first[static_cast<std::size_t>(member)] =
          *poses[static_cast<std::size_t>(member)];
    }
  }
  return groups;
}

// Numbers for pairs (frame, group), which take the place of frame numbers in tied_by().
class FrameIds {
 public:
  std::int64_t number(std::int64_t frame, int group) {
    return numbers_.try_emplace({frame, group}, static_cast<std::int64_t>(numbers_.size()))
        .first->second;
  }

 private:
  std::map<std::pair<std::int64_t, int>, std::int64_t> numbers_;
};

Groups tie_cameras(int count, const std::vector<Sighting>& sightings, const Groups& boards) {
  FrameIds frame_ids;
  std::vector<LocatedView> views;
  for (const Sighting& s : sightings) {
    views.push_back({s.camera, frame_ids.number(s.frame, boards.of[s.part]), 0,
                     s.T_cam_part * boards.T_self_first[s.part]});
  }
  return tied_by(count, views);
}

Groups tie_boards(int count, const std::vector<Sighting>& sightings, const Groups& cameras) {
  FrameIds frame_ids;
  std::vector<LocatedView> views;
  for (const Sighting& s : sightings) {
    views.push_back({s.part, frame_ids.number(s.frame, cameras.of[s.camera]), 0,
                     s.T_cam_part.inverse() * cameras.T_self_first[s.camera]});
  }
  return tied_by(count, views);
}

// Boards tie cameras and cameras tie boards, in turn until nothing more is gained.
Groups tie_all(const Observations& observations, const std::vector<Sighting>& sightings) {
  const int part_count = static_cast<int>(observations.board.parts.size());
  const int camera_count = static_cast<int>(observations.cameras.size());
  Groups boards = tie_boards(part_count, sightings, alone(camera_count));
  for (;;) {
    const Groups cameras = tie_cameras(camera_count, sightings, boards);
    Groups more = tie_boards(part_count, sightings, cameras);
    if (more.members.size() >= boards.members.size()) return boards;
    boards = std::move(more);
  }
}

std::string numbers_of(const std::vector<int>& parts) {
  std::vector<std::string> numbers;
  for (const int part : parts) numbers.push_back(std::to_string(part + 1));
  return join(numbers, ", ");
}

// The group to be solved, of those that were seen at all.
std::vector<int> solvable_boards(const Board& board, const std::vector<Sighting>& sightings,
                                 std::vector<std::vector<int>> groups, bool allow_partial,
                                 std::vector<Finding>& findings) {
  const auto seen = [&](int part) {
    return std::any_of(sightings.begin(), sightings.end(),
                       [&](const Sighting& sighting) { return sighting.part == part; });
  };
  for (int part = 0; part < static_cast<int>(board.parts.size()); ++part) {
    if (!seen(part)) {
      findings.push_back(
          {.code = FindingCode::kBoardUnseen,
           .severity = Severity::kWarning,
           .numbers = {{"board", part + 1.0}},
           .words = {{"name", board_name(board.parts[static_cast<std::size_t>(part)])}}});
    }
  }
  std::erase_if(groups, [&](const std::vector<int>& group) { return !seen(group.front()); });
  if (groups.empty()) return {};
  if (groups.size() == 1) return groups.front();
  const std::string solved = numbers_of(groups[0]), left_out = numbers_of(groups[1]);
  if (!allow_partial) {
    throw UndeterminedError(fmt::format(
        "nothing connects the boards {} to the boards {}: no picture shows one of each, nor do two "
        "cameras that have seen the same board at another frame; film both in one picture, or pass "
        "--allow-partial to solve with the first of these only",
        solved, left_out));
  }
  findings.push_back({.code = FindingCode::kBoardsNotConnected,
                      .severity = Severity::kWarning,
                      .words = {{"solved", solved}, {"left_out", left_out}}});
  return groups.front();
}

}  // namespace

Board estimate_multi_board_poses(const Observations& observations,
                                 const std::vector<std::optional<Projector>>& lenses,
                                 bool allow_partial, std::vector<Finding>& findings) {
  const std::vector<Sighting> sightings = locate(observations, lenses);
  const Groups groups = tie_all(observations, sightings);
  Board board = without_places(observations.board);
  for (const int part :
       solvable_boards(board, sightings, groups.members, allow_partial, findings)) {
    const auto index = static_cast<std::size_t>(part);
    board.parts[index].T_board_part = groups.T_self_first[index].inverse();
  }
  return board;
}

}  // namespace calib
