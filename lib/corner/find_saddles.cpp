#include "corner/find_saddles.hpp"

#include <algorithm>
#include <cmath>

#include "base/wide_vectors.hpp"

namespace calib {
namespace {

constexpr int kTile = 16;
constexpr int kBorder = 3;
// In pixels, tried in this order. The larger ring is less noisy; the smaller one stays inside small
// squares, and does not touch markers that are printed inside larger squares.
constexpr std::array<float, 2> kRingRadii = {4.f, 2.5f};
constexpr float kMergeDistance = 2;

using Peak = SaddleScratch::Peak;

bool stronger(const Peak& a, const Peak& b) {
  if (a.response != b.response) return a.response > b.response;
  return a.y != b.y ? a.y < b.y : a.x < b.x;
}

inline float largest_of_block(const float* row, int from, int to) {
  if (to - from == kTile) {
    // Four independent maxima, so that the compiler can vectorize the loop.
    std::array<float, 4> best{};
    for (int x = from; x < to; x += 4)
      for (int lane = 0; lane < 4; ++lane)
        best[lane] = best[lane] > row[x + lane] ? best[lane] : row[x + lane];
    return std::max(std::max(best[0], best[1]), std::max(best[2], best[3]));
  }
  float best = 0;
  for (int x = from; x < to; ++x) best = std::max(best, row[x]);
  return best;
}

// The largest response of every run of 16 pixels, and of every tile of 16x16.
CALIB_WIDE_VECTORS
void find_block_peaks(const ResponseMap& map, SaddleScratch& scratch) {
  const int across = (map.width + kTile - 1) / kTile, down = (map.height + kTile - 1) / kTile;
  scratch.block_peaks.resize(static_cast<std::size_t>(across) * map.height);
  scratch.tile_peaks.assign(static_cast<std::size_t>(across) * down, 0.f);
  for (int y = 0; y < map.height; ++y) {
    const float* row = map.response_row(y);
    float* blocks = scratch.block_peaks.data() + static_cast<std::size_t>(y) * across;
    float* tiles = scratch.tile_peaks.data() + static_cast<std::size_t>(y / kTile) * across;
    for (int b = 0; b < across; ++b) {
      blocks[b] = largest_of_block(row, b * kTile, std::min(map.width, (b + 1) * kTile));
      tiles[b] = std::max(tiles[b], blocks[b]);
    }
  }
}

float threshold(const SaddleSearch& search, SaddleScratch& scratch) {
  const float floor = search.rules.least_amplitude * search.rules.least_amplitude;
  auto& tiles = scratch.tile_peaks;
  const std::size_t rank =
      std::min<std::size_t>(tiles.size() - 1, std::max(2, search.expected / 8));
  std::nth_element(tiles.begin(), tiles.begin() + static_cast<std::ptrdiff_t>(rank), tiles.end(),
                   std::greater<>());
  return std::max(floor, search.share * tiles[rank]);
}

bool is_peak(const float* a, const float* c, const float* e, int x) {
  const float v = c[x];
  return v > a[x - 1] && v > a[x] && v > a[x + 1] && v > c[x - 1] && v >= c[x + 1] &&
         v >= e[x - 1] && v >= e[x] && v >= e[x + 1];
}

void find_peaks(const ResponseMap& map, float least, SaddleScratch& scratch) {
  const int across = (map.width + kTile - 1) / kTile;
  scratch.peaks.clear();
  for (int y = kBorder; y < map.height - kBorder; ++y) {
    const float* c = map.response_row(y);
    const float *a = c - map.width, *e = c + map.width;
    const float* blocks = scratch.block_peaks.data() + static_cast<std::size_t>(y) * across;
    for (int b = 0; b < across; ++b) {
      if (blocks[b] < least) continue;
      const int to = std::min((b + 1) * kTile, map.width - kBorder);
      for (int x = std::max(kBorder, b * kTile); x < to; ++x)
        if (c[x] >= least && is_peak(a, c, e, x)) scratch.peaks.push_back({c[x], x, y});
    }
  }
}

bool verify(const ResponseMap& map, const Peak& peak, const RingRules& rules, Saddle& saddle) {
  auto x = static_cast<float>(peak.x), y = static_cast<float>(peak.y);
  if (!step_to_saddle(map, x, y)) return false;
  for (const float radius : kRingRadii)
    if (check_ring(map, x, y, radius, rules, saddle)) {
      saddle.response = peak.response;
      return true;
    }
  return false;
}

// A grid with cells of kMergeDistance pixels, which stores the index of the saddle kept in each
// cell.
class KeptSaddles {
 public:
  KeptSaddles(const ResponseMap& map, std::vector<int>& cells, const std::vector<Saddle>& saddles)
      : across_(map.width / 2 + 3), cells_(cells), saddles_(saddles) {
    cells_.assign(static_cast<std::size_t>(across_) * (map.height / 2 + 3), -1);
  }
  bool near(const Saddle& saddle) const {
    const std::size_t cell = cell_of(saddle);
    for (const int dy : {-across_, 0, across_})
      for (const int dx : {-1, 0, 1}) {
        const int other = cells_[cell + dy + dx];
        if (other >= 0 && std::abs(saddles_[other].x - saddle.x) < kMergeDistance &&
            std::abs(saddles_[other].y - saddle.y) < kMergeDistance)
          return true;
      }
    return false;
  }
  void add(const Saddle& saddle, int index) { cells_[cell_of(saddle)] = index; }

 private:
  std::size_t cell_of(const Saddle& saddle) const {
    const int x = std::max(0, static_cast<int>(saddle.x / kMergeDistance)) + 1;
    const int y = std::max(0, static_cast<int>(saddle.y / kMergeDistance)) + 1;
    return static_cast<std::size_t>(y) * across_ + x;
  }
  int across_;
  std::vector<int>& cells_;
  const std::vector<Saddle>& saddles_;
};

}  // namespace

void find_saddles(const ResponseMap& map, const SaddleSearch& search, SaddleScratch& scratch,
                  std::vector<Saddle>& saddles) {
  saddles.clear();
  if (map.width == 0) return;
  find_block_peaks(map, scratch);
  find_peaks(map, threshold(search, scratch), scratch);
  auto& peaks = scratch.peaks;
  const auto most = std::min(peaks.size(), static_cast<std::size_t>(search.most_candidates));
  std::partial_sort(peaks.begin(), peaks.begin() + static_cast<std::ptrdiff_t>(most), peaks.end(),
                    stronger);
  peaks.resize(most);

  KeptSaddles kept(map, scratch.nearby, saddles);
  for (const Peak& peak : peaks) {
    Saddle saddle;
    if (!verify(map, peak, search.rules, saddle) || kept.near(saddle)) continue;
    kept.add(saddle, static_cast<int>(saddles.size()));
    saddles.push_back(saddle);
    if (static_cast<int>(saddles.size()) == search.most_saddles) break;
  }
}

}  // namespace calib
