#include "target/saddle_lattice.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace calib {
namespace {

// Four half-lines leave a saddle: 0 and 1 are the ends of the rising line, 2 and 3 those of the
// falling one.
constexpr int kHalves = 4;
constexpr int line_of(int half) { return half / 2; }
constexpr int opposite(int half) { return half ^ 1; }

// Tangents of the largest angle between the direction to a neighbor and the line of the saddle, and
// the line of the neighbor.
constexpr float kLargestTangent = 0.24f;
constexpr float kLargestBackTangent = 0.36f;
constexpr float kBendPenalty = 8;
constexpr int kTries = 3;
// The search ends when all remaining neighbors are this many times farther than the best one.
constexpr float kFarther = 3;
constexpr float kLargestContrastRatio = 4;
constexpr float kLeastEdge = 0.35f;   // contrast along the edge, as a share of the amplitude
constexpr float kLongestLink = 0.3f;  // as a share of the image's longer side

constexpr std::array<Cell, 4> kAround = {{{1, 0}, {-1, 0}, {0, 1}, {0, -1}}};

Cell operator+(Cell a, Cell b) { return {a.i + b.i, a.j + b.j}; }
Cell operator*(int k, Cell a) { return {k * a.i, k * a.j}; }

struct Direction {
  float x, y;
};

Direction direction_of(const Saddle& saddle, int half) {
  const float sign = half & 1 ? -1.f : 1.f;
  return {sign * saddle.dx[line_of(half)], sign * saddle.dy[line_of(half)]};
}

float cross(Direction a, Direction b) { return a.x * b.y - a.y * b.x; }

bool far_from_border(const ResponseMap& map, float x, float y) {
  return x >= 3 && y >= 3 && x < static_cast<float>(map.width - 4) &&
         y < static_cast<float>(map.height - 4);
}

// Whether the image between a and b, at the share t of the way, is brighter on the side that
// matches the kind of the line (0 rising, 1 falling).
bool is_edge_at(const ResponseMap& map, const Saddle& a, const Saddle& b, float t, int line,
                float least_contrast) {
  const float dx = b.x - a.x, dy = b.y - a.y, distance = std::hypot(dx, dy);
  const float off = std::clamp(0.2f * distance, 1.2f, 2.5f) * (line == 0 ? 1.f : -1.f) / distance;
  const float x = a.x + t * dx, y = a.y + t * dy;
  if (!far_from_border(map, x, y)) return false;
  const float bright = sample(map, x - off * dy, y + off * dx);
  const float dark = sample(map, x + off * dy, y - off * dx);
  return bright - dark > least_contrast;
}

// Whether an edge runs from a to b. `dots`: there is a dot in its middle, which hides it there.
bool has_edge(const ResponseMap& map, const Saddle& a, const Saddle& b, int line,
              float least_contrast, bool dots) {
  constexpr std::array<float, 3> kAlong = {0.3f, 0.5f, 0.7f};
  constexpr std::array<float, 3> kBesideDot = {0.24f, 0.74f, 0.76f};
  for (const float t : dots ? kBesideDot : kAlong)
    if (!is_edge_at(map, a, b, t, line, least_contrast)) return false;
  return true;
}

// Whether the edge is there at most places between a and b.
bool has_whole_edge(const ResponseMap& map, const Saddle& a, const Saddle& b, int line) {
  constexpr float kBegin = 0.2f, kStep = 2;  // as a share of the distance, and pixels
  const int steps =
      static_cast<int>(std::ceil((1 - 2 * kBegin) * std::hypot(b.x - a.x, b.y - a.y) / kStep));
  int held = 0;
  for (int k = 0; k <= steps; ++k) {
    const float t =
        kBegin + (1 - 2 * kBegin) * static_cast<float>(k) / static_cast<float>(std::max(1, steps));
    held += is_edge_at(map, a, b, t, line, 0);
  }
  return 4 * held >= 3 * (steps + 1);
}

// The nearest saddles along one half-line, the best first.
struct Nearest {
  struct Entry {
    float score;
    int index;
    bool operator<(const Entry& o) const {
      return score != o.score ? score < o.score : index < o.index;
    }
  };
  std::array<Entry, kTries> entries;
  int count = 0;
  void add(Entry entry) {
    if (count == kTries) {
      if (!(entry < entries[kTries - 1])) return;
      --count;
    }
    int k = count++;
    for (; k > 0 && entry < entries[k - 1]; --k) entries[k] = entries[k - 1];
    entries[k] = entry;
  }
  float best() const {
    return count > 0 ? entries[0].score : std::numeric_limits<float>::infinity();
  }
  float worst() const {
    return count == kTries ? entries[kTries - 1].score : std::numeric_limits<float>::infinity();
  }
};

// The saddles sorted into square buckets of the image, for searches in growing rings.
class Buckets {
 public:
  Buckets(const ResponseMap& map, const std::vector<Saddle>& saddles)
      : across_(map.width / kSide + 1), down_(map.height / kSide + 1) {
    starts_.assign(static_cast<std::size_t>(across_) * down_ + 1, 0);
    for (const Saddle& saddle : saddles) ++starts_[bucket_of(saddle) + 1];
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    indices_.resize(saddles.size());
    std::vector<int> next(starts_.begin(), starts_.end() - 1);
    for (std::size_t k = 0; k < saddles.size(); ++k)
      indices_[next[bucket_of(saddles[k])]++] = static_cast<int>(k);
  }

