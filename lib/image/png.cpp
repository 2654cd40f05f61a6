#include "image/png.hpp"

#include <libdeflate.h>

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

#include "image/byte_order.hpp"
#include "image/mix_gray.hpp"

namespace calib {
namespace {

constexpr std::size_t kSignature = 8;          // bytes
constexpr std::size_t kChunkFrame = 12;        // bytes of a chunk's length, type and checksum
constexpr std::uint64_t kLargestRatio = 1032;  // the limit of deflate

struct Header {
  std::uint32_t width = 0, height = 0;
  int depth = 0;     // bits per sample
  int channels = 0;  // 1 or 3
  std::size_t bytes_a_pixel() const { return static_cast<std::size_t>(depth / 8 * channels); }
  std::size_t row_bytes() const { return width * bytes_a_pixel(); }
  int gray_type() const { return depth == 16 ? CV_16U : CV_8U; }
  std::size_t raw_bytes() const { return height * (row_bytes() + 1); }  // a filter byte per row
};

// Returns nullopt for the kinds of files that decode_png() does not support.
std::optional<Header> read_header(std::string_view bytes) {
  constexpr std::size_t kData = kSignature + 8;
  constexpr std::uint32_t kLargestSide = 1 << 20;
  if (bytes.size() < kData + 13 || bytes.substr(kSignature + 4, 4) != "IHDR") return {};
  Header header{big_endian(bytes, kData, 4), big_endian(bytes, kData + 4, 4), bytes[kData + 8], 0};
  const int color = bytes[kData + 9];
  const bool plain = bytes[kData + 10] == 0 && bytes[kData + 11] == 0 && bytes[kData + 12] == 0;
  if (color == 0 && (header.depth == 8 || header.depth == 16)) header.channels = 1;
  if (color == 2 && header.depth == 8) header.channels = 3;
  const bool sized = header.width > 0 && header.height > 0 && header.width < kLargestSide &&
                     header.height < kLargestSide;
  if (!plain || !sized || header.channels == 0) return {};
  return header;
}

// Concatenates the compressed data of all chunks. Returns false if there is also transparency.
bool collect_data(std::string_view bytes, std::vector<char>& data) {
  data.clear();
  bool opaque = true;
  for (std::size_t at = kSignature; at + kChunkFrame <= bytes.size();) {
    const std::size_t length = big_endian(bytes, at, 4);
    if (length > bytes.size() - at - kChunkFrame) break;
    const std::string_view chunk = bytes.substr(at + 8, length), type = bytes.substr(at + 4, 4);
    if (type == "IDAT") data.insert(data.end(), chunk.begin(), chunk.end());
    if (type == "tRNS") opaque = false;
    at += kChunkFrame + length;
  }
  return opaque;
}

int paeth_predictor(int left, int up, int corner) {
  const int to_left = std::abs(up - corner), to_up = std::abs(left - corner);
  const int to_corner = std::abs(left + up - 2 * corner);
  const int of_two = to_up < to_left ? up : left;
  return to_corner < std::min(to_left, to_up) ? corner : of_two;
}

// Undoes the filter of a row in place. `before` is the row above; kStep is the number of bytes per
// pixel. Returns false if the filter is unknown.
template <std::size_t kStep>
bool unfilter(int filter, std::uint8_t* row, const std::uint8_t* before, std::size_t size) {
  const auto add = [row](std::size_t k, int value) {
    row[k] = static_cast<std::uint8_t>(row[k] + value);
  };
  switch (filter) {
    case 0:
      return true;
    case 1:
      for (std::size_t k = kStep; k < size; ++k) add(k, row[k - kStep]);
      return true;
    case 2:
      for (std::size_t k = 0; k < size; ++k) add(k, before[k]);
      return true;
    case 3:
      for (std::size_t k = 0; k < kStep; ++k) add(k, before[k] / 2);
      for (std::size_t k = kStep; k < size; ++k) add(k, (row[k - kStep] + before[k]) / 2);
      return true;
    case 4:
      for (std::size_t k = 0; k < kStep; ++k) add(k, before[k]);
      for (std::size_t k = kStep; k < size; ++k)
        add(k, paeth_predictor(row[k - kStep], before[k], before[k - kStep]));
      return true;
    default:
      return false;
  }
}

bool unfilter(std::size_t step, int filter, std::uint8_t* row, const std::uint8_t* before,
              std::size_t size) {
  if (step == 1) return unfilter<1>(filter, row, before, size);
  if (step == 2) return unfilter<2>(filter, row, before, size);
  return unfilter<3>(filter, row, before, size);
}

void write_gray(const Header& header, const std::uint8_t* row, int y, cv::Mat& gray) {
  auto* out = gray.ptr<std::uint8_t>(y);
  for (std::uint32_t x = 0; x < header.width; ++x) {
    const std::uint8_t* p = row + 3 * static_cast<std::size_t>(x);
    out[x] = mix_gray(p[0], p[1], p[2]);
  }
}

void write_as_stored(const Header& header, const std::uint8_t* row, int y, cv::Mat& pixels) {
  if (header.channels == 3) {
    auto* out = pixels.ptr<std::uint8_t>(y);
    for (std::size_t at = 0; at < header.row_bytes(); at += 3) {
      out[at] = row[at + 2];
      out[at + 1] = row[at + 1];
      out[at + 2] = row[at];
    }
  } else if (header.depth == 16) {
    auto* out = pixels.ptr<std::uint16_t>(y);
    for (std::uint32_t x = 0; x < header.width; ++x)
      out[x] = static_cast<std::uint16_t>(row[2 * static_cast<std::size_t>(x)] << 8 |
                                          row[2 * static_cast<std::size_t>(x) + 1]);
  } else {
    std::copy_n(row, header.width, pixels.ptr<std::uint8_t>(y));
  }
}

struct Inflater {
  std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> engine{
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor};
  std::vector<char> data;
  std::vector<std::uint8_t> raw, zeros;
};

}  // namespace

std::optional<cv::Mat> decode_png(std::string_view bytes, bool gray) {
  const std::optional<Header> header = read_header(bytes);
  if (!header) return std::nullopt;
  const cv::Mat corrupt;
  if (header->raw_bytes() > kLargestRatio * bytes.size()) return corrupt;
  thread_local Inflater inflater;
  if (!collect_data(bytes, inflater.data) && !gray) return std::nullopt;
  inflater.raw.resize(header->raw_bytes());
  std::size_t size = 0;
  const auto result =
      libdeflate_zlib_decompress(inflater.engine.get(), inflater.data.data(), inflater.data.size(),
                                 inflater.raw.data(), inflater.raw.size(), &size);
  if (result != LIBDEFLATE_SUCCESS || size != inflater.raw.size()) return corrupt;

  inflater.zeros.assign(header->row_bytes(), 0);
  const bool mix = gray && header->channels == 3;
  cv::Mat pixels(static_cast<int>(header->height), static_cast<int>(header->width),
                 CV_MAKETYPE(header->gray_type(), mix ? 1 : header->channels));
  const std::uint8_t* before = inflater.zeros.data();
  std::uint8_t* row = inflater.raw.data();
  for (int y = 0; y < pixels.rows; ++y, row += header->row_bytes()) {
    const int filter = *row++;
    if (!unfilter(header->bytes_a_pixel(), filter, row, before, header->row_bytes()))
      return corrupt;
    (mix ? write_gray : write_as_stored)(*header, row, y, pixels);
    before = row;
  }
  return pixels;
}

}  // namespace calib
