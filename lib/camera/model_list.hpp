#pragma once
// THE LIST of camera models. A model in this list is available in flags, files, projection, the
// solver, rectification maps and tests.

#include "base/type_list.hpp"
#include "camera/models/double_sphere.hpp"
#include "camera/models/eucm.hpp"
#include "camera/models/fisheye.hpp"
#include "camera/models/omni.hpp"
#include "camera/models/opencv.hpp"
#include "camera/models/pinhole.hpp"
#include "camera/models/splined.hpp"

namespace calib {

using ModelList = TypeList<Pinhole, Opencv4, Opencv5, Opencv8, Opencv12, Opencv14, Fisheye, Eucm,
                           DoubleSphere, Omni, Splined>;

/// Every parameter vector begins with fx fy cx cy; the distortion follows.
inline constexpr int kLinearCount = 4;

template <class Model>
inline constexpr int kParameterCount = kLinearCount +
                                       static_cast<int>(Model::distortion_names.size());

/// Projects a point in camera coordinates (any unit of length) to a pixel. `parameters` are fx fy
/// cx cy, then the distortion. Returns false where the formula of the model is not valid.
template <class Model, class T>
bool project(const T* parameters, const T* point, T* pixel) {
  T shape[2];
  if (!Model::distort(parameters + kLinearCount, point, shape)) return false;
  pixel[0] = parameters[0] * shape[0] + parameters[2];
  pixel[1] = parameters[1] * shape[1] + parameters[3];
  return true;
}

}  // namespace calib