  static constexpr int kSide = 32;

  /// Calls visit(index) for the saddles in the ring of buckets at distance `ring` from `center`.
  template <class Visit>
  void visit_ring(const Saddle& center, int ring, const Visit& visit) const {
    const int bx = static_cast<int>(center.x) / kSide, by = static_cast<int>(center.y) / kSide;
    for (int y = std::max(0, by - ring); y <= std::min(down_ - 1, by + ring); ++y) {
      const bool whole_row = std::abs(y - by) == ring;
      const int step = whole_row || ring == 0 ? 1 : 2 * ring;
      for (int x = bx - ring; x <= bx + ring; x += step)
        if (x >= 0 && x < across_) visit_bucket(y * across_ + x, visit);
    }
  }

 private:
  int bucket_of(const Saddle& saddle) const {
    return static_cast<int>(saddle.y) / kSide * across_ + static_cast<int>(saddle.x) / kSide;
  }
  template <class Visit>
  void visit_bucket(int bucket, const Visit& visit) const {
    for (int k = starts_[bucket]; k < starts_[bucket + 1]; ++k) visit(indices_[k]);
  }
  int across_, down_;
  std::vector<int> starts_, indices_;
};

using Links = std::vector<std::array<int, kHalves>>;

class Linker {
 public:
  Linker(const ResponseMap& map, const std::vector<Saddle>& saddles, bool dots)
      : map_(map), saddles_(saddles), buckets_(map, saddles), dots_(dots) {}

  Links link_all() const {
    Links links(saddles_.size());
    for (std::size_t k = 0; k < saddles_.size(); ++k) links[k] = link(static_cast<int>(k));
    return links;
  }

 private:
  std::array<int, kHalves> link(int from) const {
    const std::array<Nearest, kHalves> nearest = find_nearest(from);
    std::array<int, kHalves> links{-1, -1, -1, -1};
    const Saddle& a = saddles_[from];
    for (int half = 0; half < kHalves; ++half)
      for (int k = 0; k < nearest[half].count && links[half] < 0; ++k) {
        const int index = nearest[half].entries[k].index;
        const Saddle& b = saddles_[index];
        const float weaker = std::min(a.amplitude, b.amplitude);
        if (std::max(a.amplitude, b.amplitude) > kLargestContrastRatio * weaker) continue;
        if (has_edge(map_, a, b, line_of(half), kLeastEdge * weaker, dots_)) links[half] = index;
      }
    return links;
  }

