#include "rectify/warp_linear.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

#if !defined(CALIB_NARROW_VECTORS) && defined(__x86_64__) && defined(__GNUC__)
#define CALIB_HAS_AVX2_PATH
#include <immintrin.h>
#endif

namespace calib {
namespace {

constexpr int kSteps = 32;  // steps per pixel
constexpr int kRounding = kSteps * kSteps / 2, kShift = 10;
// The source pixels of a tile of this size fit into the first-level cache, even if the image is
// rotated.
constexpr int kTileRows = 64, kTileColumns = 256;

struct Source {
  const std::uint8_t* pixels;
  int step, width, height;  // step is in bytes, the others in pixels

  template <int kChannels>
  const std::uint8_t* at(int x, int y) const {
    const bool inside = x >= 0 && y >= 0 && x < width && y < height;
    return inside ? pixels + static_cast<std::ptrdiff_t>(y) * step + x * kChannels : nullptr;
  }
};

// A run of rectified pixels in one row.
struct Run {
  const std::int16_t* xy;
  const std::uint16_t* weights;
  std::uint8_t* out;
  int count;

  template <int kChannels>
  Run from(int i, int many) const {
    return {xy + 2 * i, weights + i, out + kChannels * i, many};
  }
};

// Works for all source positions, including those at or beyond the border of the source.
template <int kChannels>
void warp_carefully(const Source& source, const Run& run) {
  for (int i = 0; i < run.count; ++i) {
    const int x = run.xy[2 * i], y = run.xy[2 * i + 1];
    const int fx = run.weights[i] % kSteps, fy = run.weights[i] / kSteps;
    const std::uint8_t* corners[4] = {source.at<kChannels>(x, y), source.at<kChannels>(x + 1, y),
                                      source.at<kChannels>(x, y + 1),
                                      source.at<kChannels>(x + 1, y + 1)};
    const int weights[4] = {(kSteps - fx) * (kSteps - fy), fx * (kSteps - fy), (kSteps - fx) * fy,
                            fx * fy};
    for (int c = 0; c < kChannels; ++c) {
      int sum = kRounding;
      for (int k = 0; k < 4; ++k)
        if (corners[k]) sum += weights[k] * corners[k][c];
      run.out[kChannels * i + c] = static_cast<std::uint8_t>(sum >> kShift);
    }
  }
}

#ifdef CALIB_HAS_AVX2_PATH

constexpr int kLanes = 8;  // rectified pixels at a time
#define CALIB_AVX2 __attribute__((target("avx2")))

// The weights 32 - f and f of eight pixels: `across` has them in the two lower bytes, `down` in the
// two halves of each 32-bit lane.
struct Weights {
  __m256i across, down;
};
CALIB_AVX2 inline Weights load_weights(const std::uint16_t* weights) {
  const __m256i both =
      _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(weights)));
  const __m256i fx = _mm256_and_si256(both, _mm256_set1_epi32(kSteps - 1));
  const __m256i fy = _mm256_srli_epi32(both, 5);
  const __m256i whole = _mm256_set1_epi32(kSteps);
  return {_mm256_or_si256(_mm256_sub_epi32(whole, fx), _mm256_slli_epi32(fx, 8)),
          _mm256_or_si256(_mm256_sub_epi32(whole, fy), _mm256_slli_epi32(fy, 16))};
}

CALIB_AVX2 inline __m256i gather(const std::uint8_t* base, __m256i offsets) {
  return _mm256_i32gather_epi32(reinterpret_cast<const int*>(base), offsets, 1);
}

CALIB_AVX2 inline __m256i rounded(__m256i sums) {
  return _mm256_srli_epi32(_mm256_add_epi32(sums, _mm256_set1_epi32(kRounding)), kShift);
}

CALIB_AVX2 inline void warp_eight_gray(const Source& source, __m256i offsets, const Weights& w,
                                       std::uint8_t* out) {
  // The upper two of the four gathered bytes have weights of zero.
  const __m256i top = _mm256_maddubs_epi16(gather(source.pixels, offsets), w.across);
  const __m256i bottom =
      _mm256_maddubs_epi16(gather(source.pixels + source.step, offsets), w.across);
  const __m256i both = _mm256_or_si256(top, _mm256_slli_epi32(bottom, 16));
  const __m256i result = rounded(_mm256_madd_epi16(both, w.down));
  const __m128i words =
      _mm_packus_epi32(_mm256_castsi256_si128(result), _mm256_extracti128_si256(result, 1));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_packus_epi16(words, words));
}

// The horizontally weighted sums of pixels with four bytes. In every 128 bits, `low` has pixels 0
// and 1, and `high` has pixels 2 and 3.
struct Across {
  __m256i low, high;
};
CALIB_AVX2 inline Across blend_across(const std::uint8_t* row, int channels, __m256i offsets,
                                      __m256i across) {
  const __m256i left = gather(row, offsets), right = gather(row + channels, offsets);
  const __m256i twice = _mm256_or_si256(across, _mm256_slli_epi32(across, 16));
  return {
      _mm256_maddubs_epi16(_mm256_unpacklo_epi8(left, right), _mm256_unpacklo_epi32(twice, twice)),
      _mm256_maddubs_epi16(_mm256_unpackhi_epi8(left, right), _mm256_unpackhi_epi32(twice, twice))};
}

