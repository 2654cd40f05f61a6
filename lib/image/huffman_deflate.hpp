#pragma once
// Compresses the filtered rows of pictures with noise several times as fast as a search for
// repeated strings, which finds hardly any in them.

#include <cstddef>
#include <span>
#include <vector>

namespace calib {

/// The bytes, of which there is at least one, in zlib's format (RFC 1950 and 1951): Huffman codes
/// of single bytes, and of runs of one byte.
std::vector<unsigned char> huffman_deflate(std::span<const unsigned char> raw);

}  // namespace calib
