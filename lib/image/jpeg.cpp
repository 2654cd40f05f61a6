#include "image/jpeg.hpp"

#include <opencv2/imgcodecs.hpp>
#include <vector>

#include "base/errors.hpp"
#include "image/codecs.hpp"

namespace calib {

std::string encode_jpeg(const cv::Mat& pixels, int quality) {
  std::vector<unsigned char> bytes;
  try {
    require(codecs().encode(".jpg", pixels, {cv::IMWRITE_JPEG_QUALITY, quality}, bytes),
            "a picture cannot be encoded as JPEG");
  } catch (const cv::Exception& error) {
    throw Error("a picture cannot be encoded as JPEG: " + error.err);
  }
  return {bytes.begin(), bytes.end()};
}

}  // namespace calib
