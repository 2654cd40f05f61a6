#pragma once
// Checks the predicted uncertainty by Monte Carlo: solves one rig many times with different noise,
// and compares the scatter of the results with the standard deviations that the solves predict.

#include <Eigen/Dense>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "base/parallel.hpp"
#include "solve/covariance.hpp"
#include "solve/projection_uncertainty.hpp"
#include "solve/restore_bundle.hpp"
#include "solve/solve_intrinsics.hpp"
#include "solve/solve_rig.hpp"
#include "support/synthetic_world.hpp"

namespace calib::testing {

/// One quantity, summed over all runs.
struct Sampled {
  double squared_errors = 0, predicted_variances = 0;
  /// The actual standard deviation divided by the predicted one; 1 if the prediction is correct.
  double ratio() const { return std::sqrt(squared_errors / predicted_variances); }
};

struct UncertaintySamples {
  int runs = 0;
  std::map<std::string, Sampled> quantities;  ///< parameters and pixels of every camera
  double chi_squared = 0;  ///< the sum of e' C^-1 e over all runs, for all shared parameters
  double degrees_of_freedom = 0;

  /// The deviation of chi^2 from its expected value in standard deviations. The variance of chi^2
  /// is twice its degrees of freedom.
  double chi_squared_sigmas() const {
    return (chi_squared - degrees_of_freedom) / std::sqrt(2 * degrees_of_freedom);
  }
};

/// The errors of all shared parameters, in the order and the units of the bundle's columns, and
/// their names.
inline Eigen::VectorXd shared_errors(const Bundle& found, const Calibration& truth,
                                     const SharedLayout& layout, std::vector<std::string>& names) {
  Eigen::VectorXd errors(layout.size);
  names.assign(static_cast<std::size_t>(layout.size), "");
  for (std::size_t i = 0; i < found.cameras.size(); ++i) {
    const BundleCamera& camera = found.cameras[i];
    const Camera& actual = truth.cameras[i];
    const SharedLayout::Place& place = layout.cameras[i];
    const auto parameters = parameter_names(camera.intrinsics.model);
    for (std::size_t k = 0; k < place.intrinsics.size(); ++k) {
      errors[place.intrinsics[k]] =
          camera.intrinsics.parameters[k] - actual.intrinsics->parameters[k];
      names[place.intrinsics[k]] = camera.name + " " + parameters[k];
    }
    if (place.pose < 0) continue;
    errors.segment<3>(place.pose) =
        log_so3(camera.T_cam_rig.rotation * actual.T_cam_rig->rotation.conjugate());
    errors.segment<3>(place.pose + 3) =
        camera.T_cam_rig.translation - actual.T_cam_rig->translation;
    for (int k = 0; k < 6; ++k)
      names[place.pose + k] = camera.name + (k < 3 ? " turn " : " shift ") + "xyz"[k % 3];
  }
  return errors;
}

/// The pixel to which the found calibration projects a point whose true position is `p_cam`. The
/// point is attached to the boards: it moves with the mean of their found poses.
inline Eigen::Vector2d found_pixel(const Bundle& found, const Calibration& truth, int camera,
                                   const Eigen::Vector3d& p_cam,
                                   const std::vector<std::int64_t>& frame_of_pose) {
  const Eigen::Vector3d p_rig = truth.cameras[camera].T_cam_rig->inverse() * p_cam;
  Eigen::Vector3d mean = Eigen::Vector3d::Zero();
  for (std::size_t i = 0; i < found.board_poses.size(); ++i) {
    mean += found.board_poses[i] * (truth.frames.at(frame_of_pose[i]).inverse() * p_rig) /
            static_cast<double>(found.board_poses.size());
  }
  return *Projector(found.cameras[camera].intrinsics)
              .project(found.cameras[camera].T_cam_rig * mean);
}

inline void add_pixels(const Bundle& found, const Covariance& covariance, const Calibration& truth,
                       std::map<std::string, Sampled>& quantities) {
  std::vector<std::int64_t> frame_of_pose;
  for (const auto& [frame, pose] : truth.frames) frame_of_pose.push_back(frame);
  const auto uncertainties = projection_uncertainty(found, {covariance});
  for (std::size_t c = 0; c < found.cameras.size(); ++c) {
    const Projector lens(*truth.cameras[c].intrinsics);
    for (const int cell : {0, 6 + 4 * ProjectionUncertainty::kColumns}) {  // corner and middle
      const Eigen::Vector2d pixel =
          uncertainty_pixel(truth.cameras[c].image_size, cell % ProjectionUncertainty::kColumns,
                            cell / ProjectionUncertainty::kColumns);
      const Eigen::Vector3d p_cam = uncertainties[c]->distance_m * *lens.unproject(pixel);
      const double error =
          (found_pixel(found, truth, static_cast<int>(c), p_cam, frame_of_pose) - pixel).norm();
      Sampled& sampled = quantities[found.cameras[c].name +
                                    (cell == 0 ? " pixel in the corner" : " pixel in the middle")];
      sampled.squared_errors += error * error;
      const double sigma = uncertainties[c]->near_px[static_cast<std::size_t>(cell)];
      sampled.predicted_variances += sigma * sigma;
    }
  }
}

/// Solves the same views `runs` times with different noise. The ratio of a pixel lies between 1 and
/// sqrt(2): its error is the norm of both directions, its prediction that of the worse direction.
inline UncertaintySamples sample_uncertainty(const SynthOptions& options, const Board& board,
                                             double sigma_px, int runs, int jobs) {
  const World world = make_world(options, board, 0);
  IntrinsicsOptions intrinsics;
  intrinsics.model = options.model;
  ExtrinsicsOptions extrinsics;
  // Without this, outlier rejection would remove the tails of the noise and reduce the scatter.
  intrinsics.reject = extrinsics.reject = 100;
  std::vector<UncertaintySamples> parts(static_cast<std::size_t>(runs));
  parallel_for(parts.size(), jobs, [&](std::size_t run) {
    const Observations observations =
        add_noise(world.observations, sigma_px, static_cast<int>(run) + 1);
    const Calibration found =
        solve_rig(observations, solve_intrinsics(observations, intrinsics, 1, no_progress()),
                  extrinsics, 1, no_progress());
    const Bundle bundle = restore_bundle(observations, found);
    const Covariance predicted = covariance(bundle);
    std::vector<std::string> names;
    const Eigen::VectorXd errors = shared_errors(bundle, world.truth, predicted.layout, names);
    UncertaintySamples& part = parts[run];
    for (Eigen::Index k = 0; k < errors.size(); ++k)
      part.quantities[names[k]] = {errors[k] * errors[k], predicted.shared(k, k)};
    add_pixels(bundle, predicted, world.truth, part.quantities);
    const Eigen::VectorXd scale = predicted.shared.diagonal().cwiseSqrt().cwiseInverse();
    const Eigen::MatrixXd correlation = scale.asDiagonal() * predicted.shared * scale.asDiagonal();
    const Eigen::VectorXd scaled = scale.asDiagonal() * errors;
    part.chi_squared = scaled.dot(correlation.ldlt().solve(scaled));
    part.degrees_of_freedom = static_cast<double>(errors.size());
  });
  UncertaintySamples all;
  all.runs = runs;
  for (const UncertaintySamples& part : parts) {
    all.chi_squared += part.chi_squared;
    all.degrees_of_freedom += part.degrees_of_freedom;
    for (const auto& [name, sampled] : part.quantities) {
      all.quantities[name].squared_errors += sampled.squared_errors;
      all.quantities[name].predicted_variances += sampled.predicted_variances;
    }
  }
  return all;
}

}  // namespace calib::testing
