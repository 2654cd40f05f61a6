#pragma once
// The derivatives of projection, for every model: pixel = focal length * distorted coordinates +
// principal point, so that only the distorted coordinates differ between models.

#include <Eigen/Core>
#include <array>
#include <cmath>

#include "camera/jet.hpp"
#include "camera/model_list.hpp"

namespace calib {

/// Whether each ray depends on few of the model's parameters, as in a spline.
template <class Model>
constexpr bool kIsLocal = requires {
  Model::kSupport;
};

template <class Model>
struct Distorted;

/// Whether the model gives its derivatives in closed form, without dual numbers.
template <class Model>
constexpr bool kHasClosedForm = requires(const double* values, Distorted<Model>& result) {
  Model::template differentiate<true>(values, values, result);
};

/// The distorted normalized coordinates of a point (camera coordinates) and their derivatives by
/// the distortion parameters and the point. The functions return false where the formula of the
/// model is not valid.
template <class Model>
struct Distorted {
  static constexpr int kDistortion = static_cast<int>(Model::distortion_names.size());
  double value[2];
  Eigen::RowVector3d by_point[2];
  Eigen::Matrix<double, 1, kDistortion> by_distortion[2];

  /// Fills `value` alone.
  bool evaluate(const double* distortion, const Eigen::Vector3d& point) {
    return Model::distort(distortion, point.data(), value) && finite();
  }
  /// Fills `value` and `by_point`.
  bool by_point_only(const double* distortion, const Eigen::Vector3d& point) {
    if constexpr (kHasClosedForm<Model>) {
      return Model::template differentiate<false>(distortion, point.data(), *this) && finite();
    } else {
      return differentiate<0>(distortion, point);
    }
  }
  /// Fills `value`, `by_point` and the derivatives by the distortion.
  bool by_all(const double* distortion, const Eigen::Vector3d& point) {
    if constexpr (kHasClosedForm<Model>) {
      return Model::template differentiate<true>(distortion, point.data(), *this) && finite();
    } else {
      return differentiate<kDistortion>(distortion, point);
    }
  }

 private:
  bool finite() const { return std::isfinite(value[0]) && std::isfinite(value[1]); }

  // The derivatives by the point and the first kBy distortion parameters.
  template <int kBy>
  bool differentiate(const double* distortion, const Eigen::Vector3d& point) {
    using Variable = Jet<kBy + 3>;
    Variable k[kDistortion + 1], p[3], out[2];
    for (int i = 0; i < kDistortion; ++i)
      k[i] = i < kBy ? Variable(distortion[i], 3 + i) : Variable(distortion[i]);
    for (int i = 0; i < 3; ++i) p[i] = Variable(point[i], i);
    if (!Model::distort(k, p, out)) return false;
    for (int r = 0; r < 2; ++r) {
      value[r] = out[r].a;
      by_point[r] = Eigen::RowVector3d(out[r].v[0], out[r].v[1], out[r].v[2]);
      for (int i = 0; i < kBy; ++i) by_distortion[r][i] = out[r].v[static_cast<std::size_t>(3 + i)];
    }
    return finite();
  }
};

/// The same for a model with local support: each point depends on few of its parameters, whose
/// indices and weights are in `local`.
template <class Model>
requires kIsLocal<Model>
struct Distorted<Model> {
  double value[2];
  Eigen::RowVector3d by_point[2];
  typename Model::Local local;

  bool evaluate(const double* distortion, const Eigen::Vector3d& point) {
    return Model::local(distortion, point.data(), local) &&
           Model::distort(distortion, point.data(), value);
  }
  bool by_point_only(const double* distortion, const Eigen::Vector3d& point) {
    return by_all(distortion, point);
  }
  bool by_all(const double* distortion, const Eigen::Vector3d& point) {
    using Variable = Jet<3>;
    if (!Model::local(distortion, point.data(), local)) return false;
    Variable p[3], out[2];
    for (int i = 0; i < 3; ++i) p[i] = Variable(point[i], i);
    if (!Model::distort_with(distortion, p, out)) return false;
    for (int r = 0; r < 2; ++r) {
      value[r] = out[r].a;
      by_point[r] = Eigen::RowVector3d(out[r].v[0], out[r].v[1], out[r].v[2]);
    }
    return true;
  }
};

/// Calls set(parameter, derivative) for the derivative of coordinate `r` of a pixel by each of the
/// lens's parameters (fx fy cx cy and the distortion) on which it depends.
template <class Model, class Set>
void for_each_parameter(const double* intrinsics, const Distorted<Model>& distorted, int r,
                        const Set& set) {
  if constexpr (kIsLocal<Model>) {
    for (std::size_t i = 0; i < Model::kSupport; ++i) {
      const int number = distorted.local.index[i] + (r == 0 ? 0 : Model::kPoints);
      set(kLinearCount + number, intrinsics[r] * distorted.local.weight[i]);
    }
  } else {
    set(r, distorted.value[r]);
    set(2 + r, 1.0);
    for (int i = 0; i < Distorted<Model>::kDistortion; ++i)
      set(kLinearCount + i, intrinsics[r] * distorted.by_distortion[r][i]);
  }
}

}  // namespace calib
