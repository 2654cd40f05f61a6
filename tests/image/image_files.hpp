#pragma once
// Image files for the tests of lib/image.

#include <filesystem>
#include <fstream>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

namespace calib::testing {

/// Random pixels: neighbors differ, so that a shift by one pixel changes the image.
inline cv::Mat noise_image(int width, int height, int type, std::uint64_t seed) {
  cv::Mat image(height, width, type);
  cv::RNG random(seed);
  random.fill(image, cv::RNG::UNIFORM, 0, CV_MAT_DEPTH(type) == CV_16U ? 65536 : 256);
  return image;
}

inline std::string encode(const std::string& suffix, const cv::Mat& image,
                          const std::vector<int>& parameters = {}) {
  std::vector<unsigned char> bytes;
  cv::imencode(suffix, image, bytes, parameters);
  return {bytes.begin(), bytes.end()};
}

inline void put(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

inline void put_image(const std::filesystem::path& path, const cv::Mat& image) {
  put(path, encode(path.extension().string(), image));
}

/// A small image, where only the existence of the file matters.
inline void put_any_image(const std::filesystem::path& path) {
  put_image(path, cv::Mat(4, 4, CV_8U, cv::Scalar(128)));
}

}  // namespace calib::testing
