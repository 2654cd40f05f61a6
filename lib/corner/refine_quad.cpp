#include "corner/refine_quad.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "corner/refine_saddle.hpp"

namespace calib {
namespace {

// The parameters: c0, c1, c2 of each edge; the blurs of even and odd edges; a, b, gx, gy.
constexpr int kEdgeParameters = 3, kBlurs = 12, kLevel = 14, kContrast = 15, kLightX = 16,
              kLightY = 17, kParameters = 18;
// The parameters on which one pixel depends: those of its edge, the blur of its edge, a, b, gx, gy.
constexpr int kOfPixel = 8;
using Parameters = Eigen::Matrix<double, kParameters, 1>;
using Normal = Eigen::Matrix<double, kParameters, kParameters>;

constexpr double kLeastSide_px = 8;
constexpr int kMovingIterations = 8, kIterations = 14;
// How far from an edge pixels are used, and how far from its ends they begin, as multiples of the
// blur.
constexpr double kReachInBlurs = 4, kClearInBlurs = 2.5, kEndInBlurs = 2.5;
constexpr double kLeastReach_px = 1, kLeastUsedLength = 0.5;
constexpr double kLeastBlur_px = 0.3, kFirstBlur_px = 1;
constexpr double kLeastContrast = 4;  // gray levels, of b
// The largest residuals, as multiples of the noise and of b.
constexpr double kMostNoises = 2, kMostOfContrast = 0.15;
constexpr double kLargestMove = 0.15;  // as a share of the side
constexpr double kRoomToBorder_px = 2;
// A lens bends an edge to more than a parabola: the error of a corner, as a share of the side.
constexpr double kBendError = 5e-5;

// One edge: its chord when the fit began, and the normal that points out of the quadrilateral.
struct Edge {
  Eigen::Vector2d middle, along, outward;
  double half_length = 0;

  // t and the distance from the chord.
  Eigen::Vector2d local(const Eigen::Vector2d& pixel) const {
    const Eigen::Vector2d from = pixel - middle;
    return {from.dot(along) / half_length, from.dot(outward)};
  }
  Eigen::Vector2d pixel(double t, double distance) const {
    return middle + half_length * t * along + distance * outward;
  }
};

std::array<double, kEdgeParameters> edge_basis(double t) { return {1, t, 1 - t * t}; }

double edge_offset(const Parameters& at, int edge, double t) {
  const auto basis = edge_basis(t);
  double offset = 0;
  for (int i = 0; i < kEdgeParameters; ++i)
    offset += basis[static_cast<std::size_t>(i)] * at[kEdgeParameters * edge + i];
  return offset;
}

using Edges = std::array<Edge, 4>;

Edges edges_of(const std::array<Eigen::Vector2d, 4>& corners) {
  Eigen::Vector2d center = Eigen::Vector2d::Zero();
  for (const Eigen::Vector2d& corner : corners) center += corner / 4;
  Edges edges;
  for (std::size_t k = 0; k < 4; ++k) {
    const Eigen::Vector2d &from = corners[k], &to = corners[(k + 1) % 4];
    Edge& edge = edges[k];
    edge.middle = (from + to) / 2;
    edge.half_length = (to - from).norm() / 2;
    edge.along = (to - from).normalized();
    edge.outward = {-edge.along.y(), edge.along.x()};
    if (edge.outward.dot(edge.middle - center) < 0) edge.outward = -edge.outward;
  }
  return edges;
}

// A pixel and the edge to which it belongs.
struct EdgePixel {
  int edge = 0;
  double t = 0, distance = 0;  // from the chord of the edge
  double u = 0, v = 0;         // from the center of the quadrilateral, as a share of its side
  double gray = 0;
};

class QuadFit {
 public:
  QuadFit(const GrayView& picture, const std::array<Eigen::Vector2d, 4>& start,
          const QuadMargins& margins)
      : picture_(picture), edges_(edges_of(start)), margins_(margins) {
    for (const Edge& edge : edges_) {
      side_ += edge.half_length / 2;
      center_ += edge.middle / 4;
    }
    at_.setZero();
    at_[kBlurs] = at_[kBlurs + 1] = kFirstBlur_px;
    const double radius = std::hypot(picture.width, picture.height) / 2;
    for (std::size_t k = 0; k < 4; ++k)
      most_bend_px_[k] = edges_[k].half_length * edges_[k].half_length / (2 * radius);
  }

  bool run() {
    for (int iteration = 0; iteration < kIterations; ++iteration) {
      if (iteration < kMovingIterations) {
        collect();
        if (pixels_.size() < 2 * kParameters) return false;
        if (iteration == 0) set_levels();
      }
      linearize();
      const Eigen::LDLT<Normal> factor(normal_);
      if (factor.info() != Eigen::Success) return false;
      Parameters step = factor.solve(gradient_);
      if (!step.allFinite()) return false;
      limit(step);
      at_ += step;
      for (const int k : {kBlurs, kBlurs + 1})
        at_[k] = std::clamp(at_[k], kLeastBlur_px, side_ / 4);
    }
    linearize();
    return is_believable();
  }

