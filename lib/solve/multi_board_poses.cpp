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

// A view of one board by one camera: node is the camera and other the board, or the other way
// round.
struct Link {
  int node = 0, other = 0;
  std::int64_t frame = 0;
  Pose T_node_other;
};

// The links from cameras to boards.
std::vector<Link> locate_boards(const Observations& observations,
                                const std::vector<std::optional<Projector>>& lenses) {
  const PartViews parts(observations);
  std::vector<Link> links;
  const std::vector<View>& views = parts.observations().views;
  for (std::size_t i = 0; i < views.size(); ++i) {
    const auto& lens = lenses[static_cast<std::size_t>(views[i].camera)];
    if (!lens) continue;
    const Board& board = parts.observations().board;
    const auto pose = estimate_board_pose(*lens, board, views[i].corners);
    if (!pose) continue;
    links.push_back({views[i].camera, static_cast<int>(part_of_view(board, views[i])),
                     observations.views[parts.observed_view(i)].frame, pose->T_cam_board});
  }
  return links;
}

std::vector<Link> reversed(const std::vector<Link>& links) {
  std::vector<Link> result;
  for (const Link& link : links)
    result.push_back({link.other, link.node, link.frame, link.T_node_other.inverse()});
  return result;
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

// The groups of the graph in which two nodes are connected if, in one frame, they have links to the
// same group of the other kind.
Groups connect(int count, const std::vector<Link>& links, const Groups& others) {
  // camera_edges() looks for equal frames. A number for each pair (frame, group) takes their place.
  std::map<std::pair<std::int64_t, int>, std::int64_t> numbers;
  std::vector<ViewWithPose> views;
  for (const Link& link : links) {
    const auto number =
        numbers.try_emplace({link.frame, others.group_of[link.other]}, numbers.size()).first;
    views.push_back(
        {link.node, number->second, 0, link.T_node_other * others.T_self_first[link.other]});
  }
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

// The groups of boards. Common boards connect cameras, and common cameras connect boards: repeats
// both steps until the number of groups no longer decreases.
Groups connected_boards(const Observations& observations, const std::vector<Link>& links) {
  const int part_count = static_cast<int>(observations.board.parts.size());
  const int camera_count = static_cast<int>(observations.cameras.size());
  const std::vector<Link> from_boards = reversed(links);
  Groups boards = connect(part_count, from_boards, unconnected(camera_count));
  for (;;) {
    const Groups cameras = connect(camera_count, links, boards);
    Groups more = connect(part_count, from_boards, cameras);
    if (more.members.size() >= boards.members.size()) return boards;
    boards = std::move(more);
  }
}

// The largest group of boards that were seen. Throws UndeterminedError if there is another one and
// `allow_partial` is false.
std::vector<int> solvable_boards(const Board& board, const std::vector<Link>& links,
                                 std::vector<std::vector<int>> groups, bool allow_partial,
                                 std::vector<Finding>& findings) {
  const auto seen = [&](int part) {
    return std::any_of(links.begin(), links.end(),
                       [&](const Link& link) { return link.other == part; });
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
  const std::string solved = part_names(board, groups[0]), left_out = part_names(board, groups[1]);
  if (!allow_partial) {
    throw UndeterminedError(
        fmt::format("nothing connects {} to {}: no picture shows a board of "
                    "each group, and no two cameras that share a board see them in the same frame; "
                    "film both in one picture, or pass --allow-partial to solve with the first "
                    "group only",
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
  const std::vector<Link> links = locate_boards(observations, lenses);
  const Groups groups = connected_boards(observations, links);
  Board board = without_places(observations.board);
  for (const int part : solvable_boards(board, links, groups.members, allow_partial, findings)) {
    const auto index = static_cast<std::size_t>(part);
    board.parts[index].T_board_part = groups.T_self_first[index].inverse();
  }
  return board;
}

}  // namespace calib
