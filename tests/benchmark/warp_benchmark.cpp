// Prints the time of the warp alone on one thread: Warp and cv::remap with the same maps,
// alternating for each picture.

#include <fmt/format.h>
#include <malloc.h>

#include <opencv2/core/utility.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "base/median.hpp"
#include "base/stopwatch.hpp"
#include "rectify/rectify.hpp"
#include "rectify/warp.hpp"

namespace calib {
namespace {

Rectification example(ImageSize size) {
  Calibration rig;
  for (int i = 0; i < 2; ++i) {
    const double f = 0.65 * size.width;
    Intrinsics lens = make_intrinsics("opencv5", size, f, f, size.width / 2.0, size.height / 2.0);
    lens.parameters[4] = -0.28;
    lens.parameters[5] = 0.07;
    Camera camera{fmt::format("cam{}", i), size};
    camera.intrinsics = lens;
    const Eigen::Vector3d turn(0.01 * i, -0.03 * i, 0.02 * i);
    camera.T_cam_rig = Pose{exp_so3(turn), Eigen::Vector3d(-0.1 * i, 0.002 * i, 0.003 * i)};
    rig.cameras.push_back(camera);
  }
  return rectify_set(rig, {"cam0", "cam1"}, {});
}

void measure(ImageSize size, int type, const char* name) {
  const Rectification built = example(size);
  const PixelMaps& floats = built.maps[1];
  const FixedMaps fixed = fixed_maps(floats);
  const Warp warp(floats, Interpolation::kLinear);
  cv::Mat source(size.height, size.width, type);
  cv::RNG random(1);
  random.fill(source, cv::RNG::UNIFORM, 0, 256);
  std::vector<double> ours, theirs, theirs_float;
  cv::Mat result, reference;
  for (int i = 0; i < 40; ++i) {
    const Stopwatch a;
    result = warp(source);
    ours.push_back(1000 * a.seconds());
    const Stopwatch b;
    cv::remap(source, reference, fixed.xy, fixed.weights, cv::INTER_LINEAR);
    theirs.push_back(1000 * b.seconds());
    const Stopwatch c;
    cv::remap(source, reference, floats.x, floats.y, cv::INTER_LINEAR);
    theirs_float.push_back(1000 * c.seconds());
  }
  const double x = median(ours), y = median(theirs), z = median(theirs_float);
  fmt::print("| {}x{} {} | {:.2f} | {:.2f} | {:.2f} | {:.2f} |\n", size.width, size.height, name, x,
             y, z, y / x);
}

}  // namespace
}  // namespace calib

int main() {
  mallopt(M_MMAP_THRESHOLD, 1 << 28);  // as the program does
  mallopt(M_TRIM_THRESHOLD, 1 << 28);
  cv::setNumThreads(1);
  fmt::print("| median ms a picture | Warp | cv::remap fixed | cv::remap float | fixed / Warp |\n");
  fmt::print("|---|---|---|---|---|\n");
  for (const calib::ImageSize size :
       {calib::ImageSize{640, 480}, calib::ImageSize{1280, 720}, calib::ImageSize{4000, 3000}}) {
    calib::measure(size, CV_8UC1, "gray");
    calib::measure(size, CV_8UC3, "color");
    calib::measure(size, CV_16UC1, "gray, 16 bit");
  }
}
