#pragma once
// How the standard deviations of a result are found.

#include "base/named.hpp"

namespace calib {

enum class CovarianceKind {
  kClustered,   ///< corner errors may be alike within a block of frames
  kIndependent  ///< all corner errors are independent and Gaussian, and the board is flat
};
inline constexpr Named<CovarianceKind> kCovarianceKinds[] = {
    {"clustered", CovarianceKind::kClustered}, {"iid", CovarianceKind::kIndependent}};

}  // namespace calib
