// Compares the models that project over a sphere with their papers: the projection as printed
// there, its closed-form inverse, and the end of the valid region found by a search in small steps.

#include <gtest/gtest.h>

#include <Eigen/Geometry>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <random>

#include "camera/intrinsics.hpp"
#include "camera/model_list.hpp"

namespace calib {
namespace {

using Eigen::Vector2d;
using Eigen::Vector3d;
using Parameters = std::vector<double>;

// Khomutenko et al. 2016, equations 12 and 13: to the surface P, then to the plane.
struct EucmPaper {
  static Vector2d shape(const Parameters& k, const Vector3d& p) {
    const double rho = std::sqrt(k[1] * (p.x() * p.x() + p.y() * p.y()) + p.z() * p.z());
    const double denominator = k[0] * rho + (1 - k[0]) * p.z();
    return p.head<2>() / denominator;
  }
  // Equation 22.
  static std::optional<Vector3d> ray(const Parameters& k, const Vector2d& m) {
    const double alpha = k[0], beta = k[1], r2 = m.squaredNorm();
    const double root = 1 - (2 * alpha - 1) * beta * r2;
    if (root < 0) return std::nullopt;
    const double z = (1 - beta * alpha * alpha * r2) / (alpha * std::sqrt(root) + (1 - alpha));
    return Vector3d(m.x(), m.y(), z).normalized();
  }
};

// Usenko et al. 2018, equations 40 to 42 and 46 to 50.
struct DoubleSpherePaper {
  static Vector2d shape(const Parameters& k, const Vector3d& p) {
    const double xi = k[0], alpha = k[1], d1 = p.norm();
    const Vector3d shifted = p + Vector3d(0, 0, xi * d1);
    return p.head<2>() / (alpha * shifted.norm() + (1 - alpha) * shifted.z());
  }
  static std::optional<Vector3d> ray(const Parameters& k, const Vector2d& m) {
    const double xi = k[0], alpha = k[1], r2 = m.squaredNorm();
    const double root = 1 - (2 * alpha - 1) * r2;
    if (root < 0) return std::nullopt;
    const double mz = (1 - alpha * alpha * r2) / (alpha * std::sqrt(root) + 1 - alpha);
    const double under = mz * mz + (1 - xi * xi) * r2;
    if (under < 0) return std::nullopt;
    const double scale = (mz * xi + std::sqrt(under)) / (mz * mz + r2);
    return Vector3d(scale * m.x(), scale * m.y(), scale * mz - xi);
  }
};

// Mei and Rives 2007, section II: to the unit sphere, the frame C_p, the plane; then the
// distortion.
struct OmniPaper {
  static Vector2d shape(const Parameters& k, const Vector3d& p) {
    const Vector3d on_sphere = p.normalized();
    const Vector2d m = on_sphere.head<2>() / (on_sphere.z() + k[0]);
    const double r2 = m.squaredNorm(), xy = m.x() * m.y();
    const Vector2d tangential(2 * k[3] * xy + k[4] * (r2 + 2 * m.x() * m.x()),
                              k[3] * (r2 + 2 * m.y() * m.y()) + 2 * k[4] * xy);
    return m * (1 + k[1] * r2 + k[2] * r2 * r2) + tangential;
  }
  // The lifting without distortion, whose inverse has no closed form.
  static std::optional<Vector3d> ray(const Parameters& k, const Vector2d& m) {
    for (std::size_t i = 1; i < k.size(); ++i) {
      if (k[i] != 0) return std::nullopt;
    }
    const double xi = k[0], r2 = m.squaredNorm(), under = 1 + (1 - xi * xi) * r2;
    if (under < 0) return std::nullopt;
    const double scale = (xi + std::sqrt(under)) / (r2 + 1);
    return Vector3d(scale * m.x(), scale * m.y(), scale - xi);
  }
};

Projector unit_camera(std::string_view model, const Parameters& k) {
  Intrinsics lens{std::string(model), {640, 480}, {1, 1, 0, 0}};
  lens.parameters.insert(lens.parameters.end(), k.begin(), k.end());
  return Projector(lens);
}

template <class ModelType, class PaperType>
struct Case {
  using Model = ModelType;
  using Paper = PaperType;
};
struct CaseName {
  template <class C>
  static std::string GetName(int) {
    return std::string(C::Model::name);
  }
};

template <class C>
class SphereModel : public ::testing::Test {
 protected:
  // The examples of the header, and a grid of parameters that also contains unrealistic lenses.
  static std::vector<Parameters> distortions() {
    std::vector<Parameters> all = C::Model::examples();
    for (const double a : {-0.9, -0.4, -0.1, 0.0, 0.2, 0.5, 0.8, 1.0, 1.3, 2.5}) {
      for (const double b : {-0.3, 0.0, 0.1, 0.5, 0.6, 0.9, 1.0, 1.4}) {
        if constexpr (C::Model::distortion_names.size() == 2) {
          all.push_back({a, b});
        } else {
          all.push_back({a, 0.0, 0.0, 0.0, 0.0});
          all.push_back({a, b - 0.5, 0.02, 0.0, 0.0});
        }
      }
    }
    return all;
  }
};
using Cases = ::testing::Types<Case<Eucm, EucmPaper>, Case<DoubleSphere, DoubleSpherePaper>,
                               Case<Omni, OmniPaper>>;
TYPED_TEST_SUITE(SphereModel, Cases, CaseName);

std::string numbers_text(const Parameters& k) {
  std::string result = "distortion";
  for (const double value : k) result += " " + std::to_string(value);
  return result;
}

TYPED_TEST(SphereModel, ProjectsAsThePaperSays) {
  constexpr unsigned kSeed = 3;
  std::mt19937 random(kSeed);
  std::normal_distribution<double> normal;
  for (const Parameters& k : TypeParam::Model::examples()) {
    SCOPED_TRACE(::testing::Message() << "seed " << kSeed << " " << numbers_text(k));
    const Projector camera = unit_camera(TypeParam::Model::name, k);
    int seen = 0;
    for (int i = 0; i < 2000; ++i) {
      const double x = normal(random), y = normal(random), z = normal(random);
      const Vector3d point(x, y, z);
      const auto pixel = camera.project(point);
      // At the end of the region the denominator suffers from cancellation.
      if (!pixel || pixel->norm() > 1e3) continue;
      ++seen;
      // The same operations in a different order, up to a thousand times worse near the end.
      ASSERT_LT((*pixel - TypeParam::Paper::shape(k, point)).norm(), 1e-11 * (1 + pixel->norm()))
          << point.transpose();
    }
    EXPECT_GT(seen, 900);  // every example sees at least the half in front
  }
}

TYPED_TEST(SphereModel, UnprojectsAsThePapersClosedForm) {
  int compared = 0;
  for (const Parameters& k : this->distortions()) {
    SCOPED_TRACE(numbers_text(k));
    const Projector camera = unit_camera(TypeParam::Model::name, k);
    for (double x = -2; x < 2; x += 0.173) {
      for (double y = -2; y < 2; y += 0.211) {
        const auto expected = TypeParam::Paper::ray(k, {x, y});
        const auto found = camera.unproject({x, y});
        if (!expected || !found) continue;
        ++compared;
        // Newton's method stops at 1e-11 focal lengths; near the end of the valid region the error
        // of the angle is the square root of that.
        ASSERT_LT((*found - *expected).norm(), 1e-5) << x << " " << y;
      }
    }
  }
  EXPECT_GT(compared, 2000);
}

// Brute force: the last angle up to which the formula is defined and the radius grows.
template <class C>
double end_by_steps(const Parameters& k) {
  constexpr double kStep = 1e-3;
  double last = 0;
  for (double theta = kStep; theta < std::numbers::pi; theta += kStep) {
    const double point[3] = {std::sin(theta), 0, std::cos(theta)};
    double shape[2] = {0, 0};
    Parameters radial = k;
    if (radial.size() == 5) radial[3] = radial[4] = 0;
    if (!C::Model::distort(radial.data(), point, shape) || shape[0] <= last) return theta - kStep;
    last = shape[0];
  }
  return std::numbers::pi;
}

TYPED_TEST(SphereModel, TheValidRegionEndsWhereTheRadiusStopsGrowing) {
  for (const Parameters& k : this->distortions()) {
    // The search has an error of one step, at a flat maximum of two.
    EXPECT_NEAR(TypeParam::Model::max_radius(k.data()), end_by_steps<TypeParam>(k), 3e-3)
        << numbers_text(k);
  }
}

// eucm(alpha, 1), double_sphere(0, alpha), and omni(alpha / (1 - alpha)) with a scaled focal length
// are the same lens.
TEST(SphereModels, AgreeForTheUnifiedCamera) {
  for (const double alpha : {0.0, 0.2, 0.5, 0.7}) {
    const double xi = alpha / (1 - alpha);
    const Projector eucm = unit_camera("eucm", {alpha, 1}),
                    sphere = unit_camera("double_sphere", {0, alpha}),
                    omni = unit_camera("omni", {xi, 0, 0, 0, 0});
    for (double theta = 0; theta < 1.5; theta += 0.1) {
      const Vector3d ray(0.6 * std::sin(theta), -0.8 * std::sin(theta), std::cos(theta));
      const Vector2d expected = *eucm.project(ray);
      EXPECT_LT((*sphere.project(ray) - expected).norm(), 1e-12) << alpha << " " << theta;
      EXPECT_LT((*omni.project(ray) * (1 + xi) - expected).norm(), 1e-12) << alpha << " " << theta;
    }
  }
}

// The valid region in the paper of the double sphere is slightly smaller than the exact one.
TEST(SphereModels, TheDoubleSphereContainsTheRegionOfItsPaper) {
  for (const double xi : {-0.3, -0.1, 0.2, 0.6}) {
    for (const double alpha : {0.2, 0.5, 0.6, 0.8}) {
      const double w1 = alpha > 0.5 ? (1 - alpha) / alpha : alpha / (1 - alpha);
      const double w2 = (w1 + xi) / std::sqrt(2 * w1 * xi + xi * xi + 1);
      const double k[2] = {xi, alpha};
      EXPECT_GE(DoubleSphere::max_radius(k), std::acos(-w2) - 1e-12) << xi << " " << alpha;
    }
  }
}

}  // namespace
}  // namespace calib
