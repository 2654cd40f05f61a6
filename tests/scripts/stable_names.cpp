// The names that docs/cpp-library.md promises to keep, with their types. The test `install`
// compiles this file against the installed headers: a change here is one that users must be told
// of.

#include <type_traits>

#include "calib.hpp"

namespace calib {

template <class Expected, class Found>
inline constexpr bool kSame = std::is_same_v<Expected, Found>;

static_assert(kSame<Calibration (*)(const std::filesystem::path&), decltype(&read_calibration)>);
using ToYaml = std::string (*)(const Calibration&);
[[maybe_unused]] constexpr ToYaml kToYaml = to_yaml;

using Project = std::optional<Eigen::Vector2d> (Projector::*)(const Eigen::Vector3d&) const;
[[maybe_unused]] constexpr Project kProject = &Projector::project;
static_assert(kSame<std::optional<Eigen::Vector3d> (Projector::*)(const Eigen::Vector2d&) const,
                    decltype(&Projector::unproject)>);
static_assert(std::is_constructible_v<Projector, Intrinsics>);
static_assert(kSame<MappedTracks (*)(const Calibration&, const PointTracks&, int),
                    decltype(&project_points)>);

static_assert(
    kSame<std::optional<Pose> (*)(const Calibration&, const Camera&), decltype(&T_cam_world)>);
static_assert(kSame<Eigen::Quaterniond, decltype(Pose::rotation)>);
static_assert(kSame<Eigen::Vector3d, decltype(Pose::translation)>);

using Triangulate = Triangulation (*)(const Calibration&, const PixelTracks&,
                                      const TriangulateOptions&, int);
static_assert(kSame<Triangulate, decltype(&triangulate)>);
static_assert(kSame<std::vector<Eigen::Vector2d>, decltype(PixelTracks::pixels)>);
static_assert(kSame<std::vector<double>, decltype(PixelTracks::sigma_px)>);
static_assert(kSame<Eigen::Vector3d, decltype(Point3d::position)>);
static_assert(kSame<Eigen::Matrix<double, 6, 1>, decltype(Point3d::covariance)>);

using RectifySet = Rectification (*)(const Calibration&, const std::vector<std::string>&,
                                     const ViewRules&, int);
static_assert(kSame<RectifySet, decltype(&rectify_set)>);
static_assert(
    kSame<Rectification (*)(const Camera&, const ViewRules&, int), decltype(&undistort_camera)>);
static_assert(kSame<cv::Mat, decltype(PixelMaps::x)>);
static_assert(std::is_base_of_v<Error, UndeterminedError>);

}  // namespace calib
