#include "image/tiff.hpp"

#include <tiffio.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>

#include "image/byte_order.hpp"

namespace calib {
namespace {

// Bytes in memory that libtiff reads like a file, by the callbacks below.
struct Memory {
  std::string_view bytes;
  std::uint64_t at = 0;
};

tmsize_t read(thandle_t handle, void* to, tmsize_t size) {
  Memory& memory = *static_cast<Memory*>(handle);
  if (memory.at >= memory.bytes.size()) return 0;
  const auto count = std::min(static_cast<std::size_t>(size),
                              memory.bytes.size() - static_cast<std::size_t>(memory.at));
  std::memcpy(to, memory.bytes.data() + memory.at, count);
  memory.at += count;
  return static_cast<tmsize_t>(count);
}

tmsize_t write(thandle_t, void*, tmsize_t) { return 0; }

toff_t seek(thandle_t handle, toff_t offset, int from) {
  Memory& memory = *static_cast<Memory*>(handle);
  if (from == SEEK_SET) memory.at = offset;
  if (from == SEEK_CUR) memory.at += offset;
  if (from == SEEK_END) memory.at = memory.bytes.size() + offset;
  return memory.at;
}

int close(thandle_t) { return 0; }

toff_t size(thandle_t handle) { return static_cast<Memory*>(handle)->bytes.size(); }

int map(thandle_t, void**, toff_t*) { return 0; }

void unmap(thandle_t, void*, toff_t) {}

struct Closer {
  void operator()(TIFF* tiff) const { TIFFClose(tiff); }
};

void be_silent() {
  static const bool once = [] {
    TIFFSetErrorHandler(nullptr);
    TIFFSetWarningHandler(nullptr);
    return true;
  }();
  static_cast<void>(once);
}

std::uint16_t tag(TIFF* tiff, std::uint32_t name) {
  std::uint16_t value = 0;
  TIFFGetFieldDefaulted(tiff, name, &value);
  return value;
}

std::unique_ptr<TIFF, Closer> open(Memory& memory) {
  be_silent();
  return std::unique_ptr<TIFF, Closer>(
      TIFFClientOpen("picture", "rm", &memory, read, write, seek, close, size, map, unmap));
}

std::pair<std::uint32_t, std::uint32_t> size_of(TIFF* tiff) {
  std::uint32_t width = 0, height = 0;
  TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
  return {width, height};
}

}  // namespace

std::pair<std::uint32_t, std::uint32_t> tiff_size(std::string_view bytes) {
  Memory memory{bytes};
  const auto tiff = open(memory);
  return tiff ? size_of(tiff.get()) : std::pair<std::uint32_t, std::uint32_t>();
}

std::optional<cv::Mat> decode_gray_tiff(std::string_view bytes) {
  Memory memory{bytes};
  const auto tiff = open(memory);
  if (!tiff) return cv::Mat();
  const int bits = tag(tiff.get(), TIFFTAG_BITSPERSAMPLE);
  const bool is_plain_gray = tag(tiff.get(), TIFFTAG_SAMPLESPERPIXEL) == 1 &&
                             tag(tiff.get(), TIFFTAG_PHOTOMETRIC) == PHOTOMETRIC_MINISBLACK &&
                             tag(tiff.get(), TIFFTAG_SAMPLEFORMAT) == SAMPLEFORMAT_UINT &&
                             (bits == 8 || bits == 16) && !TIFFIsTiled(tiff.get());
  if (!is_plain_gray) return std::nullopt;
  const auto [width, height] = size_of(tiff.get());
  constexpr std::uint32_t kLargestSide = 1 << 20;
  if (width == 0 || height == 0 || width > kLargestSide || height > kLargestSide)
    return std::nullopt;
  cv::Mat pixels(static_cast<int>(height), static_cast<int>(width), bits == 8 ? CV_8U : CV_16U);
  if (TIFFScanlineSize64(tiff.get()) != pixels.cols * pixels.elemSize()) return std::nullopt;
  for (std::uint32_t row = 0; row < height; ++row) {
    if (TIFFReadScanline(tiff.get(), pixels.ptr(static_cast<int>(row)), row, 0) < 0)
      return cv::Mat();
  }
  return pixels;
}

std::string without_rotation(std::string_view bytes) {
  std::string result(bytes);
  const bool is_little = bytes.starts_with("II");
  const auto number = [&](std::size_t at, std::size_t size) -> std::size_t {
    if (at + size > bytes.size()) return 0;
    return is_little ? little_endian(bytes, at, size) : big_endian(bytes, at, size);
  };
  constexpr std::size_t kEntry = 12;  // bytes of a directory entry: tag, type, count, value
  const std::size_t directory = number(4, 4), entries = number(directory, 2);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + kEntry * i;
    if (entry + kEntry > result.size()) break;
    if (number(entry, 2) != TIFFTAG_ORIENTATION) continue;
    result[entry + 8] = is_little ? 1 : 0;
    result[entry + 9] = is_little ? 0 : 1;
  }
  return result;
}

}  // namespace calib
