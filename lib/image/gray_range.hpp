#pragma once
// Brings a gray picture to the 8 bits that detectors take, so that a board is seen in pictures that
// use a small part of the range that their files have: radiometric and thermal pictures of 16 bits,
// and pictures of dark rooms.

#include <opencv2/core/mat.hpp>

namespace calib {

/// Takes one channel of 8 or 16 bits; 8-bit pictures stay as they are. 16-bit pictures are scaled
/// from the bits in use (8, 10, 12, 14 or 16), unless they are narrow: if all but 0.2 % of the
/// pixels at either end lie within a quarter of that range, they are spread over the 8 bits, at
/// most 1024-fold.
cv::Mat to_gray8(const cv::Mat& pixels);

/// Spreads an 8-bit picture that is narrow in the same sense, at most 16-fold. Others stay as they
/// are.
cv::Mat spread_gray8(const cv::Mat& gray);

}  // namespace calib
