#include "synth/composite.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"

namespace calib {

cv::Mat tile_pictures(const std::vector<cv::Mat>& pictures, int rows, int columns) {
  const int count = static_cast<int>(pictures.size());
  require(count > 0, "a composite picture needs at least one picture");
  require(rows > 0 && columns > 0 && count <= rows * columns,
          fmt::format("{} pictures do not fit into a composite of {}x{} tiles: choose a layout "
                      "with at least {} tiles",
                      count, rows, columns, count));
  const cv::Size size = pictures.front().size();
  cv::Mat composite(size.height * rows, size.width * columns, pictures.front().type(),
                    cv::Scalar::all(0));
  for (int i = 0; i < count; ++i) {
    const cv::Mat& picture = pictures[static_cast<std::size_t>(i)];
    require(picture.size() == size && picture.type() == composite.type(),
            fmt::format("picture {} of a composite is {}x{}, expected {}x{} as the first, and the "
                        "same kind of pixels",
                        i, picture.cols, picture.rows, size.width, size.height));
    const cv::Rect tile(i % columns * size.width, i / columns * size.height, size.width,
                        size.height);
    picture.copyTo(composite(tile));
  }
  return composite;
}

}  // namespace calib
