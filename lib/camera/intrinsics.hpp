#pragma once
// The intrinsics of a camera as plain data, and projection: from points to pixels and back.
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
  /// fx fy cx cy (pixels), then the distortion parameters in the model's order.
  std::vector<double> parameters;
};

/// The names of all models, in the order of model_list.hpp.
std::vector<std::string> model_names();
/// Throws Error, which suggests the most similar name, if there is no such model.
void require_model(const std::string& model);
/// The names of all parameters of a model: fx fy cx cy, then the distortion. Throws Error.
std::vector<std::string> parameter_names(const std::string& model);

/// Intrinsics with zero distortion. Throws Error if there is no such model.
Intrinsics make_intrinsics(const std::string& model, ImageSize size, double fx, double fy,
                           double cx, double cy);

/// The initial guesses of a solve: one for each starting distortion of the model (starts() in its
/// header, otherwise zeros), with the principal point at the image center and square pixels. Near
/// the optical axis each of them projects like a pinhole camera with the focal length `focal_px`;
/// fx itself may differ. They may use a simpler model (opencv4 for opencv14), whose parameters are
/// the first ones of `model`; the others are then zero.
std::vector<Intrinsics> starting_intrinsics(const std::string& model, ImageSize size,
                                            double focal_px);

/// The lens as one of `model`: its list of parameters is filled up with zeros or cut off. This has
/// a meaning only if the parameters of one model begin with all those of the other.
Intrinsics as_model(Intrinsics lens, const std::string& model);

/// A linear Gaussian prior on the parameters of a lens: the sum of coefficient times parameter over
/// all terms has the mean 0 and the standard deviation 1.
struct LensPrior {
  struct Term {
    int parameter = 0;
    double coefficient = 0;
  };
  std::vector<Term> terms;
};

/// The priors of the lens's model. Only models whose parameters the corners may not determine have
/// any: see prior_sigmas() and visit_third_differences() in their headers.
std::vector<LensPrior> lens_priors(const Intrinsics& intrinsics);

/// The number of leading parameters of a model that are chosen once and never estimated.
int held_parameters(const std::string& model);

/// Throws Error unless the model is known, has the right number of finite parameters, and the focal
/// lengths and the image size are positive.
void check_intrinsics(const Intrinsics& intrinsics);

/// A pixel with its derivatives.
struct PixelJacobian {
  Eigen::Vector2d pixel;
  Eigen::Matrix<double, 2, 3> by_point;  ///< camera coordinates
  /// By the lens's parameters: 2 x their number.
  Eigen::Matrix<double, 2, Eigen::Dynamic> by_parameters;
};

/// Projects and unprojects. The constructor computes the valid region of the lens, which is slow:
/// use one Projector for many points. Thread-safe.
class Projector {
 public:
  /// Calls check_intrinsics().
  explicit Projector(Intrinsics intrinsics);

  /// Returns the pixel of a point in camera coordinates, which may lie outside the image. Returns
  /// nullopt where the model is not valid: behind the camera, or beyond the radius at which the
  /// distortion stops being monotonic.
  std::optional<Eigen::Vector2d> project(const Eigen::Vector3d& point) const;

  /// The same for N points, one per column. `pixels` must have N columns; NaN stands for nullopt.
  void project(const Eigen::Matrix3Xd& points, Eigen::Matrix2Xd& pixels) const;

  /// The same with the derivatives by the point, and, on request, by the lens's parameters. Returns
  /// false for nullopt.
  enum class Wanted { kByPoint, kByAll };
  bool project(const Eigen::Vector3d& point, Wanted wanted, PixelJacobian& result) const;

  /// Returns the unit ray of a pixel, or nullopt if no valid ray projects to it. Newton's method on
  /// project(), for every model; project(unproject(p)) differs from p by less than 1e-9 px.
  std::optional<Eigen::Vector3d> unproject(const Eigen::Vector2d& pixel) const;

  /// The focal length on the optical axis in pixels per radian: the geometric mean of the x and y
  /// directions. It differs from fx for models whose distortion does not vanish on the axis.
  double axis_focal_px() const;

  const Intrinsics& intrinsics() const { return intrinsics_; }

 private:
  bool inside_valid_region(const Eigen::Vector3d& point) const;

  Intrinsics intrinsics_;
  std::size_t model_ = 0;  // index in ModelList
  bool sees_behind_ = false;
  double max_radius_ = 0;
};

}  // namespace calib
