#include "image/huffman_deflate.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <numeric>

namespace calib {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 18;  // bytes that share their codes
constexpr std::size_t kWord = sizeof(std::uint64_t);  // the shortest run
constexpr std::size_t kLongestRun = 258;
constexpr int kEndOfBlock = 256, kFirstLength = 257, kSymbols = 286;
constexpr int kLongestCode = 12;  // so that four codes fit into a word beside seven bits
constexpr int kLengthSymbols = 19, kLongestLengthCode = 7;

// The code of a symbol, its first bit lowest.
struct Code {
  std::uint32_t bits = 0;
  int length = 0;  // 0: the symbol does not occur
};

// RFC 1951, section 3.2.5: the symbol of a run's length, and its extra bits.
struct RunCode {
  int symbol = 0, extra = 0;
  std::uint32_t value = 0;
};
RunCode run_code(std::size_t length) {
  if (length == kLongestRun) return {kSymbols - 1, 0, 0};
  const auto rest = static_cast<std::uint32_t>(length - 3);
  int extra = 0;
  while (rest >> (extra + 3) != 0) ++extra;
  const std::uint32_t step = rest >> extra;  // below 8
  return {kFirstLength + static_cast<int>(4 * static_cast<std::uint32_t>(extra) + step), extra,
          rest & ((1U << extra) - 1)};
}

// Bytes one by one, and then a run that repeats the last one of them.
struct Segment {
  std::size_t bytes = 0, run = 0;
};

std::uint64_t word_at(const unsigned char* data) {
  std::uint64_t word = 0;
  std::memcpy(&word, data, sizeof word);
  return word;
}

std::vector<Segment> segments_of(std::span<const unsigned char> block) {
  std::vector<Segment> segments;
  std::size_t start = 0, at = 1;
  while (at + kWord <= block.size()) {
    if (word_at(&block[at]) != word_at(&block[at - 1])) {
      at += kWord;
      continue;
    }
    std::size_t end = at + kWord;
    while (end < block.size() && end < at + kLongestRun && block[end] == block[end - 1]) ++end;
    segments.push_back({at - start, end - at});
    start = at = end;
  }
  segments.push_back({block.size() - start, 0});
  return segments;
}

using Counts = std::vector<std::uint32_t>;

Counts count_symbols(std::span<const unsigned char> block, const std::vector<Segment>& segments) {
  // Four counts, as equal bytes often follow each other.
  std::array<std::array<std::uint32_t, 256>, 4> counts{};
  Counts sum(kSymbols, 0);
  const unsigned char* at = block.data();
  for (const Segment& segment : segments) {
    const unsigned char* const end = at + segment.bytes;
    for (; at + 4 <= end; at += 4)
      for (std::size_t k = 0; k < 4; ++k) ++counts[k][at[k]];
    for (; at < end; ++at) ++counts[0][*at];
    at += segment.run;
    if (segment.run > 0) ++sum[static_cast<std::size_t>(run_code(segment.run).symbol)];
  }
  for (std::size_t i = 0; i < 256; ++i)
    sum[i] = counts[0][i] + counts[1][i] + counts[2][i] + counts[3][i];
  sum[kEndOfBlock] = 1;
  return sum;
}

// The depth of each symbol in Huffman's tree.
std::vector<int> depths_of(const Counts& counts) {
  std::vector<std::size_t> leaves;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] > 0) leaves.push_back(i);
  std::stable_sort(leaves.begin(), leaves.end(),
                   [&](std::size_t a, std::size_t b) { return counts[a] < counts[b]; });
  // Nodes: the leaves by rising count, then the inner ones, whose counts rise too.
  const std::size_t count = leaves.size();
  std::vector<std::uint64_t> weight;
  for (const std::size_t leaf : leaves) weight.push_back(counts[leaf]);
  std::vector<std::size_t> parent(2 * count, 0);
  std::size_t leaf = 0, inner = count;
  const auto take = [&] {
    const bool is_leaf = leaf < count && (inner == weight.size() || weight[leaf] <= weight[inner]);
    return is_leaf ? leaf++ : inner++;
  };
  while (weight.size() + 1 < 2 * count) {
    const std::size_t a = take(), b = take();
    parent[a] = parent[b] = weight.size();
    weight.push_back(weight[a] + weight[b]);
  }
  std::vector<int> depth(weight.size(), 0), result(counts.size(), 0);
  for (std::size_t node = weight.size() - 1; node-- > 0;) depth[node] = depth[parent[node]] + 1;
  for (std::size_t i = 0; i < count; ++i) result[leaves[i]] = depth[i];
  return result;
}

// Canonical codes of at most `longest` bits (RFC 1951, section 3.2.2). More equal counts make a
// flatter tree.
std::vector<Code> codes_of(Counts counts, int longest) {
  std::vector<int> depths = depths_of(counts);
  while (*std::max_element(depths.begin(), depths.end()) > longest) {
    for (std::uint32_t& count : counts) count = (count + 1) / 2;
    depths = depths_of(counts);
  }
  std::vector<Code> codes(counts.size());
  std::uint32_t next = 0;
  for (int length = 1; length <= longest; ++length) {
    for (std::size_t i = 0; i < codes.size(); ++i) {
      if (depths[i] != length) continue;
      std::uint32_t bits = 0;
      for (int b = 0; b < length; ++b) bits |= (next >> b & 1U) << (length - 1 - b);
      codes[i] = {bits, length};
      ++next;
    }
    next <<= 1;
  }
  return codes;
}

