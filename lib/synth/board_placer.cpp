#include "synth/board_placer.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "geometry/small_systems.hpp"
#include "scene/board_symmetry.hpp"
#include "synth/visibility.hpp"

namespace calib {
namespace {

constexpr double kMaxRoll = 40 * std::numbers::pi / 180;
// The largest angle between the board's normal and the ray to a camera of its group.
constexpr double kMaxIncidence = 70 * std::numbers::pi / 180;
// A board slides from the middle of the image (0) to beyond its border (1) in kStops steps.
constexpr double kSlideEnd = 1.2;
constexpr int kStops = 40;
// The corners are counted in kColumns x kRows cells of each image.
constexpr int kColumns = 10, kRows = 8;

// What a camera sees of a board.
enum class Visibility {
  kNone,   // the back of the board, or fewer than a quarter of its corners
  kCut,    // not all corners
  kTight,  // all corners, but less than half a square around the squares
  kWhole
};

Visibility visibility(const Projector& projector, const Board& board, const Pose& T_cam_board) {
  if (!sees_printed_side(T_cam_board)) return Visibility::kNone;
  const auto inside = [&](const Eigen::Vector3d& p_board) {
    return pixel_in_image(projector, T_cam_board * p_board).has_value();
  };
  const std::vector<Eigen::Vector3d> outline = board_outline(board, 1.5 * board.square_m, 6);
  if (std::all_of(outline.begin(), outline.end(), inside)) return Visibility::kWhole;
  int corners = 0;
  for (int id = 0; id < corner_count(board); ++id) corners += inside(corner_position(board, id));
  if (corners == corner_count(board)) return Visibility::kTight;
  return 4 * corners >= corner_count(board) ? Visibility::kCut : Visibility::kNone;
}

Eigen::Vector3d board_center(const Board& board) {
  const Eigen::Vector2d middle = flat_extent(board) / 2;
  return {middle.x(), middle.y(), 0};
}

bool is_oblique(const Board& board, const Pose& T_cam_board, double max_incidence) {
  const Eigen::Vector3d ray = (T_cam_board * board_center(board)).normalized();
  const Eigen::Vector3d normal = T_cam_board.rotation * Eigen::Vector3d::UnitZ();
  return normal.dot(ray) < std::cos(max_incidence);
}

// The distance of the corner of a box that is furthest from a point.
double farthest_corner(const Eigen::AlignedBox3d& box, const Eigen::Vector3d& from) {
  const Eigen::Vector3d arm = (from - box.center()).cwiseAbs() + box.sizes() / 2;
  return arm.norm();
}

// A low-discrepancy sequence in [0, 1), which covers the range with few boards. The steps used are
// the golden ratio and those of Roberts' two-dimensional R2 sequence.
double spread(int index, double step, double start) {
  const double value = start + step * index;
  return value - std::floor(value);
}

}  // namespace

std::vector<int> cameras_that_see(const std::vector<Projector>& projectors,
                                  const std::vector<Pose>& T_world_cam, const Board& board,
                                  const Pose& T_world_board, double max_incidence) {
  std::vector<int> cameras;
  for (std::size_t i = 0; i < projectors.size(); ++i) {
    const Pose T_cam_board = T_world_cam[i].inverse() * T_world_board;
    if (visibility(projectors[i], board, T_cam_board) == Visibility::kWhole &&
        !is_oblique(board, T_cam_board, max_incidence))
      cameras.push_back(static_cast<int>(i));
  }
  return cameras;
}

struct BoardPlacer::Draft {
  int index = 0;
  int camera = 0;                                   // the camera in whose image the board slides
  Eigen::Vector2d start = Eigen::Vector2d::Zero();  // from the middle of that image
  double right = 1, down = 1;   // signs of the direction in which the board slides
  double distance = 1;          // of the board's center from that camera, meters
  Eigen::Quaterniond rotation;  // relative to a board that faces its group of cameras
};

struct BoardPlacer::RigViews {
  bool group_sees = true;  // whether the group sees enough of the board, and not too obliquely
  int cut = 0;             // number of kCut views of all cameras
  int tight = 0;           // number of kTight views of the group
};

BoardPlacer::BoardPlacer(const std::vector<Projector>& projectors, const Arrangement& arrangement,
                         const Board& board, std::uint64_t seed, const BoardRange& range)
    : projectors_(projectors),
      arrangement_(arrangement),
      board_(board),
      range_(range),
      random_(seed) {
  first_distance_ = random_.uniform();
  first_tilt_ = random_.uniform();
  seen_.resize(projectors.size() * kColumns * kRows, 0);
}

const std::vector<int>& BoardPlacer::group(int index) const {
  return arrangement_.groups[static_cast<std::size_t>(index) % arrangement_.groups.size()];
}

int BoardPlacer::group_size(int index) const { return static_cast<int>(group(index).size()); }

// The range of distances from a camera, as multiples of Arrangement::distance.
std::pair<double, double> BoardPlacer::distances(int camera) const {
  if (!range_.box) return {range_.near, range_.far};
  const Eigen::Vector3d& place =
      arrangement_.T_world_cam[static_cast<std::size_t>(camera)].translation;
  const double nearest = range_.box->exteriorDistance(place) / arrangement_.distance;
  const double farthest = farthest_corner(*range_.box, place) / arrangement_.distance;
  const double low = std::clamp(nearest, range_.near, range_.far);
  return {low, std::clamp(farthest, low, range_.far)};
}

// How far from the middle of the image a board begins to slide.
Eigen::Vector2d BoardPlacer::start_of(int index, int camera) const {
  if (range_.middles.empty()) return Eigen::Vector2d::Zero();
  const Eigen::Vector3d& middle =
      range_.middles[static_cast<std::size_t>(index) % range_.middles.size()];
  const auto own = static_cast<std::size_t>(camera);
  const auto pixel =
      pixel_in_image(projectors_[own], arrangement_.T_world_cam[own].inverse() * middle);
  if (!pixel) return Eigen::Vector2d::Zero();
  const ImageSize& size = projectors_[own].intrinsics().image_size;
  return *pixel - Eigen::Vector2d((size.width - 1) / 2.0, (size.height - 1) / 2.0);
}

// Candidates differ in the image corner toward which they slide, in the axis of their tilt and in
// their roll. With `variation` 1, distance and tilt have their full range; with 0, the board faces
// the rig at Arrangement::distance.
BoardPlacer::Draft BoardPlacer::draft(int index, int candidate, double variation) {
  const std::vector<int>& cameras = group(index);
  const int turn = index / static_cast<int>(arrangement_.groups.size()) + candidate;
  Draft draft;
  draft.index = index;
  draft.camera = cameras[static_cast<std::size_t>(turn) % cameras.size()];
  draft.start = start_of(index, draft.camera);
  draft.right = candidate % 2 == 0 ? 1 : -1;
  draft.down = candidate / 2 % 2 == 0 ? 1 : -1;

  const auto [nearest, farthest] = distances(draft.camera);
  const double far = spread(index, 0.7548776662466927, first_distance_);
  // Uniform in the apparent size of the board.
  const double ratio = 1 / (1 / nearest + far * (1 / farthest - 1 / nearest));
  draft.distance = arrangement_.distance * std::pow(ratio, variation);

  const double tilt = variation * range_.max_tilt * spread(index, 0.5698402909980532, first_tilt_);
  const double axis = random_.uniform(0, 2 * std::numbers::pi);
  // Quarter turns need a board whose image shows which way up it is, because otherwise a detector
  // could not number its corners as in the truth.
  const bool portrait =
      spread(index, 0.6180339887498949, 0) < 0.25 && ambiguous_relabelings(board_).size() == 1;
  const double quarter =
      portrait ? (random_.uniform() < 0.5 ? -std::numbers::pi / 2 : std::numbers::pi / 2) : 0.0;
  const double roll = variation * random_.uniform(-kMaxRoll, kMaxRoll) + quarter;
  draft.rotation = exp_so3(tilt * Eigen::Vector3d(std::cos(axis), std::sin(axis), 0)) *
                   exp_so3(roll * Eigen::Vector3d::UnitZ());
  return draft;
}

// The pose of a board whose center is on the ray of a pixel; `right` and `down` are fractions of
// half the image. For a pixel without a ray, the pose is behind the camera and therefore invisible.
Pose BoardPlacer::pose_at(const Draft& draft, double right, double down) const {
  const Projector& projector = projectors_[static_cast<std::size_t>(draft.camera)];
  const Pose& T_world_cam = arrangement_.T_world_cam[static_cast<std::size_t>(draft.camera)];
  const ImageSize& size = projector.intrinsics().image_size;
  const Eigen::Vector2d pixel =
      draft.start + Eigen::Vector2d((size.width - 1) / 2.0 * (1 + right * draft.right),
                                    (size.height - 1) / 2.0 * (1 + down * draft.down));
  const Eigen::Vector3d ray = projector.unproject(pixel).value_or(-Eigen::Vector3d::UnitZ());
  const Eigen::Vector3d center = T_world_cam * (draft.distance * ray);

  Eigen::Vector3d away = Eigen::Vector3d::Zero();
  for (const int camera : group(draft.index)) {
    away += (center - arrangement_.T_world_cam[static_cast<std::size_t>(camera)].translation)
                .normalized();
  }
  // The axes of the camera, rotated by the least angle that makes z point away from the group.
  const Eigen::Quaterniond facing =
      turn_between(T_world_cam.rotation * Eigen::Vector3d::UnitZ(), away) * T_world_cam.rotation;
  const Eigen::Quaterniond rotation = (facing * draft.rotation).normalized();
  return {rotation, center - rotation * board_center(board_)};
}

BoardPlacer::RigViews BoardPlacer::rig_views(const Draft& draft, const Pose& T_world_board) const {
  RigViews result;
  for (std::size_t i = 0; i < projectors_.size(); ++i) {
    const int camera = static_cast<int>(i);
    const Pose T_cam_board = arrangement_.T_world_cam[i].inverse() * T_world_board;
    const Visibility seen = visibility(projectors_[i], board_, T_cam_board);
    if (seen == Visibility::kCut) ++result.cut;
    const std::vector<int>& cameras = group(draft.index);
    if (std::find(cameras.begin(), cameras.end(), camera) == cameras.end()) continue;
    if (seen == Visibility::kTight) ++result.tight;
    if (seen == Visibility::kNone || is_oblique(board_, T_cam_board, kMaxIncidence)) {
      result.group_sees = false;
      return result;
    }
  }
  return result;
}

struct BoardPlacer::Stop {
  double place = 0;  // as a fraction of half the image
  int cut = 0;       // number of views that are cut there
};

// The stops along one axis of the image at which the wanted number of views is cut and the others
// are whole. If no view may be cut, returns only the stops before the first one with a cut view.
std::vector<BoardPlacer::Stop> BoardPlacer::stops(const Draft& draft, bool along_x, double other,
                                                  Cuts wanted) const {
  std::vector<Stop> found;
  for (int i = 0; i <= kStops; ++i) {
    const double place = kSlideEnd * i / kStops;
    const Pose pose = along_x ? pose_at(draft, place, other) : pose_at(draft, other, place);
    if (range_.box && !range_.box->contains(pose * board_center(board_))) continue;
    const RigViews now = rig_views(draft, pose);
    if (!now.group_sees) break;
    const bool good = now.tight == 0 && now.cut >= wanted.least && now.cut <= wanted.most;
    if (good) found.push_back({place, now.cut});
    if (!good && wanted.most == 0) break;
  }
  return found;
}

// Slides the board first along one axis, as long as all cameras see the whole board, and then along
// the other, so that boards reach the corners of the image. Most boards slide as far as they can,
// because the borders of the image are hard to cover.
std::optional<BoardPlacer::Placed> BoardPlacer::slide(const Draft& draft, Cuts wanted) {
  const bool to_the_end = wanted.most == 0 && random_.uniform() < 0.7;
  const auto pick = [&](const std::vector<Stop>& stops) {
    const double fraction = to_the_end ? 1 : std::sqrt(random_.uniform());
    return stops[static_cast<std::size_t>(
        std::lround(fraction * static_cast<double>(stops.size() - 1)))];
  };
  const bool y_first = random_.uniform() < 0.7;
  const std::vector<Stop> first = stops(draft, !y_first, 0, {0, 0});
  if (first.empty()) return std::nullopt;
  const Stop one = pick(first);
  const std::vector<Stop> second = stops(draft, y_first, one.place, wanted);
  if (second.empty()) return std::nullopt;
  const Stop other = pick(second);
  return Placed{
      y_first ? pose_at(draft, other.place, one.place) : pose_at(draft, one.place, other.place),
      other.cut};
}

// Calls visit(cell) for every corner that a camera sees.
template <class Visit>
void BoardPlacer::visit_cells(const Pose& T_world_board, const Visit& visit) const {
  for (std::size_t i = 0; i < projectors_.size(); ++i) {
    const Pose T_cam_board = arrangement_.T_world_cam[i].inverse() * T_world_board;
    if (!sees_printed_side(T_cam_board)) continue;
    const ImageSize& size = projectors_[i].intrinsics().image_size;
    for (int id = 0; id < corner_count(board_); ++id) {
      const auto pixel = pixel_in_image(projectors_[i], T_cam_board * corner_position(board_, id));
      if (!pixel) continue;
      const auto column = static_cast<std::size_t>(pixel->x() * kColumns / size.width);
      const auto row = static_cast<std::size_t>(pixel->y() * kRows / size.height);
      visit((i * kRows + row) * kColumns + column);
    }
  }
}

// How much a board adds to the coverage. The first corners in a cell count most.
double BoardPlacer::added_coverage(const Pose& T_world_board) const {
  double sum = 0;
  visit_cells(T_world_board, [&](std::size_t cell) { sum += 1.0 / (1 + seen_[cell]); });
  return sum;
}

// Takes the candidate that adds most to the coverage. If none fits, tries again with less variation
// of distance and tilt.
std::optional<BoardPlacer::Placed> BoardPlacer::place(int index, Cuts wanted) {
  constexpr int kCandidates = 8;
  // Cut views get fewer attempts, because a later board can make up for them.
  const int attempts = wanted.most > 0 ? 4 : 20;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const double variation = 1 - static_cast<double>(attempt) / (attempts - 1);
    std::optional<Placed> best;
    double most = 0;
    for (int candidate = 0; candidate < kCandidates; ++candidate) {
      const auto placed = slide(draft(index, candidate, variation), wanted);
      if (!placed) continue;
      const double gain = added_coverage(placed->T_world_board);
      if (gain > most) best = placed;
      most = std::max(most, gain);
    }
    if (!best) continue;
    visit_cells(best->T_world_board, [&](std::size_t cell) { ++seen_[cell]; });
    return best;
  }
  return std::nullopt;
}

}  // namespace calib
