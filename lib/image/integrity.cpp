#include "image/integrity.hpp"

#include <libdeflate.h>

#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "base/text.hpp"
#include "image/tiff.hpp"

namespace calib {
namespace {

using namespace std::string_view_literals;

constexpr auto kPngSignature = "\x89PNG\r\n\x1a\n"sv;

// `count` bytes at `at` as a number, most significant first; the caller checks the range.
std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t count) {
  std::uint32_t value = 0;
  for (std::size_t i = count; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::string png_damage(std::string_view bytes) {
  std::size_t at = kPngSignature.size();
  while (at + 12 <= bytes.size()) {
    const std::size_t length = big_endian(bytes, at, 4);
    if (length > bytes.size() - at - 12) break;
    const std::string_view type_and_data = bytes.substr(at + 4, length + 4);
    if (libdeflate_crc32(0, type_and_data.data(), type_and_data.size()) !=
        big_endian(bytes, at + 8 + length, 4))
      return "corrupt PNG (a checksum does not fit)";
    if (type_and_data.starts_with("IEND")) return "";
    at += 12 + length;
  }
  return "truncated PNG";
}

// Where the entropy-coded data that begin at `at` end: at the next marker that is neither a stuffed
// zero nor a restart.
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

// ITU-T T.81, annex B. A thumbnail inside a segment has an end mark of its own, so segments are
// stepped over whole.
std::string jpeg_damage(std::string_view bytes) {
  bool scan_seen = false;
  std::size_t at = 2;
  while (at + 2 <= bytes.size()) {
    if (bytes[at] != '\xFF') return "corrupt JPEG (no marker where one must be)";
    const auto code = static_cast<unsigned char>(bytes[at + 1]);
    if (code == 0xFF) {
      ++at;
      continue;
    }
    if (code == 0xD9) return scan_seen ? "" : "corrupt JPEG (no picture before its end mark)";
    if (at + 4 > bytes.size()) break;
    at += 2 + big_endian(bytes, at + 2, 2);
    if (code == 0xDA) {
      scan_seen = true;
      at = skip_scan(bytes, at);
    }
  }
  return "truncated JPEG";
}

std::string bmp_damage(std::string_view bytes) {
  if (bytes.size() < 34) return "truncated BMP";
  const std::uint32_t header = little_endian(bytes, 14, 4);
  const std::uint32_t compression = header >= 40 ? little_endian(bytes, 30, 4) : 1;
  if (compression != 0 && compression != 3) return "";  // run lengths: only the decoder knows
  const auto width = static_cast<std::int32_t>(little_endian(bytes, 18, 4));
  const auto height = static_cast<std::int32_t>(little_endian(bytes, 22, 4));  // < 0: top row first
  const std::uint64_t stride =
      (std::uint64_t(std::abs(std::int64_t(width))) * little_endian(bytes, 28, 2) + 31) / 32 * 4;
  const std::uint64_t end =
      little_endian(bytes, 10, 4) + stride * std::uint64_t(std::abs(std::int64_t(height)));
  return end > bytes.size() ? "truncated BMP" : "";
}

// The next number of a PGM or PPM header, after blanks and comments.
std::optional<std::uint64_t> take_header_number(std::string_view bytes, std::size_t& at) {
  while (at < bytes.size() && (std::isspace(static_cast<unsigned char>(bytes[at])) != 0)) ++at;
  while (at < bytes.size() && bytes[at] == '#') {
    at = bytes.find('\n', at);
    if (at == std::string_view::npos) return std::nullopt;
    while (at < bytes.size() && (std::isspace(static_cast<unsigned char>(bytes[at])) != 0)) ++at;
  }
  const std::size_t begin = at;
  while (at < bytes.size() && (std::isdigit(static_cast<unsigned char>(bytes[at])) != 0)) ++at;
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
  constexpr std::uint64_t kLimit = 1u << 20;  // OpenCV's own, and keeps the product in range
  if (*width > kLimit || *height > kLimit) return "corrupt PGM/PPM (its size makes no sense)";
  const std::uint64_t channels = bytes[1] == '6' ? 3 : 1;
  const std::uint64_t depth = *largest > 255 ? 2 : 1;
  return at + 1 + *width * *height * channels * depth > bytes.size() ? "truncated PGM/PPM" : "";
}

std::string webp_damage(std::string_view bytes) {
  return little_endian(bytes, 4, 4) + std::uint64_t{8} > bytes.size() ? "truncated WebP" : "";
}

struct HeaderSize {
  std::uint64_t width = 0, height = 0;
};

HeaderSize png_size(std::string_view bytes) {
  constexpr std::size_t kWidth = 16;
  if (bytes.size() < kWidth + 8) return {};
  return {big_endian(bytes, kWidth, 4), big_endian(bytes, kWidth + 4, 4)};
}

// The first frame header, SOF0 to SOF15.
HeaderSize jpeg_size(std::string_view bytes) {
  for (std::size_t at = 2; at + 9 <= bytes.size() && bytes[at] == '\xFF';) {
    const auto code = static_cast<unsigned char>(bytes[at + 1]);
    if (code == 0xFF) {
      ++at;
      continue;
    }
    const bool is_frame =
        code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
    if (is_frame) return {big_endian(bytes, at + 7, 2), big_endian(bytes, at + 5, 2)};
    at += 2 + big_endian(bytes, at + 2, 2);
  }
  return {};
}

HeaderSize bmp_size(std::string_view bytes) {
  if (bytes.size() < 26) return {};
  const auto side = [&](std::size_t at) {
    return std::uint64_t(
        std::abs(std::int64_t(static_cast<std::int32_t>(little_endian(bytes, at, 4)))));
  };
  return {side(18), side(22)};
}

HeaderSize pnm_size(std::string_view bytes) {
  std::size_t at = 2;
  const auto width = take_header_number(bytes, at);
  const auto height = take_header_number(bytes, at);
  return {width.value_or(0), height.value_or(0)};
}

HeaderSize header_size_of_tiff(std::string_view bytes) {
  const auto [width, height] = tiff_size(bytes);
  return {width, height};
}

Integrity report(const char* format, std::string damage, HeaderSize size) {
  return {format, std::move(damage), size.width, size.height};
}

}  // namespace

Integrity check_integrity(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xD8\xFF"sv))
    return report("JPEG", jpeg_damage(bytes), jpeg_size(bytes));
  if (bytes.starts_with(kPngSignature)) return report("PNG", png_damage(bytes), png_size(bytes));
  if (bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv))
    return report("TIFF", "", header_size_of_tiff(bytes));
  if (bytes.starts_with("P5") || bytes.starts_with("P6"))
    return report("PGM/PPM", pnm_damage(bytes), pnm_size(bytes));
  if (bytes.starts_with("BM")) return report("BMP", bmp_damage(bytes), bmp_size(bytes));
  if (bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP")
    return report("WebP", webp_damage(bytes), {});
  return {};
}

}  // namespace calib