  std::array<Nearest, kHalves> find_nearest(int from) const {
    std::array<Nearest, kHalves> nearest;
    const float longest = kLongestLink * static_cast<float>(std::max(map_.width, map_.height));
    for (int ring = 0;; ++ring) {
      // All saddles nearer than this have been visited.
      const float seen = static_cast<float>((ring - 1) * Buckets::kSide);
      if (seen > longest) break;
      const auto is_complete = [&](const Nearest& n) {
        return n.worst() <= seen * seen || n.best() * kFarther * kFarther <= seen * seen;
      };
      if (ring > 0 && std::all_of(nearest.begin(), nearest.end(), is_complete)) break;
      buckets_.visit_ring(saddles_[from], ring,
                          [&](int to) { consider(from, to, longest, nearest); });
    }
    return nearest;
  }

  void consider(int from, int to, float longest, std::array<Nearest, kHalves>& nearest) const {
    const Saddle &a = saddles_[from], &b = saddles_[to];
    const Direction d{b.x - a.x, b.y - a.y};
    const float distance2 = d.x * d.x + d.y * d.y;
    if (distance2 > longest * longest || distance2 < 4) return;
    for (int line = 0; line < 2; ++line) {
      const float along = d.x * a.dx[line] + d.y * a.dy[line];
      const float across = std::abs(d.x * a.dy[line] - d.y * a.dx[line]);
      if (across >= kLargestTangent * std::abs(along)) continue;
      // At the other end, the same edge is a line of the other kind.
      const int other = 1 - line;
      const float back_along = std::abs(d.x * b.dx[other] + d.y * b.dy[other]);
      const float back_across = std::abs(d.x * b.dy[other] - d.y * b.dx[other]);
      if (back_across >= kLargestBackTangent * back_along) continue;
      const float tangent = across / along;
      nearest[2 * line + (along > 0 ? 0 : 1)].add(
          {distance2 * (1 + kBendPenalty * tangent * tangent), to});
    }
  }

