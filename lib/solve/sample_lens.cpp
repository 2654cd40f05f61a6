#include "solve/sample_lens.hpp"

namespace calib {

std::vector<LensSample> sample_lens(const Intrinsics& lens, int columns, int rows) {
  const Projector projector(lens);
  std::vector<LensSample> samples;
  for (int j = 0; j < rows; ++j) {
    for (int i = 0; i < columns; ++i) {
      const Eigen::Vector2d pixel(i * (lens.image_size.width - 1.0) / (columns - 1),
                                  j * (lens.image_size.height - 1.0) / (rows - 1));
      if (const auto ray = projector.unproject(pixel)) samples.push_back({pixel, *ray});
    }
  }
  return samples;
}

}  // namespace calib
