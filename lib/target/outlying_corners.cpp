#include "target/outlying_corners.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/median.hpp"
#include "geometry/small_systems.hpp"

namespace calib {
namespace {

// The corners up to so many lines away count as neighbors, and there must be so many of them.
constexpr int kLinesAway = 3;
constexpr std::size_t kLeastNeighbors = 10;
constexpr double kShareOfStep = 0.04, kLeastMisfit_px = 1, kTimesUsual = 8;

using Vector6 = Eigen::Matrix<double, 6, 1>;

class Neighborhoods {
 public:
  Neighborhoods(std::vector<Corner>& corners, const Board& board)
      : corners_(corners),
        board_(board),
        index_(static_cast<std::size_t>(corner_count(board)), -1) {
    for (std::size_t k = 0; k < corners.size(); ++k) index_of(corners[k].id) = static_cast<int>(k);
    misfits_.resize(corners.size());
    for (std::size_t k = 0; k < corners.size(); ++k) misfits_[k] = misfit_of(k);
  }

  // Erases one corner after the other, the worst first, since it spoils what its neighbors say.
  void erase() {
    for (std::optional<std::size_t> worst = most_outlying(); worst; worst = most_outlying()) {
      const std::vector<std::size_t> around = neighbors_of(*worst);
      index_of(corners_[*worst].id) = -1;
      misfits_[*worst] = {};
      for (const std::size_t k : around) misfits_[k] = misfit_of(k);
    }
    std::erase_if(corners_, [&](const Corner& corner) { return index_of(corner.id) < 0; });
  }

 private:
  // How far a corner is from where its neighbors have it, and the distance between corners there.
  struct Misfit {
    double off_px = 0, step_px = 0;
    bool is_known = false;
  };

  int& index_of(int id) { return index_[static_cast<std::size_t>(id)]; }

  std::vector<std::size_t> neighbors_of(std::size_t of) const {
    const int id = corners_[of].id;
    const int column = id % board_.corners_x, row = id / board_.corners_x;
    std::vector<std::size_t> around;
    for (int r = std::max(0, row - kLinesAway);
         r <= std::min(board_.corners_y - 1, row + kLinesAway); ++r)
      for (int c = std::max(0, column - kLinesAway);
           c <= std::min(board_.corners_x - 1, column + kLinesAway); ++c) {
        const int index = index_[static_cast<std::size_t>(r * board_.corners_x + c)];
        if (index >= 0 && static_cast<std::size_t>(index) != of)
          around.push_back(static_cast<std::size_t>(index));
      }
    return around;
  }

  // Least squares for the six coefficients of each pixel coordinate around the corner, of which the
  // first is the corner itself.
  Misfit misfit_of(std::size_t of) const {
    const std::vector<std::size_t> around = neighbors_of(of);
    if (around.size() < kLeastNeighbors) return {};
    const Corner& corner = corners_[of];
    const Eigen::Vector2d place = flat_position(board_, corner.id);
    Eigen::Matrix<double, 6, 6> normal = Eigen::Matrix<double, 6, 6>::Zero();
    Vector6 right_x = Vector6::Zero(), right_y = Vector6::Zero();
    for (const std::size_t k : around) {
      const Eigen::Vector2d d =
          (flat_position(board_, corners_[k].id) - place) / (kLinesAway * board_.square_m);
      Vector6 terms;
      terms << 1, d.x(), d.y(), d.x() * d.x(), d.x() * d.y(), d.y() * d.y();
      normal += terms * terms.transpose();
      right_x += (corners_[k].x - corner.x) * terms;
      right_y += (corners_[k].y - corner.y) * terms;
    }
    const Vector6 x = solve_normal(normal, right_x), y = solve_normal(normal, right_y);
    if (!x.allFinite() || !y.allFinite()) return {};
    const double step = std::sqrt(std::abs(x[1] * y[2] - x[2] * y[1])) / kLinesAway;
    return {std::hypot(x[0], y[0]), step, true};
  }

  double usual_around(std::size_t of) const {
    std::vector<double> known;
    for (const std::size_t k : neighbors_of(of))
      if (misfits_[k].is_known) known.push_back(misfits_[k].off_px);
    return known.empty() ? 0 : median(std::move(known));
  }

  std::optional<std::size_t> most_outlying() const {
    std::optional<std::size_t> worst;
    double most = 1;
    for (std::size_t k = 0; k < corners_.size(); ++k) {
      const Misfit& misfit = misfits_[k];
      const double least = std::max(kShareOfStep * misfit.step_px, kLeastMisfit_px);
      if (!misfit.is_known || misfit.off_px <= most * least) continue;
      const double ratio = misfit.off_px / std::max(least, kTimesUsual * usual_around(k));
      if (ratio <= most) continue;
      most = ratio;
      worst = k;
    }
    return worst;
  }

  std::vector<Corner>& corners_;
  const Board& board_;
  std::vector<int> index_;
  std::vector<Misfit> misfits_;
};

}  // namespace

void erase_outlying(std::vector<Corner>& corners, const Board& board) {
  Neighborhoods(corners, board).erase();
}

}  // namespace calib
