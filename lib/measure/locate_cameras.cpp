#include "measure/locate_cameras.hpp"

#include <fmt/format.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <map>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/text.hpp"
#include "measure/control_points.hpp"
#include "measure/parameter_factor.hpp"
#include "solve/joint_covariance.hpp"
#include "solve/pose_from_points.hpp"

namespace calib {
namespace {

constexpr int kLeastPoints = 4;       // three have up to four poses
constexpr int kCheckedPoints = 6;     // with at least this many points, a wrong one can be detected
constexpr double kMostSigmas = 5;     // of a pixel or of a measured position
constexpr double kMostLeftOut = 0.4;  // of all pixels, beyond which the input makes no sense

// The pixels that are used in the fit, and those that were left out.
struct Located {
  ControlNetwork network;
  std::vector<std::string> cameras;   // of the network
  std::vector<std::string> left_out;  // "p3 in cam1"
  std::vector<Finding> findings;
};

std::vector<PointOnRay> rays_of(const ControlNetwork& network, const Projector& lens,
                                std::vector<ControlSight>& sights) {
  std::vector<PointOnRay> points;
  std::vector<ControlSight> kept;
  for (const ControlSight& sight : sights) {
    const auto ray = lens.unproject(sight.pixel);
    if (!ray) continue;
    points.push_back({network.positions[static_cast<std::size_t>(sight.point)], *ray});
    kept.push_back(sight);
  }
  sights = std::move(kept);
  return points;
}

int count_points(const std::vector<ControlSight>& sights) {
  std::vector<int> points;
  for (const ControlSight& sight : sights)
    if (sight.is_used) points.push_back(sight.point);
  std::sort(points.begin(), points.end());
  return static_cast<int>(std::unique(points.begin(), points.end()) - points.begin());
}

std::string sight_text(const Located& located, const ControlSight& sight) {
  return fmt::format("{} in {}",
                     located.network.measured[static_cast<std::size_t>(sight.point)].name,
                     located.cameras[static_cast<std::size_t>(sight.camera)]);
}

// Why the sights cannot place a camera; "" if they can, and then its first pose.
std::string first_pose(const std::vector<PointOnRay>& points, int different, Pose& pose) {
  if (different < kLeastPoints)
    return fmt::format("{} of the points can be used, expected at least {}", different,
                       kLeastPoints);
  std::vector<Eigen::Vector3d> positions;
  positions.reserve(points.size());
  for (const PointOnRay& point : points) positions.push_back(point.in_world);
  if (flatness_of_line(positions) < kLeastFlatness) return "its points lie on one line";
  const auto found = pose_from_points(points);
  if (!found) return "no pose fits its points";
  pose = *found;
  return "";
}

Finding camera_not_placed(const std::string& camera, const std::string& problem) {
  return {.code = FindingCode::kCameraNotPlaced,
          .severity = Severity::kWarning,
          .cameras = {camera},
          .words = {{"problem", problem}}};
}

void add_camera(const Camera& camera, std::vector<ControlSight> sights, Located& located) {
  Projector lens(*camera.intrinsics);
  const std::vector<PointOnRay> points = rays_of(located.network, lens, sights);
  Pose pose;
  std::string problem = first_pose(points, count_points(sights), pose);
  const int index = static_cast<int>(located.cameras.size());
  located.cameras.push_back(camera.name);
  std::vector<std::string> wrong;
  for (std::size_t i = 0; problem.empty() && i < sights.size(); ++i) {
    sights[i].camera = index;
    sights[i].is_used = ray_angle(points[i], pose) < kGrossAngle_rad;
    if (!sights[i].is_used) wrong.push_back(sight_text(located, sights[i]));
  }
  const int fitting = problem.empty() ? count_points(sights) : 0;
  if (problem.empty() && fitting < kLeastPoints)
    problem = fmt::format("no pose fits more than {} of its points", fitting);
  if (!problem.empty()) {
    located.cameras.pop_back();
    located.findings.push_back(camera_not_placed(camera.name, problem));
    return;
  }
  located.left_out.insert(located.left_out.end(), wrong.begin(), wrong.end());
  located.network.lenses.push_back(std::move(lens));
  located.network.T_cam_world.push_back(pose);
  located.network.sights.insert(located.network.sights.end(), sights.begin(), sights.end());
}

// For each camera of the tracks the pixels of measured points.
std::vector<std::vector<ControlSight>> sights_of(const AlignInputs& inputs) {
  const PixelTracks& tracks = *inputs.pixels;
  std::map<std::string, int> index;
  for (std::size_t i = 0; i < inputs.points.size(); ++i)
    index[inputs.points[i].name] = static_cast<int>(i);
  std::vector<std::vector<ControlSight>> sights(tracks.cameras.size());
  for (std::size_t key = 0; key < tracks.keys.size(); ++key) {
    const auto point = index.find(tracks.points[static_cast<std::size_t>(tracks.keys[key].point)]);
    if (point == index.end()) continue;
    for (std::size_t c = 0; c < tracks.cameras.size(); ++c) {
      const std::size_t at = tracks.at(key, c);
      if (!tracks.pixels[at].allFinite()) continue;
      const double stated = tracks.sigma_px.empty() ? 0 : tracks.sigma_px[at];
      sights[c].push_back(
          {0, point->second, tracks.pixels[at], stated > 0 ? stated : inputs.sigma_px});
    }
  }
  return sights;
}

Located first_network(const Calibration& lenses, const AlignInputs& inputs) {
  Located located;
  located.network.measured = inputs.points;
  for (const MeasuredPoint& point : inputs.points)
    located.network.positions.push_back(point.position_m);
  const std::vector<std::vector<ControlSight>> sights = sights_of(inputs);
  for (std::size_t c = 0; c < sights.size(); ++c) {
    const Camera* camera = find_camera(lenses, inputs.pixels->cameras[c]);
    require(camera != nullptr, unknown_camera_text(lenses, inputs.pixels->cameras[c]));
    require(camera->intrinsics.has_value(),
            fmt::format("{} has no lens, expected one: `calib intrinsics` finds it", camera->name));
    add_camera(*camera, sights[c], located);
  }
  return located;
}

// The standard deviation with which an error is compared: a stated one, or what most errors show,
// which a few wrong ones do not change.
double usual_sigma(const ControlNetwork& network, double freedom) {
  constexpr double kMedianOfRayleigh = 1.1774, kLeast_px = 0.01;
  std::vector<double> lengths;
  for (const ControlSight& sight : network.sights)
    if (sight.is_used && sight.sigma_px == 0) lengths.push_back(error_of(network, sight).norm());
  if (lengths.empty()) return network.sigma_px;
  const double share = std::clamp(freedom / (2 * static_cast<double>(lengths.size())), 0.05, 1.0);
  return std::max(kLeast_px, median(lengths) / kMedianOfRayleigh / std::sqrt(share));
}

// Leaves out the worst pixel, or the point whose position is the worst, if it is beyond
// kMostSigmas.
bool leave_out_worst(Located& located, double usual_px) {
  ControlNetwork& network = located.network;
  ControlSight* worst = nullptr;
  double most = kMostSigmas;
  std::size_t point = network.measured.size();
  for (ControlSight& sight : network.sights) {
    const double sigma = sight.sigma_px > 0 ? sight.sigma_px : usual_px;
    const double off = error_of(network, sight).norm() / sigma;
    if (!sight.is_used || off <= most) continue;
    most = off;
    worst = &sight;
  }
  for (std::size_t i = 0; i < network.measured.size(); ++i) {
    const MeasuredPoint& measured = network.measured[i];
    if (!(measured.sigma_m > 0)) continue;
    const double off = (measured.position_m - network.positions[i]).norm() / measured.sigma_m;
    if (off <= most) continue;
    most = off;
    point = i;
  }
  if (point < network.measured.size()) {
    for (ControlSight& sight : network.sights)
      if (static_cast<std::size_t>(sight.point) == point) sight.is_used = false;
    network.positions[point] = network.measured[point].position_m;
    located.left_out.push_back(network.measured[point].name);
    return true;
  }
  if (!worst) return false;
  worst->is_used = false;
  located.left_out.push_back(sight_text(located, *worst));
  return true;
}

// The fit, with the standard deviation of pixels that state none.
ControlErrors fit_with_sigma(ControlNetwork& network) {
  constexpr int kRounds = 4;
  ControlErrors errors;
  for (int round = 0; round < kRounds; ++round) {
    adjust(network);
    errors = errors_of(network);
    if (errors.shown_sigma_px <= 0) break;
    network.sigma_px = std::max(1e-6, errors.shown_sigma_px);
  }
  return errors;
}

std::vector<ControlSight> sights_of_camera(const Located& located, std::size_t camera) {
  std::vector<ControlSight> own;
  for (const ControlSight& sight : located.network.sights)
    if (static_cast<std::size_t>(sight.camera) == camera) own.push_back(sight);
  return own;
}

// Takes a camera and its pixels out of the network.
void remove_camera(Located& located, std::size_t camera) {
  const auto index = static_cast<std::ptrdiff_t>(camera);
  ControlNetwork& network = located.network;
  std::erase_if(network.sights, [&](const ControlSight& sight) { return sight.camera == index; });
  for (ControlSight& sight : network.sights)
    if (sight.camera > index) --sight.camera;
  network.lenses.erase(network.lenses.begin() + index);
  network.T_cam_world.erase(network.T_cam_world.begin() + index);
  located.cameras.erase(located.cameras.begin() + index);
}

// Takes out the first camera whose points that fit have become too few for a pose.
bool remove_unplaced_camera(Located& located) {
  for (std::size_t c = 0; c < located.cameras.size(); ++c) {
    const int points = count_points(sights_of_camera(located, c));
    if (points >= kLeastPoints) continue;
    located.findings.push_back(camera_not_placed(
        located.cameras[c],
        fmt::format("only {} of its points fit, expected at least {}", points, kLeastPoints)));
    remove_camera(located, c);
    return true;
  }
  return false;
}

void require_cameras(const Located& located) {
  require(!located.cameras.empty(),
          located.findings.empty()
              ? std::string("--pixels: no camera sees a point")
              : fmt::format("no camera can be placed: {}", message_text(located.findings.front())));
}

ControlErrors fit_robustly(Located& located) {
  ControlErrors errors = fit_with_sigma(located.network);
  const auto most =
      static_cast<std::size_t>(kMostLeftOut * static_cast<double>(located.network.sights.size()));
  while (remove_unplaced_camera(located) ||
         leave_out_worst(located, usual_sigma(located.network, errors.freedom))) {
    require_cameras(located);
    require(located.left_out.size() <= most,
            fmt::format(
                "--points: {} of {} pixels do not fit the measured points (first {}): check "
                "the names, the unit, and the lenses",
                located.left_out.size(), located.network.sights.size(), located.left_out.front()));
    errors = fit_with_sigma(located.network);
  }
  return errors;
}

// Says which cameras have few points, and what was left out.
void add_findings(Located& located) {
  for (std::size_t c = 0; c < located.cameras.size(); ++c) {
    const int points = count_points(sights_of_camera(located, c));
    if (points >= kCheckedPoints) continue;
    located.findings.push_back({.code = FindingCode::kFewPoints,
                                .severity = Severity::kWarning,
                                .cameras = {located.cameras[c]},
                                .numbers = {{"points", static_cast<double>(points)}}});
  }
  if (located.left_out.empty()) return;
  located.findings.push_back(
      {.code = FindingCode::kPointsDisagree,
       .severity = Severity::kWarning,
       .numbers = {{"left_out", static_cast<double>(located.left_out.size())}},
       .words = {{"points", join(located.left_out, ", ")}}});
}

// The derivatives of T_world_rig and of all T_cam_rig (6 rows each) by the motions of all
// T_cam_world, where the frame of the rig is that of camera `reference`.
Eigen::MatrixXd rig_by_world(const std::vector<Pose>& T_cam_world, std::size_t reference) {
  const Eigen::Index count = static_cast<Eigen::Index>(T_cam_world.size());
  const Pose& T_ref_world = T_cam_world[reference];
  const Pose T_world_rig = T_ref_world.inverse();
  const Eigen::Matrix3d back = T_world_rig.rotation.toRotationMatrix();
  Eigen::Matrix<double, 6, 6> world = Eigen::Matrix<double, 6, 6>::Zero();
  world.topLeftCorner<3, 3>() = -back;
  world.bottomLeftCorner<3, 3>() = -back * cross_matrix(T_ref_world.translation);
  world.bottomRightCorner<3, 3>() = -back;
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(6 * (count + 1), 6 * count);
  const Eigen::Index ref = 6 * static_cast<Eigen::Index>(reference);
  result.block<6, 6>(0, ref) = world;
  for (Eigen::Index c = 0; c < count; ++c) {
    if (6 * c == ref) continue;  // exact by definition
    const Eigen::Matrix3d turn =
        T_cam_world[static_cast<std::size_t>(c)].rotation.toRotationMatrix();
    auto rows = result.middleRows<6>(6 * (c + 1));
    rows.block<3, 3>(0, 6 * c).setIdentity();
    rows.block<3, 3>(3, 6 * c) = -cross_matrix(turn * T_world_rig.translation);
    rows.block<3, 3>(3, 6 * c + 3).setIdentity();
    rows.block<3, 6>(0, ref) += turn * world.topRows<3>();
    rows.block<3, 6>(3, ref) += turn * world.bottomRows<3>();
  }
  return result;
}

// The lenses of the placed cameras, whose errors are those of the calibration that gave them.
ParameterFactor lens_errors(Calibration lenses, const std::vector<std::string>& cameras) {
  for (Camera& camera : lenses.cameras) {
    camera.T_cam_rig = Pose{};
    camera.std.rotation_rad.reset();
    camera.std.translation_m.reset();
  }
  return parameter_factor(lenses, cameras);
}

// Columns of independent unit errors behind the lenses (rows: the parameters that have errors) and
// the poses (6 rows per camera, world frame).
struct Spread {
  Eigen::MatrixXd lenses, poses;
};

Spread spread_of(const ControlErrors& errors, const ParameterFactor& lenses, std::size_t factor) {
  const Eigen::MatrixXd noise = errors.noise * std::pow(std::max(1.0, errors.chi), 2);
  const Eigen::MatrixXd root = noise.llt().matrixL();
  Eigen::Index rows = 0;
  for (const ParameterRows& each : lenses.cameras)
    rows += static_cast<Eigen::Index>(each.lens.size());
  const Eigen::Index inner = lenses.factors.empty() ? 0 : lenses.factors[factor].cols();
  Spread spread{Eigen::MatrixXd::Zero(rows, inner + root.cols()),
                Eigen::MatrixXd::Zero(root.rows(), inner + root.cols())};
  spread.poses.rightCols(root.cols()) = root;
  Eigen::Index row = 0;
  for (std::size_t c = 0; c < lenses.cameras.size(); ++c) {
    for (std::size_t k = 0; k < lenses.cameras[c].lens.size(); ++k, ++row) {
      const Eigen::Index from = lenses.cameras[c].first + static_cast<Eigen::Index>(k);
      const Eigen::VectorXd one =
          lenses.std[from] * lenses.factors[factor].row(from).transpose().cast<double>();
      spread.lenses.row(row).head(inner) = one.transpose();
      spread.poses.leftCols(inner) +=
          errors.by_lens.col(errors.first_lens[c] + lenses.cameras[c].lens[k]) * one.transpose();
    }
  }
  return spread;
}

// The larger of what is there and this.
void take_larger(std::optional<Eigen::Vector3d>& std, const Eigen::Vector3d& variance) {
  const Eigen::Vector3d own = variance.cwiseMax(0).cwiseSqrt();
  std = std ? std->cwiseMax(own).eval() : own;
}

void set_camera_std(const Eigen::MatrixXd& rows, Camera& camera) {
  const auto variance = [](const Eigen::MatrixXd& r) {
    return Eigen::Vector3d(r.rowwise().squaredNorm());
  };
  take_larger(camera.std.rotation_rad, variance(rows.topRows(3)));
  take_larger(camera.std.translation_m, variance(rows.bottomRows(3)));
  const Eigen::MatrixXd center =
      -camera.T_cam_rig->rotation.toRotationMatrix().transpose() *
      (rows.bottomRows(3) + cross_matrix(camera.T_cam_rig->translation) * rows.topRows(3));
  take_larger(camera.std.center_m, variance(center));
}

std::vector<JointCovariance::Columns> columns_of(const Located& located,
                                                 const ParameterFactor& lenses,
                                                 std::size_t reference) {
  std::vector<JointCovariance::Columns> columns;
  for (std::size_t c = 0; c < located.cameras.size(); ++c)
    columns.push_back({located.cameras[c], lenses.cameras[c].lens, c != reference});
  std::erase_if(columns, [](const auto& each) { return each.count() == 0; });
  return columns;
}

// The rows of Spread in the order of the columns of a JointCovariance.
Eigen::MatrixXd rows_of(const Spread& spread, const Eigen::MatrixXd& rig,
                        const ParameterFactor& lenses, std::size_t reference) {
  const auto cameras = static_cast<Eigen::Index>(lenses.cameras.size());
  Eigen::MatrixXd rows(spread.lenses.rows() + 6 * (cameras - 1), rig.cols());
  Eigen::Index lens = 0, at = 0;
  for (Eigen::Index c = 0; c < cameras; ++c) {
    const auto count =
        static_cast<Eigen::Index>(lenses.cameras[static_cast<std::size_t>(c)].lens.size());
    rows.middleRows(at, count) = spread.lenses.middleRows(lens, count);
    lens += count;
    at += count;
    if (c == static_cast<Eigen::Index>(reference)) continue;
    rows.middleRows<6>(at) = rig.middleRows<6>(6 * (c + 1));
    at += 6;
  }
  return rows;
}

// Divides the errors of the world into the part that follows from the errors of the columns, and
// the independent rest.
void link_world(const JointCovariance::Factor& factor, const Eigen::MatrixXd& rows,
                const Eigen::MatrixXd& world_rows, bool is_first, WorldFrame& world) {
  Eigen::Matrix<double, WorldFrame::kCount, Eigen::Dynamic> link(WorldFrame::kCount, rows.rows());
  link.setZero();
  const Eigen::MatrixXd root = factor.std.asDiagonal() * factor.rows;
  link.topRows<6>() =
      root.completeOrthogonalDecomposition().solve(rows * world_rows.transpose()).transpose();
  if (is_first) {
    world.covariance.topLeftCorner<6, 6>() =
        world_rows * world_rows.transpose() - link.topRows<6>() * link.topRows<6>().transpose();
    world.covariance.diagonal() = world.covariance.diagonal().cwiseMax(0).eval();
  }
  world.by_calibration.push_back(std::move(link));
}

void set_errors(const Located& located, const ControlErrors& errors, const Calibration& lenses,
                std::size_t reference, Calibration& result) {
  const ParameterFactor given = lens_errors(lenses, located.cameras);
  const Eigen::MatrixXd by_world = rig_by_world(located.network.T_cam_world, reference);
  JointCovariance covariance{columns_of(located, given, reference), {}};
  const bool is_kept = covariance.size() > 0 && covariance.size() <= kMostKeptColumns;
  for (std::size_t f = 0; f < std::max<std::size_t>(1, given.factors.size()); ++f) {
    const Spread spread = spread_of(errors, given, f);
    const Eigen::MatrixXd rig = by_world * spread.poses;
    for (std::size_t c = 0; c < located.cameras.size(); ++c) {
      if (c != reference)
        set_camera_std(rig.middleRows<6>(6 * static_cast<Eigen::Index>(c + 1)),
                       *find_camera(result, located.cameras[c]));
    }
    const Eigen::MatrixXd world_rows = rig.topRows<6>();
    if (!is_kept) {
      if (f == 0)
        result.world->covariance.topLeftCorner<6, 6>() = world_rows * world_rows.transpose();
      continue;
    }
    const Eigen::MatrixXd rows = rows_of(spread, rig, given, reference);
    covariance.factors.push_back(covariance_factor(rows * rows.transpose()));
    link_world(covariance.factors.back(), rows, world_rows, f == 0, *result.world);
  }
  if (is_kept) result.covariance = std::move(covariance);
}

// The given lenses without their old rig.
Calibration without_rig(const Calibration& lenses) {
  Calibration result = lenses;
  result.world.reset();
  result.covariance.reset();
  result.frames.clear();
  result.rejected.clear();
  result.quality.clear();
  result.findings.clear();
  result.verdict.reset();
  for (Camera& camera : result.cameras) {
    camera.T_cam_rig.reset();
    camera.std.rotation_rad.reset();
    camera.std.translation_m.reset();
    camera.std.center_m.reset();
    camera.time.reset();
  }
  return result;
}

void tell_errors(const Located& located, LocatedRig& rig) {
  const ControlNetwork& network = located.network;
  for (const std::string& name : located.cameras) rig.cameras.push_back({name});
  for (std::size_t i = 0; i < network.measured.size(); ++i)
    rig.points.push_back(
        {network.measured[i].name, network.measured[i].position_m - network.positions[i]});
  for (const ControlSight& sight : network.sights) {
    LocatedCamera& camera = rig.cameras[static_cast<std::size_t>(sight.camera)];
    PointResidual& point = rig.points[static_cast<std::size_t>(sight.point)];
    ++(sight.is_used ? camera.pixels : camera.left_out);
    if (!sight.is_used) continue;
    const double square = error_of(network, sight).squaredNorm();
    camera.rms_px += square;
    point.rms_px += square;
    ++point.pixels;
  }
  for (LocatedCamera& camera : rig.cameras)
    camera.rms_px = std::sqrt(camera.rms_px / camera.pixels);
  for (PointResidual& point : rig.points)
    if (point.pixels > 0) point.rms_px = std::sqrt(point.rms_px / point.pixels);
  rig.sigma_px = network.sigma_px;
}

std::size_t reference_of(const Located& located, const std::string& asked) {
  if (asked.empty()) return 0;
  const auto found = std::find(located.cameras.begin(), located.cameras.end(), asked);
  require(found != located.cameras.end(),
          fmt::format("--reference: '{}' could not be placed, {}", asked,
                      expected_one_of(asked, located.cameras)));
  return static_cast<std::size_t>(found - located.cameras.begin());
}

}  // namespace

LocatedRig locate_cameras(const Calibration& lenses, const AlignInputs& inputs,
                          const std::string& reference) {
  require_known_names(inputs);
  Located located = first_network(lenses, inputs);
  require_cameras(located);
  const ControlErrors errors = fit_robustly(located);
  add_findings(located);
  const std::size_t ref = reference_of(located, reference);
  LocatedRig rig{without_rig(lenses)};
  Calibration& result = rig.calibration;
  result.reference_camera = located.cameras[ref];
  const Pose T_world_rig = located.network.T_cam_world[ref].inverse();
  result.world = WorldFrame{T_world_rig};
  tell_errors(located, rig);
  for (std::size_t c = 0; c < located.cameras.size(); ++c) {
    Camera& camera = *find_camera(result, located.cameras[c]);
    camera.T_cam_rig = c == ref ? Pose{} : located.network.T_cam_world[c] * T_world_rig;
    camera.reprojection_rms_px = rig.cameras[c].rms_px;
  }
  set_errors(located, errors, lenses, ref, result);
  result.findings = located.findings;
  return rig;
}

}  // namespace calib
