#include "solve/initial_rig.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "scene/board_faces.hpp"
#include "solve/board_numberings.hpp"
#include "solve/board_pose.hpp"
#include "solve/clock_search.hpp"
#include "solve/mirrored_cameras.hpp"
#include "solve/multi_board_poses.hpp"
#include "solve/part_views.hpp"
#include "solve/resolve_board_ambiguity.hpp"
#include "solve/two_faces.hpp"

namespace calib {
namespace {

std::vector<std::string> names_of_cameras(const Observations& observations,
                                          const std::vector<int>& cameras) {
  std::vector<std::string> names;
  names.reserve(cameras.size());
  for (const int camera : cameras)
    names.push_back(observations.cameras[static_cast<std::size_t>(camera)].name);
  return names;
}

int reference_index(const Observations& observations, const std::string& name) {
  if (name.empty()) return 0;
  std::vector<std::string> names;
  for (const ObservedCamera& camera : observations.cameras) names.push_back(camera.name);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw Error(fmt::format("reference: there is no camera '{}', expected one of {}{}", name,
                            join(names, ", "), did_you_mean(name, names)));
  }
  return static_cast<int>(found - names.begin());
}

std::vector<ViewWithPose> locate_views(const Observations& observations,
                                       const std::vector<std::optional<Projector>>& lenses,
                                       int jobs, std::vector<Rejected>& rejected) {
  std::vector<std::optional<BoardPose>> poses(observations.views.size());
  parallel_for(poses.size(), jobs, [&](std::size_t i) {
    const View& view = observations.views[i];
    if (const auto& lens = lenses[static_cast<std::size_t>(view.camera)])
      poses[i] = estimate_board_pose(*lens, observations.board, view.corners);
  });
  std::vector<ViewWithPose> located;
  for (std::size_t i = 0; i < observations.views.size(); ++i) {
    const View& view = observations.views[i];
    const auto camera = static_cast<std::size_t>(view.camera);
    if (!lenses[camera]) continue;
    if (poses[i]) {
      located.push_back({view, i, poses[i]->T_cam_board});
    } else {
      rejected.push_back({observations.cameras[camera].name, view.frame, std::nullopt,
                          no_pose_reason(*lenses[camera], view.corners)});
    }
  }
  return located;
}

// The cameras that are solved: all of them, or with `allow_partial` the largest connected group.
// Throws UndeterminedError, which names the groups and two cameras to film the board with.
std::vector<int> solvable_group(const Observations& observations,
                                const std::vector<std::optional<Projector>>& lenses,
                                const std::vector<CameraEdge>& edges, bool allow_partial,
                                std::vector<Finding>& findings) {
  std::vector<std::vector<int>> groups =
      connected_groups(static_cast<int>(observations.cameras.size()), edges);
  // Cameras without a lens are added later, by resection from the boards that others see.
  std::erase_if(groups, [&](const std::vector<int>& group) {
    return group.size() == 1 && !lenses[static_cast<std::size_t>(group.front())];
  });
  if (groups.size() == 1) return groups.front();
  Finding finding{.code = FindingCode::kCamerasNotConnected, .severity = Severity::kWarning};
  std::vector<std::string> texts;
  for (const auto& group : groups) {
    const std::vector<std::string> names = names_of_cameras(observations, group);
    texts.push_back("{" + join(names, ", ") + "}");
    if (texts.size() > 1) finding.cameras.insert(finding.cameras.end(), names.begin(), names.end());
  }
  finding.numbers = {{"group_count", static_cast<double>(groups.size())}};
  finding.words = {{"groups", join(texts, " and ")}};
  if (!allow_partial || groups.front().size() < 2) {
    throw UndeterminedError(fmt::format(
        "the cameras fall into {} groups that never see the board in the same frame (where both "
        "views can be used): {}; film the board where both {} and {} see it, and check with "
        "`calib detect --dry-run` that frames are paired{}",
        groups.size(), join(texts, " and "), names_of_cameras(observations, groups[0]).back(),
        names_of_cameras(observations, groups[1]).front(),
        groups.front().size() < 2 ? "" : ", or pass --allow-partial to solve the largest group"));
  }
  findings.push_back(std::move(finding));
  return groups.front();
}

// Whether so many common frames of two cameras agree on their relative pose that this is no chance.
bool is_related(const CameraEdge& edge) {
  constexpr int kLeastCommon = 8, kMostByChance = 2;
  constexpr double kShareByChance = 0.2;
  return edge.common < kLeastCommon ||
         edge.agreeing > std::max<double>(kMostByChance, kShareByChance * edge.common);
}

// Leaves out the cameras whose frames are unrelated to those of most others, because they would
// spoil the whole rig: returns the rest of the group, and removes the edges of the others.
std::vector<int> related_group(const Observations& observations, std::vector<int> group,
                               std::vector<CameraEdge>& edges, std::vector<Finding>& findings) {
  std::vector<CameraEdge> related;
  std::copy_if(edges.begin(), edges.end(), std::back_inserter(related), is_related);
  const auto count = static_cast<int>(observations.cameras.size());
  std::vector<int> largest = connected_groups(count, related).front();
  const auto is_kept = [&](int camera) {
    return std::find(largest.begin(), largest.end(), camera) != largest.end();
  };
  if (largest.size() < 2 || 2 * largest.size() <= group.size() ||
      !std::includes(group.begin(), group.end(), largest.begin(), largest.end()))
    return group;
  for (const int camera : group) {
    if (is_kept(camera)) continue;
    Finding finding{.code = FindingCode::kCameraUnrelated,
                    .severity = Severity::kError,
                    .cameras = names_of_cameras(observations, {camera})};
    const CameraEdge* best = nullptr;
    for (const CameraEdge& edge : edges) {
      const bool joins =
          (edge.a == camera && is_kept(edge.b)) || (edge.b == camera && is_kept(edge.a));
      if (joins && (!best || edge.agreeing > best->agreeing)) best = &edge;
    }
    if (!best) return group;
    finding.numbers = {{"agreeing", static_cast<double>(best->agreeing)},
                       {"common", static_cast<double>(best->common)}};
    findings.push_back(std::move(finding));
  }
  std::erase_if(edges,
                [&](const CameraEdge& edge) { return !is_kept(edge.a) || !is_kept(edge.b); });
  return largest;
}

// The camera whose frame is the rig frame: the one that the user asked for (by default the first)
// if it is in the group and has a lens, otherwise the first camera of the group that has a lens.
int choose_reference(const InitialRig& rig, const std::vector<int>& group, const std::string& asked,
                     std::vector<Finding>& findings) {
  const int reference = reference_index(rig.observations, asked);
  const bool in_group = std::find(group.begin(), group.end(), reference) != group.end();
  if (in_group && rig.lenses[reference]) return reference;
  const int chosen = *std::find_if(group.begin(), group.end(),
                                   [&](int camera) { return rig.lenses[camera].has_value(); });
  if (!asked.empty()) {
    findings.push_back({.code = FindingCode::kReferenceReplaced,
                        .cameras = names_of_cameras(rig.observations, {chosen}),
                        .words = {{"asked", asked}}});
  }
  return chosen;
}

std::vector<std::optional<Projector>> lenses_of(const Observations& observations,
                                                const Calibration& calibration) {
  std::vector<std::optional<Projector>> lenses;
  for (const ObservedCamera& camera : observations.cameras) {
    const auto& lens = find_camera(calibration, camera.name)->intrinsics;
    lenses.push_back(lens ? std::optional<Projector>(*lens) : std::nullopt);
  }
  return lenses;
}

// The clock with its offset and its jumps in whole frames alone.
CameraTime whole_frames(CameraTime time, double interval_s) {
  time.offset_s = interval_s * std::round(time.offset_s / interval_s);
  time.rate = 1;
  return time;
}

// The camera whose clock is that of the rig: the reference, or the first camera with a lens.
int clock_reference(const InitialRig& rig, const std::string& asked) {
  const int reference = reference_index(rig.observations, asked);
  if (rig.lenses[static_cast<std::size_t>(reference)]) return reference;
  const auto any = std::find_if(rig.lenses.begin(), rig.lenses.end(),
                                [](const auto& lens) { return lens.has_value(); });
  return any == rig.lenses.end() ? reference : static_cast<int>(any - rig.lenses.begin());
}

// Finds the clocks of cameras that are not synchronized, and gives all views their times, and those
// of such cameras the frames of the rig. Returns whether any view may have another frame.
bool find_frames(const std::vector<Pose>& symmetries, Sync sync, const Calibration& lenses,
                 int reference, int jobs, InitialRig& rig) {
  rig.times = camera_times(rig.observations, lenses);
  for (auto& time : rig.times) {
    if (time) *time = {0, 1, sync == Sync::kAuto ? time->line_delay_s : 0};
  }
  if (sync == Sync::kOff) return false;
  for (View& view : rig.observations.views) view.time_s = time_on_file(rig.observations, view);
  const double interval = FrameTimes(rig.observations, reference).interval_s();
  CameraTimes found = find_clocks(rig.observations, rig.views, symmetries, reference, jobs);
  const auto delay_of_middle = [&](std::size_t camera) {
    return rig.times[camera].value_or(CameraTime{}).line_delay_s *
           middle_row(rig.observations.cameras[camera].image_size);
  };
  const double reference_delay = delay_of_middle(static_cast<std::size_t>(reference));
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double later = delay_of_middle(i);
    if (!found[i] && later == 0 && reference_delay == 0) continue;
    CameraTime time = found[i].value_or(CameraTime{});
    if (found[i] == CameraTime{}) rig.is_paired_by_time = true;
    if (sync == Sync::kWhole) time = whole_frames(time, interval);
    // Board poses are those of the middle rows.
    time.offset_s += reference_delay - later;
    time.line_delay_s = rig.times[i].value_or(CameraTime{}).line_delay_s;
    rig.times[i] = time;
  }
  if (std::none_of(rig.times.begin(), rig.times.end(),
                   [](const auto& time) { return time.has_value(); }))
    return false;
  const std::vector<std::size_t> kept = assign_frames(rig.times, reference, rig.observations);
  std::vector<ViewWithPose> views;
  views.reserve(rig.views.size());
  for (ViewWithPose& view : rig.views) {
    const auto place = std::lower_bound(kept.begin(), kept.end(), view.observed_view);
    if (place == kept.end() || *place != view.observed_view) continue;
    view.observed_view = static_cast<std::size_t>(place - kept.begin());
    view.frame = rig.observations.views[view.observed_view].frame;
    views.push_back(view);
  }
  rig.views = std::move(views);
  return true;
}