  const ResponseMap& map_;
  const std::vector<Saddle>& saddles_;
  Buckets buckets_;
  bool dots_;
};

// The half-line of the neighbor that links back to `from`. Returns -1 if the link is not mutual.
int half_back(const Links& links, int from, int half) {
  const int to = links[from][half];
  if (to < 0) return -1;
  const int first = line_of(half) == 0 ? 2 : 0;
  for (int k = first; k < first + 2; ++k)
    if (links[to][k] == from) return k;
  return -1;
}

// The half-lines of a saddle along +i, -i, +j, -j.
using Frame = std::array<int, 4>;

Frame frame_with(const Saddle& saddle, int half_i) {
  const int other = line_of(half_i) == 0 ? 2 : 0;
  const bool right_handed = cross(direction_of(saddle, half_i), direction_of(saddle, other)) > 0;
  const int half_j = right_handed ? other : opposite(other);
  return {half_i, opposite(half_i), half_j, opposite(half_j)};
}

// The frame of a neighbor that is reached in direction `step` (0: +i, 1: -i, 2: +j, 3: -j) and
// whose half-line `back` leads back.
Frame frame_of_neighbor(const Saddle& saddle, int step, int back) {
  const int forward = step % 2 == 0 ? opposite(back) : back;  // along +i, or along +j
  if (step < 2) return frame_with(saddle, forward);
  const int other = line_of(forward) == 0 ? 2 : 0;
  const bool right_handed = cross(direction_of(saddle, other), direction_of(saddle, forward)) > 0;
  return frame_with(saddle, right_handed ? other : opposite(other));
}

// The lattice of all saddles that mutual links connect to the seed, by breadth-first search.
Lattice walk(const std::vector<Saddle>& saddles, const Links& links, int seed, int reach,
             std::vector<char>& used) {
  struct Visit {
    int saddle;
    Cell cell;
    Frame frame;
  };
  Lattice lattice(reach);
  std::vector<Visit> queue{{seed, {0, 0}, frame_with(saddles[seed], 0)}};
  used[seed] = 1;
  lattice.add({0, 0}, saddles[seed]);
  for (std::size_t k = 0; k < queue.size(); ++k) {
    const Visit visit = queue[k];
    for (int step = 0; step < 4; ++step) {
      const int half = visit.frame[step], back = half_back(links, visit.saddle, half);
      if (back < 0) continue;
      const int next = links[visit.saddle][half];
      const Cell cell = visit.cell + kAround[step];
      if (used[next] || !lattice.holds(cell) || lattice.find(cell)) continue;
      used[next] = 1;
      lattice.add(cell, saddles[next]);
      queue.push_back({next, cell, frame_of_neighbor(saddles[next], step, back)});
    }
  }
  return lattice;
}

// The distance on the board from the line of this cell to the next one in direction `step`.
float gap_of(const LatticePrint& print, Cell cell, Cell step) {
  const int line = step.i != 0 ? cell.i - print.origin.i : cell.j - print.origin.j;
  const int lower = std::min(line, line + step.i + step.j);
  return (lower & 1) == 0 ? print.first : print.second;
}

bool is_near(const Saddle& saddle, float x, float y, float limit) {
  return std::hypot(saddle.x - x, saddle.y - y) <= limit;
}

// Finds the saddle of the strongest response near the prediction, with weaker rules than
// find_saddles(). Returns false if it is not a saddle.
bool find_saddle_near(const ResponseMap& map, const Prediction& at, float limit, Saddle& saddle) {
  const int reach = static_cast<int>(std::ceil(std::min(limit, 6.f)));
  const int cx = static_cast<int>(at.x), cy = static_cast<int>(at.y);
  float best = 0;
  int best_x = 0, best_y = 0;
  for (int y = std::max(2, cy - reach); y <= std::min(map.height - 3, cy + reach); ++y)
    for (int x = std::max(2, cx - reach); x <= std::min(map.width - 3, cx + reach); ++x)
      if (const float v = map.response_row(y)[x]; v > best) {
        best = v;
        best_x = x;
        best_y = y;
      }
  if (best == 0) return false;
  auto x = static_cast<float>(best_x), y = static_cast<float>(best_y);
  if (!step_to_saddle(map, x, y)) return false;
  const RingRules lax{3.5f * kStepsPerGray, 0.7f, 0.25f};
  const float radius = std::clamp(0.33f * at.spacing, 2.f, 4.f);
  for (const float r : {radius, 0.7f * radius})
    if (r >= 1.9f && check_ring(map, x, y, r, lax, saddle)) return true;
  return false;
}

// Whether the lines and edges between the corner and its neighbors in the lattice are consistent.
// Returns false if it has no neighbors.
bool fits_neighbors(const ResponseMap& map, const Lattice& lattice, Cell cell, const Saddle& saddle,
                    bool dots) {
  bool any = false;
  for (int step = 0; step < 4; ++step) {
    const Cell other = cell + kAround[step];
    const Saddle* neighbor = lattice.find(other);
    if (!neighbor) continue;
    any = true;
    const bool along_i = step < 2;
    const int line = along_i ? line_along_i(cell) : 1 - line_along_i(cell);
    const Direction d{neighbor->x - saddle.x, neighbor->y - saddle.y};
    const Direction own{saddle.dx[line], saddle.dy[line]};
    if (std::abs(cross(d, own)) > 0.55f * std::abs(d.x * own.x + d.y * own.y)) return false;
    const float weaker = std::min(saddle.amplitude, neighbor->amplitude);
    if (saddle.amplitude < 0.25f * neighbor->amplitude) return false;
    const bool testable = far_from_border(map, saddle.x, saddle.y) && std::hypot(d.x, d.y) > 5;
    if (testable && !has_edge(map, saddle, *neighbor, line, 0.8f * kLeastEdge * weaker, dots))
      return false;
  }
  return any;
}

bool is_taken(const Lattice& lattice, const Saddle& saddle) {
  constexpr float kDistance = 1.5f;
  return std::any_of(lattice.cells().begin(), lattice.cells().end(), [&](Cell cell) {
    return is_near(*lattice.find(cell), saddle.x, saddle.y, kDistance);
  });
}

}  // namespace

