#include "image/integrity.hpp"

#include <fmt/format.h>
#include <libdeflate.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <utility>

#include "base/text.hpp"
#include "image/byte_order.hpp"
#include "image/tiff.hpp"

namespace calib {
namespace {

using namespace std::string_view_literals;

constexpr auto kPngSignature = "\x89PNG\r\n\x1a\n"sv;

// PNG specification, 11.2.2: the allowed sizes, and the allowed depths of each color type.
bool is_valid_png_header(std::string_view bytes) {
  if (bytes.substr(12, 4) != "IHDR") return false;
  const std::uint32_t width = big_endian(bytes, 16, 4), height = big_endian(bytes, 20, 4);
  const int depth = bytes[24], color = bytes[25];
  const bool is_deep = depth == 8 || depth == 16;
  const bool is_shallow = depth == 1 || depth == 2 || depth == 4;
  const bool is_valid = (color == 0 && (is_deep || is_shallow)) ||
                        (color == 3 && (is_shallow || depth == 8)) ||
                        ((color == 2 || color == 4 || color == 6) && is_deep);
  return is_valid && width > 0 && height > 0 && width < 1u << 31 && height < 1u << 31;
}

std::string png_damage(std::string_view bytes) {
  constexpr std::size_t kHeader = 33;
  if (bytes.size() < kHeader) return "truncated PNG";
  if (!is_valid_png_header(bytes)) return "corrupt PNG (invalid header)";
  std::size_t at = kPngSignature.size();
  while (at + 12 <= bytes.size()) {
    const std::size_t length = big_endian(bytes, at, 4);
    if (length > bytes.size() - at - 12) break;
    const std::string_view type_and_data = bytes.substr(at + 4, length + 4);
    if (libdeflate_crc32(0, type_and_data.data(), type_and_data.size()) !=
        big_endian(bytes, at + 8 + length, 4))
      return "corrupt PNG (wrong checksum)";
    if (type_and_data.starts_with("IEND")) return "";
    at += 12 + length;
  }
  return "truncated PNG";
}

// The end of the entropy-coded data that begin at `at`: the next marker that is neither a stuffed
// zero byte nor a restart marker.
std::size_t skip_scan(std::string_view bytes, std::size_t at) {
  for (at = bytes.find('\xFF', at); at != std::string_view::npos; at = bytes.find('\xFF', at)) {
    if (at + 1 >= bytes.size()) break;
    const auto code = static_cast<unsigned char>(bytes[at + 1]);
    if (code == 0xFF) {
      ++at;  // a fill byte
    } else if (code == 0 || (code >= 0xD0 && code <= 0xD7)) {
      at += 2;
    } else {
      return at;
    }
  }
  return bytes.size();
}

// Returns the code of the marker at `at` and moves `at` past it, or returns nullopt if there is
// none.
std::optional<unsigned char> take_marker(std::string_view bytes, std::size_t& at) {
  while (at + 1 < bytes.size() && bytes[at] == '\xFF' && bytes[at + 1] == '\xFF')
    ++at;  // a fill byte
  if (at + 2 > bytes.size() || bytes[at] != '\xFF') return std::nullopt;
  at += 2;
  return static_cast<unsigned char>(bytes[at - 1]);
}

// Whether the marker has no segment.
bool has_no_segment(unsigned char code) { return code <= 0x01 || (code >= 0xD0 && code <= 0xD8); }

// Each scan of a progressive JPEG is decoded over the whole image: thousands of scans take hours.
constexpr int kMostScans = 200;

// ITU-T T.81, annex B. Segments are skipped as a whole because a thumbnail inside a segment has its
// own end marker.
std::string jpeg_damage(std::string_view bytes) {
  int scans = 0;
  std::size_t at = 2;
  while (at + 2 <= bytes.size()) {
    const auto code = take_marker(bytes, at);
    if (!code) return "corrupt JPEG (a marker is missing)";
    if (code == 0xD9) return scans > 0 ? "" : "corrupt JPEG (no image before the end marker)";
    if (has_no_segment(*code)) continue;
    if (at + 2 > bytes.size()) break;
    at += big_endian(bytes, at, 2);
    if (code == 0xDA) {
      if (++scans > kMostScans) return fmt::format("JPEG of more than {} scans", kMostScans);
      at = skip_scan(bytes, at);
    }
  }
  return "truncated JPEG";
}

HeaderSize bmp_size(std::string_view bytes) {
  if (bytes.size() < 26) return {};
  constexpr std::uint32_t kOldHeader = 12;  // bytes, of OS/2
  if (little_endian(bytes, 14, 4) == kOldHeader)
    return {little_endian(bytes, 18, 2), little_endian(bytes, 20, 2)};
  const auto side = [&](std::size_t at) {  // a negative height means that the top row is first
    return std::uint64_t(
        std::abs(std::int64_t(static_cast<std::int32_t>(little_endian(bytes, at, 4)))));
  };
  return {side(18), side(22)};
}

std::string bmp_damage(std::string_view bytes) {
  if (bytes.size() < 34) return "truncated BMP";
  const std::uint32_t header = little_endian(bytes, 14, 4);
  const std::uint32_t compression = header >= 40 ? little_endian(bytes, 30, 4) : 1;
  if (compression != 0 && compression != 3) return "";  // run-length encoded: the length varies
  const auto [width, height] = bmp_size(bytes);
  const std::uint64_t stride = (width * little_endian(bytes, 28, 2) + 31) / 32 * 4;  // bytes
  return little_endian(bytes, 10, 4) + stride * height > bytes.size() ? "truncated BMP" : "";
}

// Reads the next number of a PGM or PPM header after blanks and comments, and moves `at` past it.
std::optional<std::uint64_t> take_header_number(std::string_view bytes, std::size_t& at) {
  const auto is_blank = [&] { return std::isspace(static_cast<unsigned char>(bytes[at])) != 0; };
  while (at < bytes.size() && (is_blank() || bytes[at] == '#'))
    at = is_blank() ? at + 1 : std::min(bytes.find('\n', at), bytes.size());
  const std::size_t begin = at;
  while (at < bytes.size() && is_digit(bytes[at])) ++at;
  const auto number = parse_integer(bytes.substr(begin, at - begin));
  if (!number) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

std::string pnm_damage(std::string_view bytes) {
  std::size_t at = 2;
  const auto width = take_header_number(bytes, at);
  const auto height = take_header_number(bytes, at);
  const auto largest = take_header_number(bytes, at);
  if (!width || !height || !largest) return "corrupt PGM/PPM (no size in its header)";
  constexpr std::uint64_t kLimit = 1u << 20;  // OpenCV's limit; the product cannot overflow
  if (*width > kLimit || *height > kLimit) return "corrupt PGM/PPM (invalid size)";
  const std::uint64_t channels = bytes[1] == '6' ? 3 : 1;
  const std::uint64_t depth = *largest > 255 ? 2 : 1;
  return at + 1 + *width * *height * channels * depth > bytes.size() ? "truncated PGM/PPM" : "";
}

std::string webp_damage(std::string_view bytes) {
  constexpr char kAnimation = 0x02;  // a flag of the extended format
  if (bytes.substr(12, 4) == "VP8X" && bytes.size() > 20 && (bytes[20] & kAnimation))
    return "animated WebP, expected a single image";
  return little_endian(bytes, 4, 4) + std::uint64_t{8} > bytes.size() ? "truncated WebP" : "";
}

HeaderSize png_size(std::string_view bytes) {
  constexpr std::size_t kWidth = 16;
  if (bytes.size() < kWidth + 8) return {};
  return {big_endian(bytes, kWidth, 4), big_endian(bytes, kWidth + 4, 4)};
}

// From the first frame header, SOF0 to SOF15.
HeaderSize jpeg_size(std::string_view bytes) {
  for (std::size_t at = 2; at + 9 <= bytes.size();) {
    const auto code = take_marker(bytes, at);
    if (!code || at + 7 > bytes.size()) break;
    if (has_no_segment(*code)) continue;
    const bool is_frame =
        *code >= 0xC0 && *code <= 0xCF && *code != 0xC4 && *code != 0xC8 && *code != 0xCC;
    if (is_frame) return {big_endian(bytes, at + 5, 2), big_endian(bytes, at + 3, 2)};
    at += big_endian(bytes, at, 2);
  }
  return {};
}

// RFC 9649: the canvas of the extended format, the image of the simple formats.
HeaderSize webp_size(std::string_view bytes) {
  if (bytes.size() < 30) return {};
  const std::string_view chunk = bytes.substr(12, 4);
  constexpr std::uint32_t kSide = 0x3FFF;
  if (chunk == "VP8X") return {1 + little_endian(bytes, 24, 3), 1 + little_endian(bytes, 27, 3)};
  if (chunk == "VP8 ")
    return {little_endian(bytes, 26, 2) & kSide, little_endian(bytes, 28, 2) & kSide};
  if (chunk != "VP8L") return {};
  const std::uint32_t sides = little_endian(bytes, 21, 4);
  return {1 + (sides & kSide), 1 + (sides >> 14 & kSide)};
}

HeaderSize pnm_size(std::string_view bytes) {
  std::size_t at = 2;
  const auto width = take_header_number(bytes, at);
  const auto height = take_header_number(bytes, at);
  return {width.value_or(0), height.value_or(0)};
}

}  // namespace

Integrity check_integrity(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xD8\xFF"sv)) return {"JPEG", jpeg_damage(bytes), jpeg_size(bytes)};
  if (bytes.starts_with(kPngSignature)) return {"PNG", png_damage(bytes), png_size(bytes)};
  if (bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv)) {
    const auto [width, height] = tiff_size(bytes);
    return {"TIFF", "", {width, height}};
  }
  if (bytes.starts_with("P5") || bytes.starts_with("P6"))
    return {"PGM/PPM", pnm_damage(bytes), pnm_size(bytes)};
  if (bytes.starts_with("BM")) return {"BMP", bmp_damage(bytes), bmp_size(bytes)};
  if (bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP")
    return {"WebP", webp_damage(bytes), webp_size(bytes)};
  return {};
}

}  // namespace calib
