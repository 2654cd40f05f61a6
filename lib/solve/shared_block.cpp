#include "solve/shared_block.hpp"

#include "camera/intrinsics.hpp"

namespace calib {
namespace {

// kFocalAndFirstRadial: fx, fy and the first distortion coefficient.
bool is_free(FreeIntrinsics free, int parameter) {
  switch (free) {
    case FreeIntrinsics::kNone:
      return false;
    case FreeIntrinsics::kFocalAndFirstRadial:
      return parameter == 0 || parameter == 1 || parameter == 4;
    case FreeIntrinsics::kAll:
      return true;
  }
  return false;
}

}  // namespace

SharedLayout::SharedLayout(const Bundle& bundle, Clocks clocks) : cameras(bundle.cameras.size()) {
  std::vector<bool> seen(bundle.cameras.size());
  for (const BundleView& view : bundle.views) seen[view.camera] = true;
  for (std::size_t i = 0; i < cameras.size(); ++i) {
    const BundleCamera& camera = bundle.cameras[i];
    Place& place = cameras[i];
    place.begin = size;
    const int count = static_cast<int>(camera.intrinsics.parameters.size());
    const int held = held_parameters(camera.intrinsics.model);
    for (int k = 0; k < count; ++k) {
      const bool free = seen[i] && k >= held && is_free(camera.free, k);
      place.intrinsics.push_back(free ? size++ : -1);
    }
    if (seen[i] && camera.pose_free) {
      place.pose = size;
      size += 6;
    }
    for (int k = 0; seen[i] && k < kClockParameters; ++k) {
      if (clocks == Clocks::kFree && camera.clock.free[static_cast<std::size_t>(k)])
        place.clock[static_cast<std::size_t>(k)] = size++;
    }
    place.end = size;
  }
  shape = size;
  board_parameter_count = bundle.free_board_parameters;
  size += board_parameter_count;
}

SharedBlock::SharedBlock(const SharedLayout& layout)
    : size_(layout.size),
      shape_(layout.shape),
      part_of_column_(static_cast<std::size_t>(layout.size)) {
  const auto add_part = [&](int begin, int end) {
    if (begin == end) return;
    const int rows = end == size_ ? end - begin : end - begin + size_ - shape_;
    for (int column = begin; column < end; ++column)
      part_of_column_[static_cast<std::size_t>(column)] = static_cast<int>(parts_.size());
    parts_.push_back({begin, end, Eigen::MatrixXd::Zero(rows, end - begin)});
  };
  parts_.reserve(layout.cameras.size() + 1);
  for (const SharedLayout::Place& place : layout.cameras) add_part(place.begin, place.end);
  add_part(shape_, size_);
}

double& SharedBlock::operator()(int row, int column) {
  Part& part = parts_[static_cast<std::size_t>(part_of_column_[static_cast<std::size_t>(column)])];
  const int at = row < part.end ? row - part.begin : row - shape_ + part.end - part.begin;
  return part.values(at, column - part.begin);
}

SharedBlock& SharedBlock::operator+=(const SharedBlock& other) {
  for (std::size_t i = 0; i < parts_.size(); ++i) parts_[i].values += other.parts_[i].values;
  return *this;
}

Eigen::VectorXd SharedBlock::diagonal() const {
  Eigen::VectorXd result(size_);
  for (const Part& part : parts_)
    result.segment(part.begin, part.end - part.begin) = part.values.diagonal();
  return result;
}

Eigen::MatrixXd SharedBlock::lower_triangle() const {
  Eigen::MatrixXd result = Eigen::MatrixXd::Zero(size_, size_);
  for (const Part& part : parts_) {
    const int count = part.end - part.begin;
    result.block(part.begin, part.begin, count, count) = part.values.topRows(count);
    if (part.begin < shape_)
      result.block(shape_, part.begin, size_ - shape_, count) =
          part.values.bottomRows(size_ - shape_);
  }
  return result;
}

}  // namespace calib
