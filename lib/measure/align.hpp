#pragma once
// Gives a rig its place in the world: by a board that lies on the floor, by a floor on which boards
// lie in several frames, or by measured points; and its scale by a known length.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/named.hpp"
#include "base/option.hpp"
#include "measure/fit_world.hpp"
#include "measure/tracks.hpp"

namespace calib {

/// The axis of the world that points away from the floor.
enum class UpAxis { kX, kY, kZ, kMinusX, kMinusY, kMinusZ };
inline constexpr Named<UpAxis> kUpAxes[] = {{"x", UpAxis::kX},       {"y", UpAxis::kY},
                                            {"z", UpAxis::kZ},       {"-x", UpAxis::kMinusX},
                                            {"-y", UpAxis::kMinusY}, {"-z", UpAxis::kMinusZ}};

/// A length with a sign: "-0.5m", "30mm", "0"; returns meters. Throws Error.
double parse_signed_length(const std::string& text);

struct AlignOptions {
  std::string board_frame;  ///< a frame; empty: not asked for
  std::string floor;        ///< frames, as in 3,8,12, or "all"; empty: not asked for
  double length_m = 0;      ///< 0: not asked for
  std::string between;      ///< two names of points, as in left,right
  bool scale = false;
  UpAxis up = UpAxis::kZ;
  int turn = 0;        ///< degrees: 0, 90, 180, 270
  std::string offset;  ///< three lengths, as in 1m,-5cm,0; empty: none
};
std::vector<Option> describe(AlignOptions& options);

/// A point that was measured in the room.
struct MeasuredPoint {
  std::string name;
  Eigen::Vector3d position_m;
  double sigma_m = 0;  ///< of each coordinate; 0: not stated
};

/// The measured points, and their pixels.
struct AlignInputs {
  std::vector<MeasuredPoint> points;
  std::optional<PixelTracks> pixels;
  double sigma_px = 0;  ///< as TriangulateOptions::sigma_px
};

/// Throws Error if no measured point has pixels.
void require_known_names(const AlignInputs& inputs);

struct AlignResidual {
  std::string name;  ///< of a point, or of a frame
  Eigen::Vector3d error_m;
};

struct Alignment {
  Calibration calibration;  ///< with its world, and scaled if that was asked for
  double scale = 1;         ///< by which all lengths were multiplied
  /// Its standard deviation, if a known length gave it: from the two points' pixels and the errors
  /// of the calibration.
  std::optional<double> scale_std = std::nullopt;
  std::optional<double> fitting_scale =
      std::nullopt;                           ///< the scale at which the points would fit best
  std::vector<AlignResidual> residuals = {};  ///< the residual of each point or frame
  double rms_m = 0;
  std::vector<std::string> unplaced = {};  ///< measured points without a position from pixels
  /// Which board or point does not fit the others, or that they do not agree; empty: they do.
  std::string doubt = {};
};

/// Throws Error if the options do not say one world, or the inputs cannot give it.
Alignment align(const Calibration& calibration, const AlignOptions& options,
                const AlignInputs& inputs, int jobs);

}  // namespace calib
