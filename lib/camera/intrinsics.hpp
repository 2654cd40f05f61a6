#pragma once
// One camera's lens and sensor as plain data, and the way from points to pixels and back.
// Camera frame: x right, y down, z forward. Pixel (0, 0) is the center of the top-left pixel.

#include <Eigen/Core>
#include <optional>
#include <string>
#include <vector>

namespace calib {

struct ImageSize {
  int width = 0, height = 0;
  bool operator==(const ImageSize&) const = default;
};
/// "1280x720"
std::string to_text(const ImageSize& size);

struct Intrinsics {
  std::string model;     ///< a name from model_names()
  ImageSize image_size;  ///< pixels
  std::vector<double>
      parameters;  ///< fx fy cx cy (pixels), then the distortion in the model's order
};

/// The names of all models, in the order of the list.
std::vector<std::string> model_names();
/// Throws Error with the nearest name when there is no such model.
void require_model(const std::string& model);
/// The names of fx fy cx cy and the distortion parameters of a model.
std::vector<std::string> parameter_names(const std::string& model);

/// Focal lengths and center with zero distortion.
Intrinsics make_intrinsics(const std::string& model, ImageSize size, double fx, double fy,
                           double cx, double cy);

/// Lenses with the model's starting distortions (its header's starts(); zeros when it has none),
/// the principal point in the center and square pixels. All have `focal_px` (pixels) on the axis,
/// where they look like a pinhole of that focal length; their fx may differ. They may be of a
/// smaller model (opencv4 for opencv14), whose parameters are the first of `model`'s, the rest
/// being zero.
std::vector<Intrinsics> starting_intrinsics(const std::string& model, ImageSize size,
                                            double focal_px);

/// What is known of a lens beforehand: the sum of coefficient times parameter over the terms is 0
/// with a standard deviation of 1.
struct LensPrior {
  struct Term {
    int parameter = 0;
    double coefficient = 0;
  };
  std::vector<Term> terms;
};

/// Only models whose parameters can grow against each other without end, or that no corner may
/// reach, have any: see their headers (prior_sigmas, visit_third_differences).
std::vector<LensPrior> lens_priors(const Intrinsics& intrinsics);

/// How many of a model's parameters, the first ones, are chosen once and never estimated.
int held_parameters(const std::string& model);

/// Whether projection makes sense: known model, right number of finite parameters, positive focal
/// lengths and size. Throws Error saying what is wrong.
void check_intrinsics(const Intrinsics& intrinsics);

/// Projection with what is costly to find (the valid region) found once; keep one for many points.
/// Thread-safe.
class Projector {
 public:
  explicit Projector(Intrinsics intrinsics);

  /// The pixel of a point in camera coordinates, or nothing where the model does not hold (behind
  /// the camera, beyond the radius at which the distortion folds). The pixel may lie outside the
  /// image.
  std::optional<Eigen::Vector2d> project(const Eigen::Vector3d& point) const;

  /// The same for the columns of `points`, into as many columns of `pixels`; NaN where there is
  /// none.
  void project(const Eigen::Matrix3Xd& points, Eigen::Matrix2Xd& pixels) const;

  /// The unit ray of a pixel (Newton on project(), so it holds for every model), or nothing where
  /// there is none. project(unproject(p)) is p within 1e-9 px.
  std::optional<Eigen::Vector3d> unproject(const Eigen::Vector2d& pixel) const;

  /// Pixels a radian on the optical axis, the mean of both directions (the root of their product).
  /// Not fx: some models magnify.
  double axis_focal_px() const;

  const Intrinsics& intrinsics() const { return intrinsics_; }

 private:
  bool inside_valid_region(const Eigen::Vector3d& point) const;

  Intrinsics intrinsics_;
  std::size_t model_ = 0;  // index in ModelList
  bool sees_behind_ = false;
  double max_radius_ = 0;
};

/// The same lens after cutting the image so that pixel (x, y) becomes (0, 0), and back with
/// negative x, y.
Intrinsics shifted(const Intrinsics& intrinsics, double x, double y, ImageSize new_size);

}  // namespace calib
