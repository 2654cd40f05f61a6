#pragma once
// Checks whether an image file is complete before it is decoded: decoders would fill missing pixels
// with gray or print messages on stderr.

#include <cstdint>
#include <string>
#include <string_view>

namespace calib {

struct HeaderSize {
  std::uint64_t width = 0, height = 0;
};

struct Integrity {
  std::string format;  ///< "JPEG", "PNG", ...; empty: the first bytes are of no known format
  std::string damage;  ///< "truncated JPEG", ...; empty: no damage was found
  HeaderSize size;     ///< pixels, according to the header; 0: not found
};

/// Recognizes the format by the first bytes. Follows the segments or chunks of the file to its end
/// marker (JPEG; PNG including checksums), or compares its length with the header (BMP, PGM/PPM,
/// WebP). TIFF files are checked only by their decoder.
Integrity check_integrity(std::string_view bytes);

}  // namespace calib
