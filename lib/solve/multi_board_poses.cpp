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

// The pose of one board in one image.
struct BoardView {
  int camera = 0, part = 0;
  std::int64_t frame = 0;
  Pose T_cam_part;
};

std::vector<BoardView> locate_boards(const Observations& observations,
                                     const std::vector<std::optional<Projector>>& lenses) {
  const PartViews parts(observations);
  std::vector<BoardView> board_views;
  const std::vector<View>& views = parts.observations().views;
  for (std::size_t i = 0; i < views.size(); ++i) {
    const auto& lens = lenses[static_cast<std::size_t>(views[i].camera)];
    if (!lens) continue;
    const Board& board = parts.observations().board;
    const auto pose = estimate_board_pose(*lens, board, views[i].corners);
    if (!pose) continue;
    board_views.push_back({views[i].camera, static_cast<int>(part_of_view(board, views[i])),
                           observations.views[parts.source(i)].frame, pose->T_cam_board});
  }
  return board_views;
}

// The connected groups of cameras, or of boards.
struct Groups {
  std::vector<std::vector<int>> members;  // the largest group first
  std::vector<int> group_of;
  std::vector<Pose> T_self_first;  // from the frame of the first member of the group
};

Groups unconnected(int count) {
  Groups groups;
  for (int i = 0; i < count; ++i) {
    groups.members.push_back({i});
    groups.group_of.push_back(i);
    groups.T_self_first.emplace_back();
  }
  return groups;
}

// The groups of the graph in which two nodes are connected if they have views in the same frame.
// The nodes are cameras; for boards the caller swaps the two roles.
Groups connect_by_views(int count, const std::vector<LocatedView>& views) {
  const std::vector<CameraEdge> edges = camera_edges(views, {Pose{}}, 1);
  Groups groups{connected_groups(count, edges), std::vector<int>(static_cast<std::size_t>(count)),
                std::vector<Pose>(static_cast<std::size_t>(count))};
  for (std::size_t g = 0; g < groups.members.size(); ++g) {
    const std::vector<int>& members = groups.members[g];
    const auto poses = spanning_tree_poses(count, edges, members.front());
    for (const int member : members) {
      groups.group_of[static_cast<std::size_t>(member)] = static_cast<int>(g);
      groups.T_self_first[static_cast<std::size_t>(member)] =
          *poses[static_cast<std::size_t>(member)];
    }
  }
  return groups;
}

// Numbers the pairs (frame, group). The numbers take the place of frames in connect_by_views().
class FrameIds {
 public:
  std::int64_t number(std::int64_t frame, int group) {
    return numbers_.try_emplace({frame, group}, static_cast<std::int64_t>(numbers_.size()))
        .first->second;
  }

 private:
  std::map<std::pair<std::int64_t, int>, std::int64_t> numbers_;
};

Groups connect_cameras(int count, const std::vector<BoardView>& board_views, const Groups& boards) {
  FrameIds frame_ids;
  std::vector<LocatedView> views;
  for (const BoardView& view : board_views) {
    views.push_back({view.camera, frame_ids.number(view.frame, boards.group_of[view.part]), 0,
                     view.T_cam_part * boards.T_self_first[view.part]});
  }
  return connect_by_views(count, views);
}

Groups connect_boards(int count, const std::vector<BoardView>& board_views, const Groups& cameras) {
  FrameIds frame_ids;
  std::vector<LocatedView> views;
  for (const BoardView& view : board_views) {
    views.push_back({view.part, frame_ids.number(view.frame, cameras.group_of[view.camera]), 0,
                     view.T_cam_part.inverse() * cameras.T_self_first[view.camera]});
  }
  return connect_by_views(count, views);
}

// Common boards connect cameras, and common cameras connect boards. Repeats both steps until the
// number of groups of boards no longer decreases.
Groups connect_boards_and_cameras(const Observations& observations,
                                  const std::vector<BoardView>& board_views) {
  const int part_count = static_cast<int>(observations.board.parts.size());
  const int camera_count = static_cast<int>(observations.cameras.size());
  Groups boards = connect_boards(part_count, board_views, unconnected(camera_count));
  for (;;) {
    const Groups cameras = connect_cameras(camera_count, board_views, boards);
    Groups more = connect_boards(part_count, board_views, cameras);
    if (more.members.size() >= boards.members.size()) return boards;
    boards = std::move(more);
  }
}

std::string numbers_of(const std::vector<int>& parts) {
  std::vector<std::string> numbers;
  for (const int part : parts) numbers.push_back(std::to_string(part + 1));
  return join(numbers, ", ");
}

// The largest group of boards that were seen. Throws UndeterminedError if there is another one and
// `allow_partial` is false.
std::vector<int> solvable_boards(const Board& board, const std::vector<BoardView>& board_views,
                                 std::vector<std::vector<int>> groups, bool allow_partial,
                                 std::vector<Finding>& findings) {
  const auto seen = [&](int part) {
    return std::any_of(board_views.begin(), board_views.end(),
                       [&](const BoardView& view) { return view.part == part; });
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
    throw UndeterminedError(
        fmt::format("nothing connects the boards {} to the boards {}: no picture shows a board of "
                    "each group, and "
                    "no two cameras that share a board see them in the same frame; film both in "
                    "one picture, or "
                    "pass --allow-partial to solve with the first group only",
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
  const std::vector<BoardView> board_views = locate_boards(observations, lenses);
  const Groups groups = connect_boards_and_cameras(observations, board_views);
  Board board = without_places(observations.board);
  for (const int part :
       solvable_boards(board, board_views, groups.members, allow_partial, findings)) {
    const auto index = static_cast<std::size_t>(part);
    board.parts[index].T_board_part = groups.T_self_first[index].inverse();
  }
  return board;
}

}  // namespace calib
