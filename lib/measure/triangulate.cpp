#include "measure/triangulate.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "base/errors.hpp"
#include "base/median.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "measure/chi_square.hpp"
#include "measure/prepared_rig.hpp"
#include "measure/rig_camera.hpp"

namespace calib {
namespace {

// A point of which this part of its distance is one standard deviation of its depth is at infinity
// for the cameras.
constexpr double kMostDepthError = 0.25;
// Residuals beyond this quantile of the normal distribution contradict each other.
constexpr double kOutlierSigmas = 4.5;
// With fewer redundant pixels than this, their noise cannot be estimated from the residuals.
constexpr std::size_t kFewestResiduals = 10;
constexpr double kUsualSigma_px = 1;
constexpr std::size_t kBlock = 64;  // keys that are worked on together

using Cameras = std::vector<std::unique_ptr<RigCamera>>;

struct Sight {
  int camera = 0;
  Eigen::Vector2d pixel;
  double weight = 1;  // 1 / sigma
};
using Sights = std::vector<Sight>;

// A point that fits its sights best.
struct Fit {
  Eigen::Vector3d point;
  Eigen::Matrix3d inverse;  // of the information of the sights
  double chi_square = 0;
};

enum class State { kKnown, kTooFewViews, kFarAway };

// The point nearest to all rays. Returns false if they are parallel, or if it is behind a camera.
bool nearest_to_rays(const Cameras& cameras, const Sights& sights, Eigen::Vector3d& point) {
  Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
  Eigen::Vector3d right = Eigen::Vector3d::Zero();
  std::array<Eigen::Vector3d, 16> directions;
  for (std::size_t i = 0; i < sights.size(); ++i) {
    const RigCamera& camera = *cameras[static_cast<std::size_t>(sights[i].camera)];
    const Eigen::Vector3d ray =
        camera.rays.ray(camera.lens, sights[i].pixel).value_or(Eigen::Vector3d(0, 0, 1));
    const Eigen::Vector3d direction = (camera.R_cam_rig.transpose() * ray).normalized();
    if (i < directions.size()) directions[i] = direction;
    const Eigen::Matrix3d across = Eigen::Matrix3d::Identity() - direction * direction.transpose();
    normal += across;
    right += across * camera.center_m;
  }
  bool regular = false;
  Eigen::Matrix3d inverse;
  normal.computeInverseWithCheck(inverse, regular, 1e-14);
  if (!regular) return false;
  point = inverse * right;
  for (std::size_t i = 0; i < std::min(sights.size(), directions.size()); ++i) {
    const RigCamera& camera = *cameras[static_cast<std::size_t>(sights[i].camera)];
    if (!(directions[i].dot(point - camera.center_m) > 0)) return false;
  }
  return point.allFinite();
}

// Gauss-Newton on the reprojection errors. Returns nullopt if the sights have no common point in
// front of their cameras.
std::optional<Fit> fit_point(const Cameras& cameras, const Sights& sights) {
  constexpr int kMostSteps = 20;
  constexpr double kSmallDecrease = 1e-8;  // of chi^2
  Fit fit;
  if (!nearest_to_rays(cameras, sights, fit.point)) return std::nullopt;
  PixelJacobian at;
  for (int step = 0; step < kMostSteps; ++step) {
    Eigen::Matrix3d information = Eigen::Matrix3d::Zero();
    Eigen::Vector3d gradient = Eigen::Vector3d::Zero();
    fit.chi_square = 0;
    for (const Sight& sight : sights) {
      const RigCamera& camera = *cameras[static_cast<std::size_t>(sight.camera)];
      if (!camera.lens.project(camera.R_cam_rig * fit.point + camera.t_cam_rig,
                               Projector::Wanted::kByPoint, at))
        return std::nullopt;
      const Eigen::Vector2d error = sight.weight * (at.pixel - sight.pixel);
      const Eigen::Matrix<double, 2, 3> jacobian = sight.weight * at.by_point * camera.R_cam_rig;
      information.noalias() += jacobian.transpose() * jacobian;
      gradient.noalias() += jacobian.transpose() * error;
      fit.chi_square += error.squaredNorm();
    }
    bool regular = false;
    information.computeInverseWithCheck(fit.inverse, regular, 0.0);
    if (!regular) return std::nullopt;
    const Eigen::Vector3d change = fit.inverse * gradient;
    const double decrease = gradient.dot(change);
    if (!std::isfinite(decrease)) return std::nullopt;
    fit.point -= change;
    fit.chi_square -= std::min(decrease, fit.chi_square);
    // The next step would be about the square of this one.
    if (decrease < kSmallDecrease * std::max(1.0, fit.chi_square)) break;
  }
  return fit;
}

int redundancy(const Sights& sights) { return 2 * static_cast<int>(sights.size()) - 3; }

class Triangulator {
 public:
  Triangulator(const Calibration& calibration, const PreparedRig& rig, const PixelTracks& tracks,
               const TriangulateOptions& options)
      : calibration_(calibration),
        tracks_(tracks),
        options_(options),
        cameras_(rig.cameras),
        factor_(rig.factor) {
    for (const Eigen::MatrixXf& factor : factor_.factors)
      transposed_.emplace_back(factor.transpose());
    linked_ = calibration.world && !calibration.world->by_calibration.empty() &&
              calibration.world->by_calibration.size() == transposed_.size();
    if (!linked_) return;
    for (const auto& each : calibration.world->by_calibration)
      links_.emplace_back(each.cast<float>());
  }