  std::optional<std::array<QuadCorner, 4>> corners() const {
    const Normal covariance = variance() * normal_.ldlt().solve(Normal::Identity());
    std::array<QuadCorner, 4> result;
    for (int k = 0; k < 4; ++k) {
      const auto corner = meet((k + 3) % 4, k, covariance);
      if (!corner) return std::nullopt;
      result[static_cast<std::size_t>(k)] = *corner;
    }
    return result;
  }

 private:
  const Edge& edge(int k) const { return edges_[static_cast<std::size_t>(k)]; }

  // The distance from an edge within which nothing else is printed.
  double reach(int k, double margin) const {
    const double blur = at_[kBlurs + k % 2];
    return std::clamp(margin * side_ - kClearInBlurs * blur, kLeastReach_px,
                      std::max(kLeastReach_px, kReachInBlurs * blur));
  }

  void collect() {
    pixels_.clear();
    for (int k = 0; k < 4; ++k) {
      const double inside = reach(k, margins_.inside), outside = reach(k, margins_.outside);
      const double skipped = (kEndInBlurs * at_[kBlurs + (k + 1) % 2] + 0.5) / edge(k).half_length;
      const double most_t = 1 - std::min(1 - kLeastUsedLength, skipped);
      collect_edge(k, inside, outside, most_t);
    }
  }

  void collect_edge(int k, double inside, double outside, double most_t) {
    const double bend = most_bend_px_[static_cast<std::size_t>(k)] + 1;
    Eigen::Vector2d low(1e9, 1e9), high(-1e9, -1e9);
    for (const double t : {-1.0, 1.0}) {
      for (const double d : {-inside - bend, outside + bend}) {
        const Eigen::Vector2d p = edge(k).pixel(t, edge_offset(at_, k, t) + d);
        low = low.cwiseMin(p);
        high = high.cwiseMax(p);
      }
    }
    const int x0 = std::max(0, static_cast<int>(std::ceil(low.x())));
    const int y0 = std::max(0, static_cast<int>(std::ceil(low.y())));
    const int x1 = std::min(picture_.width - 1, static_cast<int>(std::floor(high.x())));
    const int y1 = std::min(picture_.height - 1, static_cast<int>(std::floor(high.y())));
    for (int y = y0; y <= y1; ++y) {
      for (int x = x0; x <= x1; ++x) {
        const Eigen::Vector2d local = edge(k).local({x, y});
        if (std::abs(local.x()) > most_t) continue;
        const double d = local.y() - edge_offset(at_, k, local.x());
        if (d < -inside || d > outside) continue;
        pixels_.push_back({k, local.x(), local.y(), (x - center_.x()) / side_,
                           (y - center_.y()) / side_, static_cast<double>(picture_.row(y)[x])});
      }
    }
  }

  void set_levels() {
    double in = 0, out = 0, in_count = 0, out_count = 0;
    for (const EdgePixel& pixel : pixels_) {
      (pixel.distance < 0 ? in : out) += pixel.gray;
      (pixel.distance < 0 ? in_count : out_count) += 1;
    }
    in /= std::max(1.0, in_count);
    out /= std::max(1.0, out_count);
    at_[kLevel] = (in + out) / 2;
    at_[kContrast] = (out - in) / 2;
  }

  void linearize() {
    normal_.setZero();
    gradient_.setZero();
    squares_ = 0;
    for (const EdgePixel& pixel : pixels_) add(pixel);
    // The priors of the bends, whose weight is that of the pixels' noise.
    for (int k = 0; k < 4; ++k) {
      const int bend = kEdgeParameters * k + 2;
      const double most = std::max(1e-6, most_bend_px_[static_cast<std::size_t>(k)]);
      const double weight = std::max(1.0, variance()) / (most * most);
      normal_(bend, bend) += weight;
      gradient_[bend] -= weight * at_[bend];
    }
    normal_.triangularView<Eigen::StrictlyUpper>() = normal_.transpose();
  }

  void add(const EdgePixel& pixel) {
    const int blur_at = kBlurs + pixel.edge % 2;
    const double blur = at_[blur_at];
    const double d = pixel.distance - edge_offset(at_, pixel.edge, pixel.t);
    const double z = d / (std::sqrt(2.0) * blur), step = std::erf(z);
    const double slope = std::sqrt(2 / std::numbers::pi) / blur * std::exp(-z * z);  // of erf by d
    const double light = 1 + at_[kLightX] * pixel.u + at_[kLightY] * pixel.v;
    const double pattern = at_[kLevel] + at_[kContrast] * step;
    const double by_offset = -light * at_[kContrast] * slope;
    const auto basis = edge_basis(pixel.t);
    const int first = kEdgeParameters * pixel.edge;
    const std::array<int, kOfPixel> column = {first,  first + 1, first + 2, blur_at,
                                              kLevel, kContrast, kLightX,   kLightY};
    const std::array<double, kOfPixel> jacobian = {by_offset * basis[0],
                                                   by_offset * basis[1],
                                                   by_offset * basis[2],
                                                   by_offset * d / blur,
                                                   light,
                                                   light * step,
                                                   pattern * pixel.u,
                                                   pattern * pixel.v};
    const double residual = pixel.gray - light * pattern;
    squares_ += residual * residual;
    for (std::size_t i = 0; i < kOfPixel; ++i) {
      gradient_[column[i]] += jacobian[i] * residual;
      for (std::size_t j = 0; j <= i; ++j)
        normal_(column[i], column[j]) += jacobian[i] * jacobian[j];
    }
  }

