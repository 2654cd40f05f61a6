#pragma once
// Whether the bytes of an image file are all there. Decoders fill what is missing with gray, or
// print on stderr; a look at the file's own structure before decoding avoids both.

#include <cstdint>
#include <string>
#include <string_view>

namespace calib {

struct Integrity {
  std::string format;  ///< "JPEG", "PNG", ...; empty: the first bytes belong to no known format
  std::string damage;  ///< "truncated JPEG", ...; empty: none found
  /// What the header says, before anything is decoded; 0: it was not found (WebP).
  std::uint64_t width = 0, height = 0;
};

/// Follows the file's segments or chunks to its end mark (JPEG, PNG, whose checksums are compared
/// too), or compares the length with what the header promises (BMP, PGM/PPM, WebP). TIFF is left to
/// its decoder.
Integrity check_integrity(std::string_view bytes);

}  // namespace calib