template <int kChannels>
CALIB_AVX2 inline void warp_eight_color(const Source& source, __m256i offsets, const Weights& w,
                                        std::uint8_t* out) {
  const Across top = blend_across(source.pixels, kChannels, offsets, w.across);
  const Across bottom = blend_across(source.pixels + source.step, kChannels, offsets, w.across);
  const __m256i p0 = rounded(_mm256_madd_epi16(_mm256_unpacklo_epi16(top.low, bottom.low),
                                               _mm256_shuffle_epi32(w.down, 0x00)));
  const __m256i p1 = rounded(_mm256_madd_epi16(_mm256_unpackhi_epi16(top.low, bottom.low),
                                               _mm256_shuffle_epi32(w.down, 0x55)));
  const __m256i p2 = rounded(_mm256_madd_epi16(_mm256_unpacklo_epi16(top.high, bottom.high),
                                               _mm256_shuffle_epi32(w.down, 0xAA)));
  const __m256i p3 = rounded(_mm256_madd_epi16(_mm256_unpackhi_epi16(top.high, bottom.high),
                                               _mm256_shuffle_epi32(w.down, 0xFF)));
  __m256i bytes = _mm256_packus_epi16(_mm256_packus_epi32(p0, p1), _mm256_packus_epi32(p2, p3));
  if constexpr (kChannels == 4) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), bytes);
  } else {  // Removes every fourth byte.
    const __m256i order =
        _mm256_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1,  //
                         0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
    bytes = _mm256_shuffle_epi8(bytes, order);
    alignas(32) std::uint8_t stored[32];
    _mm256_store_si256(reinterpret_cast<__m256i*>(stored), bytes);
    std::memcpy(out, stored, 12);
    std::memcpy(out + 12, stored + 16, 12);
  }
}

template <int kChannels>
CALIB_AVX2 void warp_run_avx2(const Source& source, const Run& run) {
  // Four bytes at a time are read from both horizontal neighbors; they must lie in the same row.
  constexpr int kMargin = kChannels == 1 ? 4 : kChannels == 3 ? 3 : 2;
  const int last_x = source.width - kMargin, last_y = source.height - 2;
  if (last_x < 0 || last_y < 0) return warp_carefully<kChannels>(source, run);
  const __m256i limit = _mm256_set1_epi32(last_y << 16 | last_x);
  const __m256i strides = _mm256_set1_epi32(source.step << 16 | kChannels);
  int i = 0;
  for (; i + kLanes <= run.count; i += kLanes) {
    const __m256i xy =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(run.xy + 2 * static_cast<long>(i)));
    // Negative coordinates are larger than any limit when compared as unsigned numbers.
    const __m256i inside = _mm256_cmpeq_epi16(_mm256_max_epu16(xy, limit), limit);
    if (_mm256_movemask_epi8(inside) != -1) {
      warp_carefully<kChannels>(source, run.from<kChannels>(i, kLanes));
      continue;
    }
    const __m256i offsets = _mm256_madd_epi16(xy, strides);
    const Weights w = load_weights(run.weights + i);
    if constexpr (kChannels == 1) {
      warp_eight_gray(source, offsets, w, run.out + i);
    } else {
      warp_eight_color<kChannels>(source, offsets, w, run.out + kChannels * static_cast<long>(i));
    }
  }
  warp_carefully<kChannels>(source, run.from<kChannels>(i, run.count - i));
}

#endif

template <int kChannels>
void warp_run(const Source& source, const Run& run) {
#ifdef CALIB_HAS_AVX2_PATH
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  if (has_avx2) return warp_run_avx2<kChannels>(source, run);
#endif
  warp_carefully<kChannels>(source, run);
}

template <int kChannels>
void warp_all(const Source& source, const FixedMaps& maps, cv::Mat& result) {
  for (int top = 0; top < result.rows; top += kTileRows) {
    for (int left = 0; left < result.cols; left += kTileColumns) {
      const int count = std::min(kTileColumns, result.cols - left);
      for (int row = top; row < std::min(result.rows, top + kTileRows); ++row) {
        warp_run<kChannels>(
            source,
            {maps.xy.ptr<std::int16_t>(row) + 2 * static_cast<std::ptrdiff_t>(left),
             maps.weights.ptr<std::uint16_t>(row) + left,
             result.ptr<std::uint8_t>(row) + kChannels * static_cast<std::ptrdiff_t>(left), count});
      }
    }
  }
}

}  // namespace

bool warp_linear(const cv::Mat& source, const FixedMaps& maps, cv::Mat& result) {
  const int channels = source.channels();
  constexpr std::size_t kLargest = 32767;  // The vectorized path multiplies 16-bit numbers.
  if (source.depth() != CV_8U || source.step[0] > kLargest ||
      static_cast<std::size_t>(source.rows) > kLargest)
    return false;
  if (channels != 1 && channels != 3 && channels != 4) return false;
  result.create(maps.xy.size(), source.type());
  const Source from{source.data, static_cast<int>(source.step[0]), source.cols, source.rows};
  if (channels == 1) warp_all<1>(from, maps, result);
  if (channels == 3) warp_all<3>(from, maps, result);
  if (channels == 4) warp_all<4>(from, maps, result);
  return true;
}

}  // namespace calib