// A part of the bytes, and how it will be written.
struct Block {
  std::span<const unsigned char> bytes;
  std::vector<Segment> segments;
  std::vector<Code> codes;
  std::uint64_t bits = 0;
};

Block plan_block(std::span<const unsigned char> bytes) {
  Block block{bytes, segments_of(bytes), {}, 0};
  const Counts counts = count_symbols(bytes, block.segments);
  block.codes = codes_of(counts, kLongestCode);
  for (std::size_t i = 0; i < counts.size(); ++i)
    block.bits += std::uint64_t{counts[i]} * static_cast<std::uint64_t>(block.codes[i].length);
  return block;
}

// Writes bits into memory that is large enough.
class BitWriter {
 public:
  explicit BitWriter(unsigned char* out) : out_(out) {}

  // At most 56 bits fit between two calls of flush().
  void put(std::uint32_t bits, int count) {
    buffer_ |= std::uint64_t{bits} << count_;
    count_ += count;
  }
  void put(const Code& code) { put(code.bits, code.length); }
  void flush() {
    std::memcpy(out_, &buffer_, sizeof buffer_);  // a little-endian machine
    out_ += count_ / 8;
    buffer_ >>= count_ / 8 * 8;
    count_ %= 8;
  }
  unsigned char* finish() {
    count_ = (count_ + 7) / 8 * 8;
    flush();
    return out_;
  }

 private:
  unsigned char* out_;
  std::uint64_t buffer_ = 0;
  int count_ = 0;
};

// The head of a block (RFC 1951, section 3.2.7): the lengths of all codes, coded themselves.
void write_head(const Block& block, bool is_last, BitWriter& out) {
  constexpr std::array<std::size_t, kLengthSymbols> kOrder = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                              11, 4,  12, 3, 13, 2, 14, 1, 15};
  std::vector<std::size_t> lengths;
  lengths.reserve(kSymbols + 1);
  for (const Code& code : block.codes) lengths.push_back(static_cast<std::size_t>(code.length));
  lengths.push_back(1);  // of the only distance, which is 1
  Counts counts(kLengthSymbols, 0);
  for (const std::size_t length : lengths) ++counts[length];
  const std::vector<Code> codes = codes_of(counts, kLongestLengthCode);
  out.put(is_last ? 1 : 0, 1);
  out.put(2, 2);
  out.put(kSymbols - kFirstLength, 5);
  out.put(0, 5);
  out.put(kLengthSymbols - 4, 4);
  out.flush();
  for (const std::size_t symbol : kOrder) {
    out.put(static_cast<std::uint32_t>(codes[symbol].length), 3);
    out.flush();
  }
  for (const std::size_t length : lengths) {
    out.put(codes[length]);
    out.flush();
  }
}

void write_run(std::size_t length, const std::vector<Code>& codes, BitWriter& out) {
  const RunCode run = run_code(length);
  out.put(codes[static_cast<std::size_t>(run.symbol)]);
  out.put(run.value, run.extra);
  out.put(0, 1);  // the code of the only distance
  out.flush();
}

void write_block(const Block& block, bool is_last, BitWriter& out) {
  write_head(block, is_last, out);
  std::array<Code, 256> codes;
  std::copy_n(block.codes.begin(), codes.size(), codes.begin());
  const unsigned char* at = block.bytes.data();
  for (const Segment& segment : block.segments) {
    const unsigned char* const end = at + segment.bytes;
    for (; at + 4 <= end; at += 4) {
      for (std::size_t k = 0; k < 4; ++k) out.put(codes[at[k]]);
      out.flush();
    }
    for (; at < end; ++at) {
      out.put(codes[*at]);
      out.flush();
    }
    at += segment.run;
    if (segment.run > 0) write_run(segment.run, block.codes, out);
  }
  out.put(block.codes[kEndOfBlock]);
  out.flush();
}

}  // namespace

std::vector<unsigned char> huffman_deflate(std::span<const unsigned char> raw) {
  std::vector<Block> blocks;
  std::uint64_t bits = 0;
  for (std::size_t at = 0; at < raw.size(); at += kBlock) {
    blocks.push_back(plan_block(raw.subspan(at, std::min(kBlock, raw.size() - at))));
    bits += blocks.back().bits;
  }
  constexpr std::size_t kHead = 2, kChecksum = 4, kMostOfBlock = 1024;
  // Runs have up to five extra bits for at least eight bytes.
  std::vector<unsigned char> out(kHead + bits / 8 + raw.size() / 8 + kMostOfBlock * blocks.size() +
                                 kChecksum + kWord);
  out[0] = 0x78;
  out[1] = 0x01;
  BitWriter writer(out.data() + kHead);
  for (std::size_t i = 0; i < blocks.size(); ++i)
    write_block(blocks[i], i + 1 == blocks.size(), writer);
  unsigned char* end = writer.finish();
  const std::uint32_t checksum = libdeflate_adler32(1, raw.data(), raw.size());
  for (int i = 0; i < 4; ++i) *end++ = static_cast<unsigned char>(checksum >> (24 - 8 * i));
  out.resize(static_cast<std::size_t>(end - out.data()));
  return out;
}

}  // namespace calib