  // Limits the step of an edge to one blur: beyond that distance, its pixels carry no information
  // about it.
  void limit(Parameters& step) const {
    double most = 0;
    for (int k = 0; k < 4; ++k) {
      const double shift = std::abs(step[kEdgeParameters * k]) +
                           std::abs(step[kEdgeParameters * k + 1]) +
                           std::abs(step[kEdgeParameters * k + 2]);
      most = std::max(most, shift / std::max(1.0, at_[kBlurs + k % 2]));
    }
    if (most > 1) step /= most;
  }

  double variance() const {
    return squares_ / std::max(1.0, static_cast<double>(pixels_.size()) - kParameters);
  }

  bool is_believable() const {
    if (!at_.allFinite() || at_[kContrast] < kLeastContrast) return false;
    for (int k = 0; k < 4; ++k) {
      const auto own = [&](const EdgePixel& pixel) { return pixel.edge == k; };
      if (std::none_of(pixels_.begin(), pixels_.end(), own)) return false;
    }
    const double noise = estimate_noise(picture_);
    return std::sqrt(variance()) <=
           std::hypot(kMostNoises * std::max(1.0, noise), kMostOfContrast * at_[kContrast]);
  }

  // Where two edges meet. At the corner both distances are 0: the Jacobian of these by the pixel
  // turns the errors of the edges into that of the corner.
  std::optional<QuadCorner> meet(int before, int after, const Normal& covariance) const {
    Eigen::Vector2d p = edge(after).pixel(-1, edge_offset(at_, after, -1));
    Eigen::Matrix2d by_pixel;
    for (int iteration = 0; iteration < 10; ++iteration) {
      Eigen::Vector2d distance;
      for (const auto& [row, k] : {std::pair{0, before}, std::pair{1, after}}) {
        const double t = edge(k).local(p).x();
        distance[row] = edge(k).local(p).y() - edge_offset(at_, k, t);
        const double slope = (at_[kEdgeParameters * k + 1] - 2 * t * at_[kEdgeParameters * k + 2]) /
                             edge(k).half_length;
        by_pixel.row(row) = (edge(k).outward - slope * edge(k).along).transpose();
      }
      if (std::abs(by_pixel.determinant()) < 0.1) return std::nullopt;
      p -= by_pixel.inverse() * distance;
    }
    Eigen::Matrix<double, 2, kParameters> by_edges = Eigen::Matrix<double, 2, kParameters>::Zero();
    for (const auto& [row, k] : {std::pair{0, before}, std::pair{1, after}}) {
      const auto basis = edge_basis(edge(k).local(p).x());
      for (int i = 0; i < kEdgeParameters; ++i)
        by_edges(row, kEdgeParameters * k + i) = basis[static_cast<std::size_t>(i)];
    }
    const Eigen::Matrix<double, 2, kParameters> jacobian = by_pixel.inverse() * by_edges;
    const Eigen::Matrix2d own = jacobian * covariance * jacobian.transpose();
    const double sigma = std::hypot(std::sqrt(std::max(0.0, own.trace() / 2)), kBendError * side_);
    const bool is_inside = p.x() >= kRoomToBorder_px && p.y() >= kRoomToBorder_px &&
                           p.x() <= picture_.width - 1 - kRoomToBorder_px &&
                           p.y() <= picture_.height - 1 - kRoomToBorder_px;
    if (!is_inside || !std::isfinite(sigma)) return std::nullopt;
    return QuadCorner{p, sigma};
  }

  GrayView picture_;
  Edges edges_;
  QuadMargins margins_;
  double side_ = 0;  // pixels, the mean of the four
  Eigen::Vector2d center_ = Eigen::Vector2d::Zero();
  std::array<double, 4> most_bend_px_{};
  Parameters at_;
  std::vector<EdgePixel> pixels_;
  Normal normal_;
  Parameters gradient_;
  double squares_ = 0;
};

}  // namespace

std::optional<std::array<QuadCorner, 4>> refine_quad(const GrayView& picture,
                                                     const std::array<Eigen::Vector2d, 4>& start,
                                                     const QuadMargins& margins) {
  for (std::size_t k = 0; k < 4; ++k)
    if ((start[k] - start[(k + 1) % 4]).norm() < kLeastSide_px) return std::nullopt;
  QuadFit fit(picture, start, margins);
  if (!fit.run()) return std::nullopt;
  const auto corners = fit.corners();
  if (!corners) return std::nullopt;
  for (std::size_t k = 0; k < 4; ++k) {
    const double side = (start[k] - start[(k + 1) % 4]).norm();
    if (((*corners)[k].pixel - start[k]).norm() > kLargestMove * side + 1) return std::nullopt;
  }
  return corners;
}

}  // namespace calib
