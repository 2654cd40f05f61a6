#include "evaluate/coverage.hpp"

#include <algorithm>

namespace calib {
namespace {

constexpr const char* kRegionNames[3][3] = {{"top left", "top", "top right"},
                                            {"left", "center", "right"},
                                            {"bottom left", "bottom", "bottom right"}};

// The one of the nine regions with the fewest corners for its size.
std::string weakest_region(const std::vector<int>& cells) {
  std::string name;
  int least = 0;
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 3; ++column) {
      int count = 0;
      for (int y = row * kCoverageRows / 3; y < (row + 1) * kCoverageRows / 3; ++y) {
        for (int x = column * kCoverageColumns / 3; x < (column + 1) * kCoverageColumns / 3; ++x) {
          // The limit keeps one full cell from outweighing empty ones.
          count += std::min(cells[y * kCoverageColumns + x], 10);
        }
      }
      const int area = ((column + 1) * kCoverageColumns / 3) - (column * kCoverageColumns / 3);
      const int density = count * 100 / area;
      if (name.empty() || density < least) {
        least = density;
        name = kRegionNames[row][column];
      }
    }
  }
  return name;
}

}  // namespace

std::size_t coverage_cell(const Eigen::Vector2d& pixel, const ImageSize& size) {
  const int x = std::clamp(static_cast<int>((pixel.x() + 0.5) * kCoverageColumns / size.width), 0,
                           kCoverageColumns - 1);
  const int y = std::clamp(static_cast<int>((pixel.y() + 0.5) * kCoverageRows / size.height), 0,
                           kCoverageRows - 1);
  return static_cast<std::size_t>(y * kCoverageColumns + x);
}

std::string region_name(int cell) {
  // The same bounds as in weakest_region(): the eight columns are divided into 0-1, 2-4 and 5-7.
  const auto third = [](int index, int count) {
    return index < count / 3 ? 0 : index < 2 * count / 3 ? 1 : 2;
  };
  return kRegionNames[third(cell / kCoverageColumns, kCoverageRows)]
                     [third(cell % kCoverageColumns, kCoverageColumns)];
}

std::vector<CameraCoverage> coverage(const Observations& observations) {
  std::vector<CameraCoverage> result;
  for (const ObservedCamera& camera : observations.cameras) {
    result.push_back({camera.name, 0, std::vector<int>(kCoverageColumns * kCoverageRows), 0, ""});
  }
  for (const View& view : observations.views) {
    CameraCoverage& camera = result[view.camera];
    const ImageSize size = observations.cameras[view.camera].image_size;
    ++camera.views;
    for (const Corner& corner : view.corners) {
      ++camera.cells[coverage_cell({corner.x, corner.y}, size)];
    }
  }
  for (CameraCoverage& camera : result) {
    const auto seen =
        std::count_if(camera.cells.begin(), camera.cells.end(), [](int n) { return n > 0; });
    camera.share = static_cast<double>(seen) / static_cast<double>(camera.cells.size());
    camera.weakest = weakest_region(camera.cells);
  }
  return result;
}

}  // namespace calib