// The median distance, in widths of the picture, of the corners of a view from where they would be
// with the board at this pose. Infinite behind the camera.
double median_offset(const InitialRig& rig, const ViewWithPose& view, const Pose& T_rig_board) {
  const auto camera = static_cast<std::size_t>(view.camera);
  const Pose T_cam_board = *rig.T_cam_rig[camera] * T_rig_board;
  std::vector<double> offsets;
  for (const Corner& corner : rig.observations.views[view.observed_view].corners) {
    const auto pixel = rig.lenses[camera]->project(
        T_cam_board * corner_position(rig.observations.board, corner.id));
    offsets.push_back(pixel ? std::hypot(pixel->x() - corner.x, pixel->y() - corner.y)
                            : std::numeric_limits<double>::infinity());
  }
  return median(std::move(offsets)) / rig.observations.cameras[camera].image_size.width;
}

// Rejects views that show the board where no other view of the frame does, although at least two of
// these agree: pictures of another moment, of which many together would spoil the joint solve. Of a
// camera with few views that agree, its place is not certain, and weak_links() judges.
void reject_other_moments(InitialRig& rig) {
  constexpr double kMostOffset = 0.1;  // far more than what errors of initial poses do
  constexpr int kLeastAgreeing = 5;
  std::map<std::int64_t, std::vector<std::size_t>> frames;
  for (std::size_t v = 0; v < rig.views.size(); ++v) {
    if (rig.T_cam_rig[static_cast<std::size_t>(rig.views[v].camera)])
      frames[rig.views[v].frame].push_back(v);
  }
  std::vector<char> is_odd(rig.views.size());
  std::map<int, int> agreeing_views;  // by camera
  for (const auto& [frame, views] : frames) {
    if (views.size() < 3) continue;
    std::set<std::size_t> agreeing;
    for (const std::size_t a : views) {
      const ViewWithPose& view = rig.views[a];
      const Pose T_rig_board =
          rig.T_cam_rig[static_cast<std::size_t>(view.camera)]->inverse() * view.T_cam_board;
      for (const std::size_t b : views) {
        // What is known is not asked again: usually the first view agrees with all others.
        if (a == b || (agreeing.contains(a) && agreeing.contains(b))) continue;
        if (median_offset(rig, rig.views[b], T_rig_board) < kMostOffset) agreeing.insert({a, b});
      }
    }
    for (const std::size_t v : views) {
      is_odd[v] = !agreeing.empty() && !agreeing.contains(v);
      agreeing_views[rig.views[v].camera] += agreeing.contains(v) ? 1 : 0;
    }
  }
  std::vector<ViewWithPose> kept;
  for (std::size_t v = 0; v < rig.views.size(); ++v) {
    const ViewWithPose& view = rig.views[v];
    if (!is_odd[v] || agreeing_views[view.camera] < kLeastAgreeing) {
      kept.push_back(view);
      continue;
    }
    rig.rejected.push_back({rig.observations.cameras[static_cast<std::size_t>(view.camera)].name,
                            view.frame, std::nullopt,
                            "it sees the board elsewhere than the other cameras of this frame do"});
  }
  rig.views = std::move(kept);
}

