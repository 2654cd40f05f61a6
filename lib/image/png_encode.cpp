#include <libdeflate.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "image/huffman_deflate.hpp"
#include "image/png.hpp"

namespace calib {
namespace {

constexpr int kFilterLeft = 1, kLevel = 1;
constexpr std::size_t kFrame = 12;  // bytes of a chunk's length, type and checksum

using Bytes = std::vector<unsigned char>;

void put_number(std::uint32_t value, unsigned char* out) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<unsigned char>(value >> (24 - 8 * i));
}

// Writes the length, type and checksum of a chunk whose `length` bytes of data are at out + 8.
void close_chunk(std::string_view type, std::size_t length, unsigned char* out) {
  put_number(static_cast<std::uint32_t>(length), out);
  std::copy_n(type.begin(), 4, out + 4);
  put_number(libdeflate_crc32(0, out + 4, length + 4), out + 8 + length);
}

// Converts a row to the byte order of the file: RGB, and 16-bit numbers with the high byte first.
template <int kBytes, int kChannels>
void order_row(const unsigned char* in, int width, unsigned char* out) {
  for (int x = 0; x < width; ++x, in += kBytes * kChannels, out += kBytes * kChannels) {
    for (int c = 0; c < kChannels; ++c) {
      const int from = kChannels >= 3 && c < 3 ? 2 - c : c;
      for (int b = 0; b < kBytes; ++b) out[kBytes * c + b] = in[kBytes * from + (kBytes - 1 - b)];
    }
  }
}

using OrderRow = void (*)(const unsigned char*, int, unsigned char*);

// The color type of the PNG format and the matching order_row(), which is null for unsupported
// types.
struct Kind {
  unsigned char color = 0;
  OrderRow order = nullptr;
};
Kind kind_of(int type) {
  switch (type) {
    case CV_8UC1:
      return {0, order_row<1, 1>};
    case CV_8UC3:
      return {2, order_row<1, 3>};
    case CV_8UC4:
      return {6, order_row<1, 4>};
    case CV_16UC1:
      return {0, order_row<2, 1>};
    case CV_16UC3:
      return {2, order_row<2, 3>};
    case CV_16UC4:
      return {6, order_row<2, 4>};
    default:
      return {};
  }
}

void filter_rows(const cv::Mat& pixels, OrderRow order, Bytes& raw) {
  const std::size_t step = pixels.elemSize(), size = static_cast<std::size_t>(pixels.cols) * step;
  raw.resize(static_cast<std::size_t>(pixels.rows) * (size + 1));
  thread_local Bytes row;
  row.resize(size);
  unsigned char* out = raw.data();
  for (int y = 0; y < pixels.rows; ++y) {
    order(pixels.ptr(y), pixels.cols, row.data());
    *out++ = kFilterLeft;
    std::copy_n(row.data(), step, out);
    for (std::size_t k = step; k < size; ++k)
      out[k] = static_cast<unsigned char>(row[k] - row[k - step]);
    out += size;
  }
}

struct Deflater {
  std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> engine{
      libdeflate_alloc_compressor(kLevel), &libdeflate_free_compressor};
  Bytes raw, compressed;

  // Compresses the bytes by repeated strings.
  Bytes& deflate(std::span<const unsigned char> bytes) {
    compressed.resize(libdeflate_zlib_compress_bound(engine.get(), bytes.size()));
    compressed.resize(libdeflate_zlib_compress(engine.get(), bytes.data(), bytes.size(),
                                               compressed.data(), compressed.size()));
    return compressed;
  }

  // Whether repeated strings make some stripes of the picture hardly smaller, as noise does.
  bool is_noisy() {
    constexpr std::size_t kStripes = 3, kSmall = std::size_t{1} << 17;
    constexpr double kMostGrowth = 1.03;
    if (raw.size() < kSmall) return false;
    const std::size_t stripe_size = raw.size() / 32;
    double by_strings = 0, by_bytes = 0;
    for (std::size_t i = 0; i < kStripes; ++i) {
      const std::span<const unsigned char> stripe(
          raw.data() + (2 * i + 1) * (raw.size() - stripe_size) / (2 * kStripes), stripe_size);
      by_strings += static_cast<double>(deflate(stripe).size());
      by_bytes += static_cast<double>(huffman_deflate(stripe).size());
    }
    return by_bytes < kMostGrowth * by_strings;
  }
};

}  // namespace

Bytes encode_png(const cv::Mat& pixels) {
  const Kind kind = kind_of(pixels.type());
  if (kind.order == nullptr || pixels.empty()) return {};
  thread_local Deflater deflater;
  filter_rows(pixels, kind.order, deflater.raw);

  constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
  constexpr std::size_t kHeader = 13, kData = kSignature.size() + kFrame + kHeader;
  if (deflater.is_noisy()) {
    deflater.compressed = huffman_deflate(deflater.raw);
  } else {
    deflater.deflate(deflater.raw);
  }
  const std::size_t length = deflater.compressed.size();
  if (length == 0 || length > 0x7FFFFFFF) return {};
  Bytes file(kData + kFrame + length + kFrame);
  std::copy(kSignature.begin(), kSignature.end(), file.begin());

  unsigned char* header = file.data() + kSignature.size();
  put_number(static_cast<std::uint32_t>(pixels.cols), header + 8);
  put_number(static_cast<std::uint32_t>(pixels.rows), header + 12);
  header[16] = pixels.depth() == CV_16U ? 16 : 8;
  header[17] = kind.color;
  close_chunk("IHDR", kHeader, header);

  unsigned char* data = file.data() + kData;
  std::copy(deflater.compressed.begin(), deflater.compressed.end(), data + 8);
  close_chunk("IDAT", length, data);
  close_chunk("IEND", 0, data + kFrame + length);
  return file;
}

}  // namespace calib