  Triangulation run(int jobs);

 private:
  // The sums over one block of keys; blocks are summed in their order.
  struct Sums {
    std::vector<long> contradicted, used;
    std::vector<double> squares;
    std::vector<State> states;
    long disagreeing = 0;
    double largest_px = 0;  // of these
  };
  // The derivatives of all points of a block by the parameters of the cameras.
  struct Block {
    Eigen::MatrixXf answers;  // parameters x 3 per point
    std::vector<std::size_t> keys;
    Eigen::MatrixXf spread;
  };

  void count_pixels(Triangulation& result) const;
  // Scales are those of the pixels of each camera; 0 leaves it out.
  using Scales = std::vector<double>;
  void take_sights(std::size_t key, const Scales& scales, Sights& sights) const;
  void take_sights(std::size_t key, Sights& sights) const {
    take_sights(key, Scales(cameras_.size(), 1), sights);
  }
  long sights_of(std::size_t key, const Scales& scales) const;
  double noise_px(const std::vector<std::size_t>& keys, const Scales& scales) const;
  PictureFactor factor_of(const std::vector<std::size_t>& keys, std::optional<std::size_t> camera,
                          int jobs) const;
  std::vector<std::size_t> doubtful_cameras(const std::vector<std::size_t>& keys) const;
  void doubt_size(int jobs, Triangulation& result) const;
  void find_sigma(int jobs, Triangulation& result);
  State solve(std::size_t key, Sights& sights, Fit& fit, Sums& sums) const;
  std::optional<Fit> without_outliers(Sights& sights, Sums& sums) const;
  bool contradict(const Sights& sights, const Fit& fit) const {
    return redundancy(sights) > 0 &&
           fit.chi_square > chi_limit_ * chi_square_quantile(redundancy(sights), kOutlierSigmas);
  }
  bool is_far(const Sights& sights, const Fit& fit) const;
  void solve_block(std::size_t block, Triangulation& result, Sums& sums) const;
  void add_answers(const Sights& sights, const Fit& fit, Point3d& point, Block& block,
                   Sums& sums) const;
  void add_calibration_errors(Block& block, Triangulation& result) const;
  void to_world(Point3d& point) const;
  Eigen::Matrix<double, 3, WorldFrame::kCount> by_world(const Eigen::Vector3d& in_rig) const;

