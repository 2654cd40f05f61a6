// Prints the tables of README.md that need no other program: negatives, bad input, and the time
// over the sizes of the image and the board. usage: calib_find_benchmark [NEGATIVES]      (default:
// 1000)

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <opencv2/imgproc.hpp>

#include "base/stopwatch.hpp"
#include "negatives.hpp"
#include "target/chessboard_fast.hpp"
#include "target/shots.hpp"

namespace calib::benchmark {
namespace {

using testing::shoot;
using testing::shoot_all;
using testing::Shot;

const Board kBoard{&kChessboard, 11, 8, 0.03};

struct Tally {
  std::vector<double> ms;
  int boards = 0;
  std::map<std::string, int> reasons;

  Detection detect(const cv::Mat& picture, const Board& board) {
    const Stopwatch watch;
    Detection detection = detect_fast(picture, board);
    ms.push_back(1000 * watch.seconds());
    boards += detection.found();
    if (!detection.found()) ++reasons[detection.reason];
    return detection;
  }
  double quantile(double share) {
    if (ms.empty()) return 0;
    std::sort(ms.begin(), ms.end());
    return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
  }
};

void print(const std::string& name, Tally& tally) {
  std::string reasons;
  for (const auto& [reason, times] : tally.reasons)
    reasons += fmt::format("{} x{} ", reason, times);
  fmt::print("| {} | {} | {} | {:.2f} | {:.2f} | {} |\n", name, tally.ms.size(), tally.boards,
             tally.quantile(0.5), tally.quantile(1), reasons);
}

void print_header(const char* what) {
  fmt::print(
      "\n| {} | pictures | boards | median ms | worst ms | reasons |\n|---|---|---|---|---|---|\n",
      what);
}

SynthOptions set(int seed, double partial = 0) {
  SynthOptions options;
  options.frames = 20;
  options.seed = seed;
  options.partial = partial;
  return options;
}

void negatives(int count) {
  print_header("negatives");
  const int each = count / (static_cast<int>(negative_kinds().size()) + 1);
  for (const NegativeKind& kind : negative_kinds()) {
    cv::RNG random(17);
    Tally tally;
    for (int k = 0; k < each; ++k) tally.detect(kind.draw(random), kBoard);
    print(kind.name, tally);
  }
  Tally tally;
  const std::vector<std::pair<int, int>> sizes = {{10, 8}, {11, 7}, {12, 8},
                                                  {12, 9}, {9, 6},  {7, 5}};
  int seed = 100;
  for (const auto& [columns, rows] : sizes) {
    SynthOptions options = set(++seed);
    options.frames = 1 + each / (4 * static_cast<int>(sizes.size()));
    for (const Shot& shot : shoot({&kChessboard, columns, rows, 0.03}, options))
      tally.detect(shot.gray, kBoard);
  }
  print("whole boards of other sizes", tally);
}

void boards() {
  print_header("1280x720, 11x8, noise 2, blur 0.7");
  std::array<Tally, 3> tallies;
  for (const Shot& shot : shoot_all(kBoard, set(3, 0.5))) {
    const bool whole = static_cast<int>(shot.truth.size()) == corner_count(kBoard);
    tallies[whole ? 0 : 1].detect(shot.gray, kBoard);
    cv::Mat covered = shot.gray.clone();
    for (const Corner& corner : shot.truth)
      cv::circle(covered, cv::Point(static_cast<int>(corner.x), static_cast<int>(corner.y)), 25,
                 120, cv::FILLED);
    tallies[2].detect(covered, kBoard);
  }
  print("whole board", tallies[0]);
  print("cut board", tallies[1]);
  print("no board, clutter", tallies[2]);
}

void bad_input() {
  print_header("bad input, about 1 Mpx");
  const cv::Size size(1280, 800);
  cv::RNG random(5);
  const auto measure = [&](const std::string& name, const cv::Mat& picture) {
    Tally tally;
    for (int k = 0; k < 3; ++k) tally.detect(picture, kBoard);
    print(name, tally);
  };
  cv::Mat noise(size, CV_8U), saturated;
  random.fill(noise, cv::RNG::UNIFORM, 0, 256);
  cv::threshold(noise, saturated, 127, 255, cv::THRESH_BINARY);
  measure("black", cv::Mat(size, CV_8U, cv::Scalar(0)));
  measure("white", cv::Mat(size, CV_8U, cv::Scalar(255)));
  measure("noise", noise);
  measure("black and white noise", saturated);
  measure("1x1", noise(cv::Rect(0, 0, 1, 1)).clone());
  cv::Mat wide(20, 30000, CV_8U);
  random.fill(wide, cv::RNG::UNIFORM, 0, 256);
  measure("30000x20 noise", wide);
  for (const NegativeKind& kind : negative_kinds())
    if (kind.name == "text" || kind.name == "moire") measure(kind.name, kind.draw(random));
}

void growth() {
  fmt::print(
      "\n| picture | board | boards | median ms | worst ms | corner RMS px "
      "|\n|---|---|---|---|---|---|\n");
  for (const char* size : {"640x480", "1280x720", "1920x1200", "2592x1944", "4000x3000"})
    for (const auto& [columns, rows] : {std::pair{4, 3}, {11, 8}, {28, 17}}) {
      SynthOptions options = set(7);
      options.cameras = 2;
      options.frames = 6;
      options.size = size;
      const Board board{&kChessboard, columns, rows, 0.03};
      const std::vector<Shot> shots = shoot(board, options);
      Tally tally;
      double sum = 0;
      int corners = 0;
      for (const Shot& shot : shots)
        for (const Corner& corner : tally.detect(shot.gray, board).corners) {
          const Corner& truth = shot.truth[static_cast<std::size_t>(corner.id)];
          sum += std::pow(corner.x - truth.x, 2) + std::pow(corner.y - truth.y, 2);
          ++corners;
        }
      fmt::print("| {} | {} | {} of {} | {:.2f} | {:.2f} | {:.4f} |\n", size, size_text(board),
                 tally.boards, shots.size(), tally.quantile(0.5), tally.quantile(1),
                 std::sqrt(sum / (2.0 * std::max(1, corners))));
    }
}

}  // namespace
}  // namespace calib::benchmark

int main(int argc, char** argv) {
  cv::setNumThreads(1);
  calib::benchmark::boards();
  calib::benchmark::growth();
  calib::benchmark::bad_input();
  calib::benchmark::negatives(argc > 1 ? std::atoi(argv[1]) : 1000);
}
