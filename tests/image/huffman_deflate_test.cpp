#include "image/huffman_deflate.hpp"

#include <gtest/gtest.h>
#include <libdeflate.h>

#include <algorithm>
#include <memory>
#include <random>
#include <utility>

#include "image/decode.hpp"
#include "image/image_files.hpp"
#include "image/png.hpp"
#include "support/same_pixels.hpp"

namespace calib {
namespace {

using Bytes = std::vector<unsigned char>;

Bytes inflate(const Bytes& compressed, std::size_t size) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> engine(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  Bytes bytes(size + 1);
  std::size_t found = 0;
  if (libdeflate_zlib_decompress(engine.get(), compressed.data(), compressed.size(), bytes.data(),
                                 bytes.size(), &found) != LIBDEFLATE_SUCCESS)
    return {};
  bytes.resize(found);
  return bytes;
}

void expect_round_trip(const Bytes& bytes) {
  EXPECT_EQ(inflate(huffman_deflate(bytes), bytes.size()), bytes) << bytes.size() << " bytes";
}

TEST(HuffmanDeflate, OtherProgramsReadIt) {
  std::mt19937 random(1);
  for (const std::size_t size : {1, 2, 7, 8, 9, 1000, 262143, 262144, 262145, 700000}) {
    expect_round_trip(Bytes(size, 7));
    Bytes even(size), steep(size);
    for (std::size_t i = 0; i < size; ++i) {
      even[i] = static_cast<unsigned char>(random());
      steep[i] = static_cast<unsigned char>(std::geometric_distribution<int>(0.3)(random));
    }
    expect_round_trip(even);
    expect_round_trip(steep);
  }
}

TEST(HuffmanDeflate, WritesRunsOfEveryLength) {
  Bytes bytes;
  for (std::size_t length = 1; length < 900; ++length)
    bytes.insert(bytes.end(), length, static_cast<unsigned char>(length));
  expect_round_trip(bytes);
  EXPECT_LT(huffman_deflate(bytes).size(), bytes.size() / 40);
}

// Counts like Fibonacci's numbers give the deepest tree: its longest code would have 24 bits.
TEST(HuffmanDeflate, BoundsTheLengthOfCodes) {
  Bytes bytes;
  std::size_t count = 1, next = 1;
  for (unsigned char symbol = 0; symbol < 25; ++symbol) {
    bytes.insert(bytes.end(), count, symbol);
    count = std::exchange(next, count + next);
  }
  std::shuffle(bytes.begin(), bytes.end(), std::mt19937(2));
  expect_round_trip(bytes);
}

TEST(HuffmanDeflate, PicturesWithNoiseStayAsTheyAre) {
  for (const int type : {CV_8UC1, CV_8UC3, CV_16UC1}) {
    cv::Mat image = testing::noise_image(700, 400, type, 3);
    image(cv::Rect(0, 0, 90, 400)).setTo(0);
    const Bytes file = encode_png(image);
    const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
    EXPECT_TRUE(testing::same_pixels(decode_image(text, PixelFormat::kAsStored).pixels, image));
    EXPECT_TRUE(testing::same_pixels(cv::imdecode(file, cv::IMREAD_UNCHANGED), image));
  }
}

}  // namespace
}  // namespace calib
