#include "image/jpeg.hpp"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
// libjpeg's headers need <cstdio> before them.
#include <jerror.h>
#include <jpeglib.h>

#include <opencv2/imgproc.hpp>

namespace calib {
namespace {

// Warnings of libjpeg that mean that pixels are wrong.
constexpr std::array kDamage = {JWRN_HIT_MARKER, JWRN_HUFF_BAD_CODE, JWRN_JPEG_EOF,
                                JWRN_MUST_RESYNC};

struct Errors {
  jpeg_error_mgr base;
  std::jmp_buf back;
  bool damaged;
};

Errors& errors_of(j_common_ptr info) { return *reinterpret_cast<Errors*>(info->err); }

void on_error(j_common_ptr info) { std::longjmp(errors_of(info).back, 1); }

void on_message(j_common_ptr info, int level) {
  const bool is_damage =
      level < 0 && std::find(kDamage.begin(), kDamage.end(), info->err->msg_code) != kDamage.end();
  if (is_damage) errors_of(info).damaged = true;
}

// Reads all rows into `pixels`, which is allocated here. Returns false if the data are corrupt. The
// function must have no local objects with destructors, because libjpeg's errors leave it by
// longjmp.
bool read_rows(jpeg_decompress_struct& info, cv::Mat& pixels) {
  if (setjmp(errors_of(reinterpret_cast<j_common_ptr>(&info)).back) != 0) return false;
  jpeg_start_decompress(&info);
  pixels.create(static_cast<int>(info.output_height), static_cast<int>(info.output_width),
                CV_8UC(info.output_components));
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = pixels.ptr(static_cast<int>(info.output_scanline));
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  return true;
}

bool read_header(jpeg_decompress_struct& info, std::string_view bytes) {
  if (setjmp(errors_of(reinterpret_cast<j_common_ptr>(&info)).back) != 0) return false;
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&info, TRUE);
  return true;
}

// Adobe stores inverted CMYK: 255 means no ink.
cv::Mat bgr_of_inks(const cv::Mat& cmyk) {
  cv::Mat bgr(cmyk.size(), CV_8UC3);
  for (int row = 0; row < cmyk.rows; ++row) {
    const auto* from = cmyk.ptr<cv::Vec4b>(row);
    auto* to = bgr.ptr<cv::Vec3b>(row);
    for (int column = 0; column < cmyk.cols; ++column) {
      const int black = from[column][3];
      for (int i = 0; i < 3; ++i)
        to[column][2 - i] = static_cast<unsigned char>(from[column][i] * black / 255);
    }
  }
  return bgr;
}

struct Destroyer {
  jpeg_decompress_struct& info;
  ~Destroyer() { jpeg_destroy_decompress(&info); }
};

}  // namespace

cv::Mat decode_jpeg(std::string_view bytes, bool gray) {
  jpeg_decompress_struct info{};
  Errors errors{};
  info.err = jpeg_std_error(&errors.base);
  errors.base.error_exit = on_error;
  errors.base.emit_message = on_message;
  const Destroyer destroyer{info};
  cv::Mat pixels;
  if (!read_header(info, bytes)) return {};
  const int channels = info.num_components;
  if (channels != 1 && channels != 3 && channels != 4) return {};
  info.out_color_space = channels == 4           ? JCS_CMYK
                         : gray || channels == 1 ? JCS_GRAYSCALE
                                                 : JCS_EXT_BGR;
  if (!read_rows(info, pixels) || errors.damaged) return {};
  if (channels == 4) pixels = bgr_of_inks(pixels);
  if (gray && pixels.channels() == 3) cv::cvtColor(pixels, pixels, cv::COLOR_BGR2GRAY);
  return pixels;
}

}  // namespace calib