Lattice::Lattice(int reach)
    : reach_(reach), index_(static_cast<std::size_t>(2 * reach + 1) * (2 * reach + 1), -1) {}

bool Lattice::holds(Cell cell) const {
  return std::abs(cell.i) <= reach_ && std::abs(cell.j) <= reach_;
}

const Saddle* Lattice::find(Cell cell) const {
  if (!holds(cell)) return nullptr;
  const int index = index_[(cell.j + reach_) * (2 * reach_ + 1) + cell.i + reach_];
  return index < 0 ? nullptr : &saddles_[index];
}

void Lattice::add(Cell cell, const Saddle& saddle) {
  index_[(cell.j + reach_) * (2 * reach_ + 1) + cell.i + reach_] = size();
  if (cells_.empty()) first_ = last_ = cell;
  first_ = {std::min(first_.i, cell.i), std::min(first_.j, cell.j)};
  last_ = {std::max(last_.i, cell.i), std::max(last_.j, cell.j)};
  cells_.push_back(cell);
  saddles_.push_back(saddle);
}

std::vector<Lattice> link_saddles(const ResponseMap& map, const std::vector<Saddle>& saddles,
                                  int reach, std::size_t most, bool dots) {
  constexpr int kLeastCorners = 4;
  const Links links = Linker(map, saddles, dots).link_all();
  const int count = static_cast<int>(saddles.size());
  std::vector<int> degree(saddles.size(), 0), order(saddles.size());
  for (int k = 0; k < count; ++k)
    for (int half = 0; half < kHalves; ++half) degree[k] += half_back(links, k, half) >= 0;
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return degree[a] > degree[b]; });

  std::vector<Lattice> lattices;
  std::vector<char> used(saddles.size(), 0);
  for (const int seed : order) {
    if (used[seed] || degree[seed] < 2) continue;
    Lattice lattice = walk(saddles, links, seed, reach, used);
    if (lattice.size() >= kLeastCorners) lattices.push_back(std::move(lattice));
  }
  std::stable_sort(lattices.begin(), lattices.end(),
                   [](const Lattice& a, const Lattice& b) { return a.size() > b.size(); });
  if (lattices.size() > most)
    lattices.erase(lattices.begin() + static_cast<std::ptrdiff_t>(most), lattices.end());
  return lattices;
}