  const Calibration& calibration_;
  const PixelTracks& tracks_;
  TriangulateOptions options_;
  const Cameras& cameras_;
  const ParameterFactor& factor_;
  std::vector<Eigen::MatrixXf> transposed_;
  bool linked_ = false;  // the world's errors depend on those of the calibration
  std::vector<Eigen::Matrix<float, WorldFrame::kCount, Eigen::Dynamic>> links_;
  double sigma_px_ = 1, chi_limit_ = 1;
};

void Triangulator::count_pixels(Triangulation& result) const {
  const std::size_t count = tracks_.cameras.size();
  result.cameras.resize(count);
  for (std::size_t c = 0; c < count; ++c) {
    CameraUse& use = result.cameras[c];
    use.camera = tracks_.cameras[c];
    use.posed = cameras_[c] != nullptr;
    if (!use.posed) continue;
    const ImageSize size = cameras_[c]->lens.intrinsics().image_size;
    Eigen::Vector2d first_outside;
    for (std::size_t key = 0; key < tracks_.keys.size(); ++key) {
      const Eigen::Vector2d& pixel = tracks_.pixels[tracks_.at(key, c)];
      if (!pixel.allFinite()) continue;
      ++use.pixels;
      if (is_inside(pixel, size)) continue;
      if (use.outside++ == 0) first_outside = pixel;
    }
    require(2 * use.outside <= use.pixels || use.pixels < 2,
            fmt::format("{} of {} pixels of {} are outside its {} picture, the first at ({}, {}): "
                        "give pixels of pictures of the size that was calibrated",
                        use.outside, use.pixels, use.camera, to_text(size),
                        to_text(first_outside.x(), 1), to_text(first_outside.y(), 1)));
  }
}

void Triangulator::take_sights(std::size_t key, const Scales& scales, Sights& sights) const {
  sights.clear();
  for (std::size_t c = 0; c < cameras_.size(); ++c) {
    const std::size_t at = tracks_.at(key, c);
    const Eigen::Vector2d pixel =
        scales[c] == 1 ? tracks_.pixels[at]
                       : Eigen::Vector2d((scales[c] * (tracks_.pixels[at].array() + 0.5)) - 0.5);
    if (!cameras_[c] || scales[c] == 0 || !pixel.allFinite() ||
        !is_inside(pixel, cameras_[c]->lens.intrinsics().image_size))
      continue;
    double sigma = tracks_.sigma_px.empty() ? kMissing : tracks_.sigma_px[at];
    if (!(sigma > 0)) sigma = sigma_px_;
    sights.push_back({static_cast<int>(c), pixel, 1 / sigma});
  }
}

// The noise of the pixels, and how much larger than stated it is, from the median over the points.
// Points with an outlier are a minority.
void Triangulator::find_sigma(int jobs, Triangulation& result) {
  constexpr std::size_t kMostKeys = 20'000;
  const std::size_t stride = std::max<std::size_t>(1, tracks_.keys.size() / kMostKeys);
  const std::size_t count = (tracks_.keys.size() + stride - 1) / stride;
  std::vector<double> ratios(count, kMissing);
  std::vector<int> redundant(count);
  const bool wanted = !(options_.sigma_px > 0);
  sigma_px_ = wanted ? kUsualSigma_px : options_.sigma_px;
  parallel_for((count + kBlock - 1) / kBlock, jobs, [&](std::size_t block) {
    Sights sights;
    for (std::size_t i = block * kBlock; i < std::min(count, (block + 1) * kBlock); ++i) {
      take_sights(i * stride, sights);
      if (sights.size() < 2) continue;
      const auto fit = fit_point(cameras_, sights);
      if (!fit) continue;
      redundant[i] = redundancy(sights);
      ratios[i] = fit->chi_square / chi_square_quantile(redundant[i], 0);
    }
  });
  std::size_t redundancies = 0;
  std::vector<double> known;
  for (std::size_t i = 0; i < count; ++i) {
    if (std::isnan(ratios[i])) continue;
    known.push_back(ratios[i]);
    redundancies += static_cast<std::size_t>(redundant[i]);
  }
  const bool stated = std::any_of(tracks_.sigma_px.begin(), tracks_.sigma_px.end(),
                                  [](double sigma) { return sigma > 0; });
  if (wanted && !stated) result.sigma_from = SigmaSource::kAssumed;
  if (redundancies >= kFewestResiduals) {
    const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
    std::nth_element(known.begin(), middle, known.end());
    constexpr double kLeastSigma_px = 1e-6;
    if (wanted && !stated) {
      sigma_px_ = std::max(kLeastSigma_px, kUsualSigma_px * std::sqrt(*middle));
      result.sigma_from = SigmaSource::kResiduals;
    } else {
      chi_limit_ = std::max(1.0, *middle);
    }
  }
  result.sigma_px = sigma_px_;
}

bool Triangulator::is_far(const Sights& sights, const Fit& fit) const {
  Eigen::Vector3d center = Eigen::Vector3d::Zero();
  for (const Sight& sight : sights)
    center += cameras_[static_cast<std::size_t>(sight.camera)]->center_m;
  const Eigen::Vector3d arm = fit.point - center / static_cast<double>(sights.size());
  // The variance along the arm, relative to its square.
  const double variance = arm.dot(fit.inverse * arm) / arm.squaredNorm();
  return !(variance < kMostDepthError * kMostDepthError * arm.squaredNorm());
}

// The best fit of all sights but one, again and again while the rest contradicts itself. Of three
// sights, the two that remain must agree where no other two do.
std::optional<Fit> Triangulator::without_outliers(Sights& sights, Sums& sums) const {
  std::optional<Fit> fit = fit_point(cameras_, sights);
  while (sights.size() >= 3 && (!fit || contradict(sights, *fit))) {
    std::optional<Fit> best;
    std::size_t without = 0;
    int agreeing = 0;
    Sights rest;
    for (std::size_t i = 0; i < sights.size(); ++i) {
      rest = sights;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      const std::optional<Fit> other = fit_point(cameras_, rest);
      if (!other) continue;
      agreeing += contradict(rest, *other) ? 0 : 1;
      if (best && best->chi_square <= other->chi_square) continue;
      best = other;
      without = i;
    }
    if (!best || (sights.size() == 3 && agreeing != 1)) break;
    ++sums.contradicted[static_cast<std::size_t>(sights[without].camera)];
    sights.erase(sights.begin() + static_cast<std::ptrdiff_t>(without));
    fit = best;
  }
  return fit;
}

State Triangulator::solve(std::size_t key, Sights& sights, Fit& fit, Sums& sums) const {
  take_sights(key, sights);
  if (sights.size() < 2) return State::kTooFewViews;
  const std::optional<Fit> found = without_outliers(sights, sums);
  if (!found || is_far(sights, *found)) return State::kFarAway;
  if (static_cast<int>(sights.size()) < options_.min_views) return State::kTooFewViews;
  fit = *found;
  return State::kKnown;
}

// The derivatives of a point by the parameters follow from the normal equations: dX = -H^-1 J' W
// (dpixel / dparameters), as the point moves to where the errors are again the smallest.
void Triangulator::add_answers(const Sights& sights, const Fit& fit, Point3d& point, Block& block,
                               Sums& sums) const {
  const auto column = 3 * static_cast<Eigen::Index>(block.keys.size());
  PixelJacobian at;
  Eigen::Matrix<double, 3, Eigen::Dynamic, 0, 3, 6> by_pose(3, 6);
  double squares = 0;
  for (const Sight& sight : sights) {
    const auto c = static_cast<std::size_t>(sight.camera);
    const RigCamera& camera = *cameras_[c];
    const ParameterRows& rows = factor_.cameras[c];
    const Eigen::Vector3d arm = camera.R_cam_rig * fit.point;
    const bool by_lens = !rows.lens.empty();
    if (!camera.lens.project(arm + camera.t_cam_rig,
                             by_lens ? Projector::Wanted::kByAll : Projector::Wanted::kByPoint, at))
      continue;
    const double square = (at.pixel - sight.pixel).squaredNorm();
    squares += square;
    sums.squares[c] += square;
    ++sums.used[c];
    const Eigen::Matrix<double, 3, 2> gain =
        -sight.weight * sight.weight * fit.inverse * (at.by_point * camera.R_cam_rig).transpose();
    for (std::size_t k = 0; k < rows.lens.size(); ++k) {
      const auto row = rows.first + static_cast<Eigen::Index>(k);
      const Eigen::Vector3d answer = gain * at.by_parameters.col(rows.lens[k]) * factor_.std[row];
      block.answers.row(row).segment<3>(column) = answer.cast<float>().transpose();
    }
    if (rows.pose < 0) continue;
    const Eigen::Matrix3d by_point = gain * at.by_point;
    by_pose.leftCols<3>() = -by_point * cross_matrix(arm);
    by_pose.rightCols<3>() = by_point;
    for (Eigen::Index k = 0; k < 6; ++k) {
      const Eigen::Index row = rows.pose + k;
      block.answers.row(row).segment<3>(column) =
          (by_pose.col(k) * factor_.std[row]).cast<float>().transpose();
    }
  }
  point.views = static_cast<int>(sights.size());
  point.residual_px = std::sqrt(squares / static_cast<double>(sights.size()));
}

// The derivatives of a point's position in the world by the errors of the world.
Eigen::Matrix<double, 3, WorldFrame::kCount> Triangulator::by_world(
    const Eigen::Vector3d& in_rig) const {
  const Eigen::Vector3d arm = calibration_.world->T_world_rig.rotation * in_rig;
  Eigen::Matrix<double, 3, WorldFrame::kCount> derivatives;
  derivatives << -cross_matrix(arm), Eigen::Matrix3d::Identity(), arm;
  return derivatives;
}

// The errors of the rig's place in the world that come from the calibration's errors are added to
// the errors of the points before their squares are taken, since they partly cancel.
void Triangulator::add_calibration_errors(Block& block, Triangulation& result) const {
  PointTracks& points = result.points;
  std::vector<Eigen::Matrix3d> largest(block.keys.size(), Eigen::Matrix3d::Zero());
  const auto columns = 3 * static_cast<Eigen::Index>(block.keys.size());
  for (std::size_t f = 0; f < transposed_.size(); ++f) {
    block.spread.noalias() = transposed_[f] * block.answers.leftCols(columns);
    for (std::size_t i = 0; i < block.keys.size(); ++i) {
      auto own = block.spread.middleCols<3>(3 * static_cast<Eigen::Index>(i));
      if (options_.keep_spreads)
        result.spreads[f].middleCols<3>(3 * static_cast<Eigen::Index>(block.keys[i])) =
            own.cast<double>();
      if (linked_) {
        const Eigen::Matrix3f to_rig =
            calibration_.world->T_world_rig.rotation.conjugate().toRotationMatrix().cast<float>();
        const Eigen::Matrix<float, 3, WorldFrame::kCount> by =
            to_rig * by_world(points.values[block.keys[i]].position).cast<float>();
        own.topRows(links_[f].cols()) += (by * links_[f]).transpose();
      }
      const Eigen::Matrix3d covariance = (own.transpose() * own).cast<double>();
      if (covariance.trace() > largest[i].trace()) largest[i] = covariance;
    }
  }
  for (std::size_t i = 0; i < block.keys.size(); ++i)
    points.values[block.keys[i]].covariance += to_six(largest[i]);
}

void Triangulator::to_world(Point3d& point) const {
  if (!calibration_.world) return;
  const WorldFrame& world = *calibration_.world;
  const Eigen::Matrix3d R = world.T_world_rig.rotation.toRotationMatrix();
  const Eigen::Matrix<double, 3, WorldFrame::kCount> by = by_world(point.position);
  point.position = world.T_world_rig * point.position;
  point.covariance = to_six(R * to_matrix(point.covariance) * R.transpose() +
                            by * world.covariance * by.transpose());
}

void Triangulator::solve_block(std::size_t number, Triangulation& result, Sums& sums) const {
  PointTracks& points = result.points;
  const std::size_t first = number * kBlock, last = std::min(first + kBlock, points.keys.size());
  sums.contradicted.assign(cameras_.size(), 0);
  sums.used.assign(cameras_.size(), 0);
  sums.squares.assign(cameras_.size(), 0);
  Block block;
  block.answers =
      Eigen::MatrixXf::Zero(factor_.std.size(), 3 * static_cast<Eigen::Index>(last - first));
  Sights sights;
  Fit fit;
  for (std::size_t key = first; key < last; ++key) {
    sums.states.push_back(solve(key, sights, fit, sums));
    if (sums.states.back() != State::kKnown) continue;
    Point3d& point = points.values[key];
    point.position = fit.point;
    point.covariance = to_six(fit.inverse);
    const bool disagrees = fit.chi_square > chi_square_quantile(redundancy(sights), kOutlierSigmas);
    if (options_.keep_spreads) result.noise[key] = fit.inverse;
    add_answers(sights, fit, point, block, sums);
    sums.disagreeing += disagrees;
    if (disagrees) sums.largest_px = std::max(sums.largest_px, point.residual_px);
    block.keys.push_back(key);
  }
  if (!transposed_.empty()) add_calibration_errors(block, result);
  for (const std::size_t key : block.keys) to_world(points.values[key]);
}

// How many cameras that are not left out have a pixel of this point in their pictures.
long Triangulator::sights_of(std::size_t key, const Scales& scales) const {
  Sights sights;
  take_sights(key, sights);
  return std::count_if(sights.begin(), sights.end(), [&](const Sight& sight) {
    return scales[static_cast<std::size_t>(sight.camera)] != 0;
  });
}

// The noise of these points' pixels, as if it was the same for all; infinite if most of them have
// no common point in front of their cameras.
double Triangulator::noise_px(const std::vector<std::size_t>& keys, const Scales& scales) const {
  std::vector<double> ratios;
  ratios.reserve(keys.size());
  Sights sights;
  for (const std::size_t key : keys) {
    take_sights(key, scales, sights);
    // A camera counts with all of its pixels, or it would agree best without them.
    if (static_cast<long>(sights.size()) < sights_of(key, scales)) sights.clear();
    for (Sight& sight : sights) sight.weight = 1;
    const auto fit = sights.size() < 2 ? std::nullopt : fit_point(cameras_, sights);
    ratios.push_back(fit ? fit->chi_square / chi_square_quantile(redundancy(sights), 0)
                         : std::numeric_limits<double>::infinity());
  }
  return std::sqrt(median(std::move(ratios)));
}

// The factor of the pictures of a camera, or of all, with which the noise is the least.
PictureFactor Triangulator::factor_of(const std::vector<std::size_t>& keys,
                                      std::optional<std::size_t> camera, int jobs) const {
  constexpr double kStep = 0.02, kLargest = 5;  // of the logarithm of the factor
  const auto noise_of = [&](double log_factor) {
    const double scale = std::exp(-log_factor);
    Scales scales(cameras_.size(), camera ? 1 : scale);
    if (camera) scales[*camera] = scale;
    // With all pixels in one corner of the pictures they agree, too.
    return noise_px(keys, scales) / (camera ? 1 : scale);
  };
  const int steps = static_cast<int>(std::log(kLargest) / kStep);
  std::vector<double> noises(static_cast<std::size_t>(2 * steps + 1));
  parallel_for(noises.size(), jobs,
               [&](std::size_t i) { noises[i] = noise_of(kStep * (static_cast<int>(i) - steps)); });
  const auto best = std::min_element(noises.begin(), noises.end()) - noises.begin();
  double low = kStep * static_cast<double>(best - steps - 1), high = low + 2 * kStep;
  while (high - low > 1e-5) {  // the noise falls to its least value and rises again
    const double third = (high - low) / 3;
    if (noise_of(low + third) < noise_of(high - third))
      high -= third;
    else
      low += third;
  }
  const double factor = std::exp((low + high) / 2);
  const double noise = noise_of((low + high) / 2) / (camera ? 1 : factor);
  return {camera ? tracks_.cameras[*camera] : "", factor, noise};
}

// The two cameras without which the others agree best.
std::vector<std::size_t> Triangulator::doubtful_cameras(
    const std::vector<std::size_t>& keys) const {
  constexpr std::size_t kMost = 2;
  std::vector<std::pair<double, std::size_t>> noises;
  for (std::size_t c = 0; c < cameras_.size(); ++c) {
    if (!cameras_[c]) continue;
    Scales scales(cameras_.size(), 1);
    scales[c] = 0;
    noises.emplace_back(noise_px(keys, scales), c);
  }
  std::sort(noises.begin(), noises.end());
  std::vector<std::size_t> cameras;
  for (std::size_t i = 0; i < std::min(kMost, noises.size()); ++i)
    cameras.push_back(noises[i].second);
  return cameras;
}

// Whether the pixels are far noisier than the corners of the calibration, and whether they are of
// pictures of another size.
void Triangulator::doubt_size(int jobs, Triangulation& result) const {
  constexpr std::size_t kMostKeys = 60;
  constexpr double kLeastNoise_px = 1, kOverCalibration = 5;
  constexpr double kMostOfWidth = 0.01;  // that noise may be, if a factor explains the rest
  constexpr double kMuchSmaller = 0.25, kLeastChange = 0.02;
  std::vector<std::size_t> keys;
  std::size_t redundancies = 0;
  const std::size_t stride = std::max<std::size_t>(1, tracks_.keys.size() / kMostKeys);
  Sights sights;
  for (std::size_t key = 0; key < tracks_.keys.size(); key += stride) {
    take_sights(key, sights);
    if (sights.size() < 2) continue;
    redundancies += static_cast<std::size_t>(redundancy(sights));
    keys.push_back(key);
  }
  if (redundancies < kFewestResiduals) return;
  double corners_px = 0;
  int width = 0;
  for (std::size_t c = 0; c < cameras_.size(); ++c) {
    if (!cameras_[c]) continue;
    const Camera* camera = find_camera(calibration_, tracks_.cameras[c]);
    corners_px = std::max(corners_px, camera->reprojection_rms_px.value_or(0) / std::sqrt(2));
    width = std::max(width, camera->image_size.width);
  }
  const double noise = noise_px(keys, Scales(cameras_.size(), 1));
  if (!(noise > std::max(kLeastNoise_px, kOverCalibration * corners_px))) return;
  std::vector<PictureFactor> factors = {factor_of(keys, std::nullopt, jobs)};
  for (const std::size_t camera : doubtful_cameras(keys))
    factors.push_back(factor_of(keys, camera, jobs));
  const PictureFactor best = *std::min_element(
      factors.begin(), factors.end(),
      [](const PictureFactor& a, const PictureFactor& b) { return a.noise_px < b.noise_px; });
  if (best.noise_px < std::min(kMuchSmaller * noise, kMostOfWidth * width) &&
      std::abs(best.factor - 1) > kLeastChange)
    result.picture_factor = best;
  if (result.picture_factor || noise > kMostOfWidth * width) result.large_noise_px = noise;
}

Triangulation Triangulator::run(int jobs) {
  require(
      cameras_.size() >= 2,
      fmt::format("the points have pixels of one camera only, {}: expected those of two cameras "
                  "or more",
                  tracks_.cameras.front()));
  const long posed = std::count_if(cameras_.begin(), cameras_.end(),
                                   [](const auto& camera) { return camera != nullptr; });
  require(posed >= 2,
          fmt::format("{} of the {} cameras of the points have a lens and a pose in the "
                      "calibration, expected at least two: solve their poses with `calib "
                      "extrinsics`",
                      posed, cameras_.size()));
  Triangulation result;
  result.source = factor_.source;
  count_pixels(result);
  find_sigma(jobs, result);
  if (!options_.keep_spreads) doubt_size(jobs, result);
  result.points = {tracks_.points, tracks_.keys, std::vector<Point3d>(tracks_.keys.size())};
  if (options_.keep_spreads) {
    result.noise.assign(tracks_.keys.size(), Eigen::Matrix3d::Zero());
    for (const Eigen::MatrixXf& each : transposed_) {
      result.spreads.emplace_back(
          Eigen::MatrixXd::Zero(each.rows(), 3 * static_cast<Eigen::Index>(tracks_.keys.size())));
    }
  }
  std::vector<Sums> sums((tracks_.keys.size() + kBlock - 1) / kBlock);
  parallel_for(sums.size(), jobs,
               [&](std::size_t block) { solve_block(block, result, sums[block]); });
  double squares = 0;
  long used = 0;
  std::vector<long> used_of(cameras_.size(), 0);
  for (const Sums& each : sums) {
    result.disagreeing += each.disagreeing;
    result.largest_px = std::max(result.largest_px, each.largest_px);
    for (std::size_t c = 0; c < cameras_.size(); ++c) {
      result.cameras[c].contradicted += each.contradicted[c];
      result.cameras[c].rms_px += each.squares[c];
      used_of[c] += each.used[c];
    }
    for (const State state : each.states) {
      ++(state == State::kKnown         ? result.known
         : state == State::kTooFewViews ? result.too_few_views
                                        : result.far_away);
    }
  }
  for (std::size_t c = 0; c < cameras_.size(); ++c) {
    squares += result.cameras[c].rms_px;
    used += used_of[c];
    result.cameras[c].rms_px =
        std::sqrt(result.cameras[c].rms_px / static_cast<double>(std::max(1L, used_of[c])));
  }
  result.rms_px = std::sqrt(squares / static_cast<double>(std::max(1L, used)));
  return result;
}

}  // namespace

namespace {

// Of pixels that are far noisier than the corners of the calibration.
std::string doubt_of_noise(double noise_px, const Triangulation& result) {
  const std::string noise =
      std::isfinite(noise_px)
          ? fmt::format("the noise of the pixels is {} px, far above that of the calibration",
                        to_text(noise_px, 1))
          : "most pixels have no common point in front of their cameras";
  if (!result.picture_factor) {
    return noise +
           ": check that they are of these cameras, of the same points and frames, and of pictures "
           "of the size that was calibrated";
  }
  const PictureFactor& found = *result.picture_factor;
  const std::string factor = fmt::format("{:.4g}", found.factor);
  return fmt::format(
      "{}, but {:.2g} px if the pictures of {} were {} times as large as those that were "
      "calibrated: if so, `calib rescale calibration.yaml{} --factor {} -o rescaled.yaml` brings "
      "the calibration to their size",
      noise, found.noise_px, found.camera.empty() ? "all cameras" : found.camera, factor,
      found.camera.empty() ? "" : " --camera " + found.camera, factor);
}

}  // namespace

std::vector<Option> describe(TriangulateOptions& options) {
  return {Option::number("sigma_px", options.sigma_px,
                         "standard deviation of a pixel coordinate where the points state none; "
                         "0: taken from the residuals")
              .at_least(0),
          Option::number("min_views", options.min_views,
                         "leave a point empty that fewer cameras agree on")
              .at_least(2)};
}

Triangulation triangulate(const Calibration& calibration, const PixelTracks& tracks,
                          const TriangulateOptions& options, int jobs) {
  return triangulate(calibration, prepare_rig(calibration, tracks.cameras), tracks, options, jobs);
}

PreparedRig prepare_rig(const Calibration& calibration, const std::vector<std::string>& cameras) {
  return {rig_cameras(calibration, cameras), parameter_factor(calibration, cameras)};
}

Triangulation triangulate(const Calibration& calibration, const PreparedRig& rig,
                          const PixelTracks& tracks, const TriangulateOptions& options, int jobs) {
  return Triangulator(calibration, rig, tracks, options).run(jobs);
}

std::vector<std::string> doubts(const Calibration& calibration, const Triangulation& result) {
  constexpr double kNotice_s = 1e-3;
  std::vector<std::string> lines;
  double largest_s = 0;
  for (const Camera& camera : calibration.cameras)
    if (camera.time) largest_s = std::max(largest_s, std::abs(camera.time->offset_s));
  if (largest_s >= kNotice_s) {
    lines.push_back(
        fmt::format("the cameras are up to {:.1f} ms apart in time: points that move are "
                    "placed as if the pixels of a frame were of one time",
                    1000 * largest_s));
  }
  for (const CameraUse& use : result.cameras) {
    if (!use.posed) {
      lines.push_back(use.camera +
                      " has no lens or no pose in the calibration: its pixels were not used");
    }
    if (use.outside > 0) {
      lines.push_back(fmt::format("{}: left out {} pixel{} outside the picture", use.camera,
                                  use.outside, use.outside == 1 ? "" : "s"));
    }
  }
  if (result.large_noise_px) lines.push_back(doubt_of_noise(*result.large_noise_px, result));
  if (result.disagreeing > 0) {
    lines.push_back(fmt::format(
        "views disagree by more than a noise of {} px allows at {} of the points, by up to {} px: "
        "check that all pixels are of the same point and frame, and the calibration",
        to_text(result.sigma_px, 3), result.disagreeing, to_text(result.largest_px, 1)));
  }
  if (std::string note = source_note(result.source); !note.empty())
    lines.push_back(std::move(note));
  return lines;
}

}  // namespace calib
