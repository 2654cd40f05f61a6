#include "synth/board_placer.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "geometry/small_systems.hpp"
#include "scene/board_symmetry.hpp"
#include "synth/visibility.hpp"

namespace calib {
namespace {

constexpr double kHalfSquare = 0.5;
constexpr double kMaxTilt = std::numbers::pi / 4;
constexpr double kMaxRoll = 40 * std::numbers::pi / 180;
// Distances in units of that where the cameras' axes meet, where the board takes some 41 % of the
// picture's width (see rig.cpp): 25 % to 70 %.
constexpr double kNear = 0.41 / 0.70, kFar = 0.41 / 0.25;
// A board is not held more obliquely than this to a camera that is meant to see it.
constexpr double kMaxIncidence = 70 * std::numbers::pi / 180;
// A slide goes from the middle of the picture a bit beyond its edge, in so many steps.
constexpr double kWay = 1.2;
constexpr int kStops = 40;
// A picture's cells, in which corners are counted.
constexpr int kColumns = 10, kRows = 8;

std::optional<Eigen::Vector2d> pixel_in_picture(const Projector& projector,
                                                const Eigen::Vector3d& p_cam) {
  const auto pixel = projector.project(p_cam);
  const ImageSize& size = projector.intrinsics().image_size;
  const bool inside = pixel && pixel->x() >= 0 && pixel->y() >= 0 && pixel->x() <= size.width - 1 &&
                      pixel->y() <= size.height - 1;
  return inside ? pixel : std::nullopt;
}

bool in_picture(const Projector& projector, const Eigen::Vector3d& p_cam) {
  return pixel_in_picture(projector, p_cam).has_value();
}

// Straight edges bend in the picture, so points along them count too.
bool outline_in_picture(const Projector& projector, const Board& board, const Pose& T_cam_board) {
  constexpr int kPerSide = 6;
  const double s = board.square_m, edge = 1 + kHalfSquare;
  const Eigen::Vector2d low(-edge * s, -edge * s);
  const Eigen::Vector2d high = flat_extent(board) - low;
  for (int i = 0; i <= kPerSide; ++i) {
    const Eigen::Vector2d along = low + (high - low) * i / kPerSide;
    for (const auto& [x, y] : {std::pair(along.x(), low.y()), std::pair(along.x(), high.y()),
                               std::pair(low.x(), along.y()), std::pair(high.x(), along.y())}) {
      if (!in_picture(projector, T_cam_board * Eigen::Vector3d(x, y, 0))) return false;
    }
  }
  return true;
}

Eigen::Vector3d board_center(const Board& board) {
  const Eigen::Vector2d middle = flat_extent(board) / 2;
  return {middle.x(), middle.y(), 0};
}

// Low-discrepancy fractions in [0, 1): few boards still span the range. The steps used are the
// golden ratio and Roberts' R2 sequence, its two-dimensional kin.
double spread(int index, double step, double start) {
  const double value = start + step * index;
  return value - std::floor(value);
}

}  // namespace

Sight sight_of(const Projector& projector, const Board& board, const Pose& T_cam_board) {
  if (!sees_printed_side(T_cam_board)) return Sight::kNone;
  if (outline_in_picture(projector, board, T_cam_board)) return Sight::kWhole;
  int inside = 0;
  for (int id = 0; id < corner_count(board); ++id) {
    if (in_picture(projector, T_cam_board * corner_position(board, id))) ++inside;
  }
  if (inside == corner_count(board)) return Sight::kTight;
  return 4 * inside >= corner_count(board) ? Sight::kCut : Sight::kNone;
}

struct BoardPlacer::Draft {
  int index = 0;
  int camera = 0;              // whose picture it slides across
  double right = 1, down = 1;  // signs of the way to the corner of the picture
  double distance = 1;         // of the board's center from that camera
  Eigen::Quaterniond pose;     // relative to a board that faces its audience
};

// What the rig sees of a board.
struct BoardPlacer::Sights {
  bool audience_sees = true;  // enough of it, and not too obliquely
  int cut = 0;                // views of the whole rig
  int tight = 0;              // views of the audience
};

BoardPlacer::BoardPlacer(const std::vector<Projector>& projectors, const Arrangement& arrangement,
                         const Board& board, std::uint64_t seed)
    : projectors_(projectors), arrangement_(arrangement), board_(board), random_(seed) {
  first_distance_ = random_.uniform();
  first_tilt_ = random_.uniform();
  seen_.resize(projectors.size() * kColumns * kRows, 0);
}

const std::vector<int>& BoardPlacer::audience(int index) const {
  return arrangement_.audiences[static_cast<std::size_t>(index) % arrangement_.audiences.size()];
}

int BoardPlacer::audience_size(int index) const { return static_cast<int>(audience(index).size()); }

// Candidates differ in the corner of the picture that they slide to, in their tilt's axis and their
// turn in the plane. `boldness` 1 is the full range of distance and tilt, 0 a board that faces the
// rig where its axes meet.
BoardPlacer::Draft BoardPlacer::draft(int index, int candidate, double boldness) {
  const std::vector<int>& cameras = audience(index);
  const int turn = index / static_cast<int>(arrangement_.audiences.size()) + candidate;
  Draft draft;
  draft.index = index;
  draft.camera = cameras[static_cast<std::size_t>(turn) % cameras.size()];
  draft.right = candidate % 2 == 0 ? 1 : -1;
  draft.down = candidate / 2 % 2 == 0 ? 1 : -1;

  const double far = spread(index, 0.7548776662466927, first_distance_);
  const double ratio = 1 / (1 / kNear + far * (1 / kFar - 1 / kNear));  // even in apparent size
  draft.distance = arrangement_.distance * std::pow(ratio, boldness);

  const double tilt = boldness * kMaxTilt * spread(index, 0.5698402909980532, first_tilt_);
  const double axis = random_.uniform(0, 2 * std::numbers::pi);
  // The quarter turn only where the picture tells which way up the board is: otherwise its corners
  // could not be numbered as in the truth.
  const bool portrait =
      spread(index, 0.6180339887498949, 0) < 0.25 && ambiguous_relabelings(board_).size() == 1;
  const double quarter =
      portrait ? (random_.uniform() < 0.5 ? -std::numbers::pi / 2 : std::numbers::pi / 2) : 0.0;
  const double roll = boldness * random_.uniform(-kMaxRoll, kMaxRoll) + quarter;
  draft.pose = exp_so3(tilt * Eigen::Vector3d(std::cos(axis), std::sin(axis), 0)) *
               exp_so3(roll * Eigen::Vector3d::UnitZ());
  return draft;
}

// The board with its center on the ray of a pixel: `right` and `down` are fractions of half the
// picture. A pixel without a ray gives a pose behind the camera, which nobody sees.
Pose BoardPlacer::pose_at(const Draft& draft, double right, double down) const {
  const Projector& projector = projectors_[static_cast<std::size_t>(draft.camera)];
  const Pose& T_world_cam = arrangement_.T_world_cam[static_cast<std::size_t>(draft.camera)];
  const ImageSize& size = projector.intrinsics().image_size;
  const Eigen::Vector2d pixel((size.width - 1) / 2.0 * (1 + right * draft.right),
                              (size.height - 1) / 2.0 * (1 + down * draft.down));
  const Eigen::Vector3d ray = projector.unproject(pixel).value_or(-Eigen::Vector3d::UnitZ());
  const Eigen::Vector3d center = T_world_cam * (draft.distance * ray);

  Eigen::Vector3d away = Eigen::Vector3d::Zero();
  for (const int camera : audience(draft.index)) {
    away += (center - arrangement_.T_world_cam[static_cast<std::size_t>(camera)].translation)
                .normalized();
  }
  // The camera's axes turned by the least that makes z point away from the audience.
  const Eigen::Quaterniond facing =
      turn_between(T_world_cam.rotation * Eigen::Vector3d::UnitZ(), away) * T_world_cam.rotation;
  const Eigen::Quaterniond rotation = (facing * draft.pose).normalized();
  return {rotation, center - rotation * board_center(board_)};
}

BoardPlacer::Sights BoardPlacer::sights(const Draft& draft, const Pose& T_world_board) const {
  Sights result;
  for (std::size_t i = 0; i < projectors_.size(); ++i) {
    const int camera = static_cast<int>(i);
    const Pose T_cam_board = arrangement_.T_world_cam[i].inverse() * T_world_board;
    const Sight sight = sight_of(projectors_[i], board_, T_cam_board);
    if (sight == Sight::kCut) ++result.cut;
    const std::vector<int>& who = audience(draft.index);
    if (std::find(who.begin(), who.end(), camera) == who.end()) continue;
    if (sight == Sight::kTight) ++result.tight;
    const Eigen::Vector3d ray = (T_cam_board * board_center(board_)).normalized();
    const Eigen::Vector3d normal = T_cam_board.rotation * Eigen::Vector3d::UnitZ();
    if (sight == Sight::kNone || normal.dot(ray) < std::cos(kMaxIncidence)) {
      result.audience_sees = false;
      return result;
    }
  }
  return result;
}

// A place along a slide, as a fraction of half the picture, and how many views are cut there.
struct BoardPlacer::Stop {
  double place = 0;
  int cut = 0;
};

// The stops along one axis of the picture at which the wanted number of views is cut and the others
// are whole: for none, those reached from the start without cutting any.
std::vector<BoardPlacer::Stop> BoardPlacer::stops(const Draft& draft, bool along_x, double other,
                                                  Cuts wanted) const {
  std::vector<Stop> found;
  for (int i = 0; i <= kStops; ++i) {
    const double place = kWay * i / kStops;
    const Pose pose = along_x ? pose_at(draft, place, other) : pose_at(draft, other, place);
    const Sights now = sights(draft, pose);
    if (!now.audience_sees) break;
    const bool good = now.tight == 0 && now.cut >= wanted.least && now.cut <= wanted.most;
    if (good) found.push_back({place, now.cut});
    if (!good && wanted.most == 0) break;
  }
  return found;
}

// First along one axis as far as all see the whole board, then along the other: so boards reach
// into the corners of pictures that are wider than they are. Most boards go as far
// as they can, since it is the edges that are hard to cover.
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
      const auto pixel =
          pixel_in_picture(projectors_[i], T_cam_board * corner_position(board_, id));
      if (!pixel) continue;
      const auto column = static_cast<std::size_t>(pixel->x() * kColumns / size.width);
      const auto row = static_cast<std::size_t>(pixel->y() * kRows / size.height);
      visit((i * kRows + row) * kColumns + column);
    }
  }
}

// How much a board adds to what has been seen: the first corners in a cell count most.
double BoardPlacer::news(const Pose& T_world_board) const {
  double sum = 0;
  visit_cells(T_world_board, [&](std::size_t cell) { sum += 1.0 / (1 + seen_[cell]); });
  return sum;
}

// The candidate that adds most to the coverage; where no bold pose fits, ever tamer ones are tried.
std::optional<BoardPlacer::Placed> BoardPlacer::place(int index, Cuts wanted) {
  constexpr int kCandidates = 8;
  const int attempts = wanted.most > 0 ? 4 : 20;  // a cut that is not found can wait
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const double boldness = 1 - static_cast<double>(attempt) / (attempts - 1);
    std::optional<Placed> best;
    double most = 0;
    for (int candidate = 0; candidate < kCandidates; ++candidate) {
      const auto placed = slide(draft(index, candidate, boldness), wanted);
      if (!placed) continue;
      const double gain = news(placed->T_world_board);
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
