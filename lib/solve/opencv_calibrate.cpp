#include "solve/opencv_calibrate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <opencv2/calib3d.hpp>
#include <string>
#include <vector>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

constexpr double kMaxViewRmsRatio = 3, kMinViewBoundPx = 0.5;

int flags_of(const std::string& model) {
  static const std::map<std::string, int> kFlags = {
      {"pinhole",
       cv::CALIB_ZERO_TANGENT_DIST | cv::CALIB_FIX_K1 | cv::CALIB_FIX_K2 | cv::CALIB_FIX_K3},
      {"opencv4", cv::CALIB_FIX_K3},
      {"opencv5", 0},
      {"opencv8", cv::CALIB_RATIONAL_MODEL},
      {"opencv12", cv::CALIB_RATIONAL_MODEL | cv::CALIB_THIN_PRISM_MODEL},
      {"opencv14", cv::CALIB_RATIONAL_MODEL | cv::CALIB_THIN_PRISM_MODEL | cv::CALIB_TILTED_MODEL},
  };
  const auto found = kFlags.find(model);
  if (found == kFlags.end()) {
    std::vector<std::string> names;
    for (const auto& [name, flags] : kFlags) names.push_back(name);
    throw Error(fmt::format(
        "--solver opencv cannot fit the model {}, only {} and fisheye: use --solver joint", model,
        join(names, ", ")));
  }
  return found->second | cv::CALIB_USE_LU;
}

struct Points {
  std::vector<std::vector<cv::Point3f>> board;
  std::vector<std::vector<cv::Point2f>> image;
};

Points collect(const Board& board, const std::vector<const View*>& views) {
  Points points;
  for (const View* view : views) {
    points.board.emplace_back();
    points.image.emplace_back();
    for (const Corner& corner : view->corners) {
      const Eigen::Vector3d p = corner_position(board, corner.id);
      points.board.back().emplace_back(static_cast<float>(p.x()), static_cast<float>(p.y()), 0.0F);
      points.image.back().emplace_back(static_cast<float>(corner.x), static_cast<float>(corner.y));
    }
  }
  return points;
}

struct Fit {
  Intrinsics intrinsics;
  std::vector<double> parameter_std;  // empty: OpenCV does not compute it
  std::vector<double> view_rms;
  double rms = 0;
};

Fit fit_pinhole_family(const std::string& model, const Points& points, ImageSize size) {
  cv::Mat k, distortion, intrinsics_std, view_errors;
  std::vector<cv::Mat> rotations, translations;
  Fit fit;
  fit.rms = cv::calibrateCamera(points.board, points.image, {size.width, size.height}, k,
                                distortion, rotations, translations, intrinsics_std, cv::noArray(),
                                view_errors, flags_of(model));
  fit.intrinsics = make_intrinsics(model, size, k.at<double>(0, 0), k.at<double>(1, 1),
                                   k.at<double>(0, 2), k.at<double>(1, 2));
  const int count = static_cast<int>(fit.intrinsics.parameters.size()) - 4;
  for (int i = 0; i < count; ++i) fit.intrinsics.parameters[4 + i] = distortion.at<double>(i);
  for (int i = 0; i < 4 + count; ++i) fit.parameter_std.push_back(intrinsics_std.at<double>(i));
  fit.view_rms.assign(view_errors.begin<double>(), view_errors.end<double>());
  return fit;
}

Fit fit_fisheye(const Board& board, const std::vector<const View*>& views, ImageSize size) {
  // cv::fisheye::calibrate needs one row of double-precision points for each view.
  std::vector<cv::Mat> object, image, rotations, translations;
  for (const View* view : views) {
    cv::Mat points(1, static_cast<int>(view->corners.size()), CV_64FC3);
    cv::Mat pixels(1, points.cols, CV_64FC2);
    for (int i = 0; i < points.cols; ++i) {
      const Corner& corner = view->corners[static_cast<std::size_t>(i)];
      const Eigen::Vector3d p = corner_position(board, corner.id);
      points.at<cv::Vec3d>(i) = {p.x(), p.y(), 0};
      pixels.at<cv::Vec2d>(i) = {corner.x, corner.y};
    }
    object.push_back(points);
    image.push_back(pixels);
  }
  cv::Mat k, distortion;
  Fit fit;
  fit.rms = cv::fisheye::calibrate(
      object, image, {size.width, size.height}, k, distortion, rotations, translations,
      cv::fisheye::CALIB_RECOMPUTE_EXTRINSIC | cv::fisheye::CALIB_FIX_SKEW);
  fit.intrinsics = make_intrinsics("fisheye", size, k.at<double>(0, 0), k.at<double>(1, 1),
                                   k.at<double>(0, 2), k.at<double>(1, 2));
  for (int i = 0; i < 4; ++i) fit.intrinsics.parameters[4 + i] = distortion.at<double>(i);
  for (std::size_t v = 0; v < views.size(); ++v) {
    cv::Mat projected;
    cv::fisheye::projectPoints(object[v], projected, rotations[v], translations[v], k, distortion);
    fit.view_rms.push_back(cv::norm(projected, image[v]) /
                           std::sqrt(static_cast<double>(object[v].cols)));
  }
  return fit;
}

// OpenCV returns NaN or infinity if the views do not determine a parameter.
bool is_finite(const Fit& fit) {
  const auto all = [](const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
  };
  return all(fit.intrinsics.parameters) && all(fit.parameter_std) && all(fit.view_rms) &&
         fit.intrinsics.parameters[0] > 0 && fit.intrinsics.parameters[1] > 0;
}

Fit fit(const std::string& model, const Board& board, const std::vector<const View*>& views,
        const Camera& camera) {
  try {
    Fit result = model == "fisheye"
                     ? fit_fisheye(board, views, camera.image_size)
                     : fit_pinhole_family(model, collect(board, views), camera.image_size);
    if (is_finite(result)) return result;
    throw UndeterminedError(fmt::format(
        "{}: OpenCV finds no lens from {} views: film more views of the board, tilted in several "
        "directions, all over the picture",
        camera.name, views.size()));
  } catch (const cv::Exception& error) {
    throw UndeterminedError(
        fmt::format("{}: OpenCV could not calibrate from {} views ({}); try --solver joint",
                    camera.name, views.size(), error.err));
  }
}

}  // namespace

std::vector<Rejected> calibrate_with_opencv(const std::string& model, const Board& board,
                                            std::span<const View* const> views, Camera& camera) {
  std::vector<const View*> used(views.begin(), views.end());
  std::vector<Rejected> rejected;
  while (true) {
    const Fit result = fit(model, board, used, camera);
    const double bound = std::max(kMaxViewRmsRatio * median(result.view_rms), kMinViewBoundPx);
    std::vector<const View*> kept;
    for (std::size_t i = 0; i < used.size(); ++i) {
      if (result.view_rms[i] <= bound) {
        kept.push_back(used[i]);
      } else {
        rejected.push_back({camera.name, used[i]->frame, std::nullopt,
                            fmt::format("the view's RMS is {:.2f} px, more than {:.2f} px",
                                        result.view_rms[i], bound)});
      }
    }
    if (kept.size() == used.size() || kept.size() < 3) {
      camera.intrinsics = result.intrinsics;
      camera.std.parameters = result.parameter_std;
      camera.reprojection_rms_px = result.rms;
      camera.views = static_cast<int>(used.size());
      return rejected;
    }
    used = std::move(kept);
  }
}

}  // namespace calib