Finding ambiguity_finding(const Board& board, int renumbered, std::size_t views) {
  return {.code = FindingCode::kBoardAmbiguityResolved,
          .numbers = {{"renumbered", static_cast<double>(renumbered)},
                      {"views", static_cast<double>(views)}},
          .words = {{"size", size_text(board)},
                    {"better_size", fmt::format("{}x{}", board.corners_x + 1, board.corners_y)}}};
}

// Gives the board a second face if the views show one: then it has two parts. `told`: the user has
// said that both faces carry the same print. `edges` are those of the single face.
void set_second_face(bool told, const std::vector<CameraEdge>& edges, int jobs, InitialRig& rig) {
  Board& board = rig.observations.board;
  const FaceSearch search = find_second_face(board, rig.views, edges, told, jobs);
  if (search.is_certain() || (told && search.T_front_back)) {
    board = two_faced(board, board, *search.T_front_back);
  } else if (search.is_unclear()) {
    rig.findings.push_back({.code = FindingCode::kBoardFacesUnclear,
                            .severity = Severity::kWarning,
                            .numbers = {{"disagreeing", static_cast<double>(search.disagreeing)},
                                        {"explained", static_cast<double>(search.explained)}}});
  }
}

}  // namespace

InitialRig find_initial_rig(const Observations& observations, const Calibration& lenses,
                            const ExtrinsicsOptions& options, int jobs) {
  InitialRig rig{.observations = observations, .lenses = lenses_of(observations, lenses)};
  const bool equal_faces = has_equal_faces(observations.board);
  if (equal_faces) {
    rig.observations = as_front(observations);
  } else if (!observations.board.parts.empty()) {
    const Board board =
        estimate_multi_board_poses(observations, rig.lenses, options.allow_partial, rig.findings);
    rig.observations = with_known_boards(observations, board);
  }
  rig.views = locate_views(rig.observations, rig.lenses, jobs, rig.rejected);
  std::vector<Pose> symmetries = board_symmetries(rig.observations.board);
  std::vector<CameraEdge> edges;
  if (rig.observations.board.parts.empty()) {
    edges = camera_edges(rig.views, symmetries, jobs);
    set_second_face(equal_faces, edges, jobs, rig);
  }
  const bool has_parts = !rig.observations.board.parts.empty();
  if (has_parts) symmetries = relative_motions(rig.observations.board);
  const bool moved = find_frames(symmetries, options.shape.sync, lenses,
                                 clock_reference(rig, options.reference), jobs, rig);
  if (has_parts || moved) edges = camera_edges(rig.views, symmetries, jobs);
  require_not_mirrored(rig.observations, rig.views, edges, symmetries, jobs);
  std::vector<int> group =
      solvable_group(rig.observations, rig.lenses, edges, options.allow_partial, rig.findings);
  group = related_group(rig.observations, std::move(group), edges, rig.findings);
  rig.reference = choose_reference(rig, group, options.reference, rig.findings);
  rig.T_cam_rig =
      spanning_tree_poses(static_cast<int>(rig.observations.cameras.size()), edges, rig.reference);
  if (symmetries.size() > 1) {
    const int renumbered = number_alike(rig.T_cam_rig, rig.observations, rig.views);
    if (rig.observations.board.parts.empty())
      rig.findings.push_back(
          ambiguity_finding(rig.observations.board, renumbered, rig.views.size()));
  }
  if (!has_parts) reject_other_moments(rig);
  return rig;
}

}  // namespace calib