bool predict(const Lattice& lattice, Cell cell, Prediction& prediction, const LatticePrint& print) {
  float x = 0, y = 0, weight = 0, spacing = std::numeric_limits<float>::infinity();
  const auto vote = [&](float w, float at_x, float at_y, float distance) {
    x += w * at_x;
    y += w * at_y;
    weight += w;
    spacing = std::min(spacing, distance);
  };
  const auto distance = [](const Saddle& a, const Saddle& b) {
    return std::hypot(a.x - b.x, a.y - b.y);
  };
  // Extrapolation along a line, with the ratio of the previous two steps if they are known.
  for (const Cell step : kAround) {
    const Saddle *a = lattice.find(cell + step), *b = lattice.find(cell + 2 * step);
    if (!a || !b) continue;
    const Saddle* c = lattice.find(cell + 3 * step);
    const float here = gap_of(print, cell, step), next = gap_of(print, cell + step, step);
    float dx = (a->x - b->x) / next, dy = (a->y - b->y) / next;
    const float d = std::hypot(dx, dy);
    if (c) {  // The gaps of the print along the line are: here, next, here.
      const float ratio = std::clamp(d / std::max(distance(*b, *c) / here, 1e-3f), 0.7f, 1.4f);
      dx = dx * ratio + (dx * ratio - (b->x - c->x) / here * ratio * ratio) / 2;
      dy = dy * ratio + (dy * ratio - (b->y - c->y) / here * ratio * ratio) / 2;
    }
    vote(c ? 2 : 1, a->x + here * dx, a->y + here * dy, here * d);
  }
  for (const int di : {-1, 1})
    for (const int dj : {-1, 1}) {  // The fourth corner of a parallelogram.
      const Saddle *a = lattice.find(cell + Cell{di, 0}), *b = lattice.find(cell + Cell{0, dj}),
                   *c = lattice.find(cell + Cell{di, dj});
      if (a && b && c)
        vote(1.5f, a->x + b->x - c->x, a->y + b->y - c->y,
             std::min(distance(*a, *c), distance(*b, *c)));
    }
  for (const Cell step : {Cell{1, 0}, Cell{0, 1}}) {  // Between two neighbors.
    const Saddle *a = lattice.find(cell + step), *b = lattice.find(cell + -1 * step);
    if (!a || !b) continue;
    const float to_a = gap_of(print, cell, step), to_b = gap_of(print, cell, -1 * step);
    const float both = to_a + to_b;
    vote(3, (to_b * a->x + to_a * b->x) / both, (to_b * a->y + to_a * b->y) / both,
         distance(*a, *b) * std::min(to_a, to_b) / both);
  }
  if (weight == 0) return false;
  prediction = {x / weight, y / weight, spacing};
  return true;
}

bool find_corner(const ResponseMap& map, const Lattice& lattice, Cell cell, Saddle& saddle,
                 const LatticePrint& print) {
  Prediction at;
  if (!predict(lattice, cell, at, print)) return false;
  if (!(at.x > 1 && at.y > 1 && at.x < static_cast<float>(map.width - 2) &&
        at.y < static_cast<float>(map.height - 2)))
    return false;
  const float limit = std::max(1.5f, 0.3f * at.spacing);
  return find_saddle_near(map, at, limit, saddle) && is_near(saddle, at.x, at.y, limit) &&
         fits_neighbors(map, lattice, cell, saddle, print.dots);
}

void grow(const ResponseMap& map, int columns, int rows, Lattice& lattice) {
  struct Found {
    Cell cell;
    Saddle saddle;
  };
  std::vector<Found> found;
  do {
    const int width = lattice.last().i - lattice.first().i + 1;
    const int height = lattice.last().j - lattice.first().j + 1;
    const bool fits = std::max(width, height) >= std::max(columns, rows) &&
                      std::min(width, height) >= std::min(columns, rows);
    const int margin = fits ? 0 : 1;
    found.clear();
    for (int j = lattice.first().j - margin; j <= lattice.last().j + margin; ++j)
      for (int i = lattice.first().i - margin; i <= lattice.last().i + margin; ++i) {
        const Cell cell{i, j};
        Saddle saddle;
        if (!lattice.holds(cell) || lattice.find(cell)) continue;
        if (find_corner(map, lattice, cell, saddle)) found.push_back({cell, saddle});
      }
    std::erase_if(found, [&](const Found& f) { return is_taken(lattice, f.saddle); });
    for (const Found& f : found)
      if (!is_taken(lattice, f.saddle)) lattice.add(f.cell, f.saddle);
  } while (!found.empty());
}

bool has_whole_edges(const ResponseMap& map, const Lattice& lattice) {
  int edges = 0, whole = 0;
  for (const Cell cell : lattice.cells())
    for (const Cell step : {Cell{1, 0}, Cell{0, 1}}) {
      const Saddle *a = lattice.find(cell), *b = lattice.find(cell + step);
      if (!b) continue;
      ++edges;
      whole +=
          has_whole_edge(map, *a, *b, step.i == 1 ? line_along_i(cell) : 1 - line_along_i(cell));
    }
  return 4 * whole >= 3 * edges;
}

}  // namespace calib
