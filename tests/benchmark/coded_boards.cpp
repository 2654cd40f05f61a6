// Prints how well boards with codes are found: how many of the corners that are seen, with which
// error against the exact truth, how many with a wrong number, and in what time; beside OpenCV's
// aruco module on the same pictures. usage: calib_coded_boards [FRAMES [NAME [SEED]]]    (default:
// 10 frames of four cameras, all families, seed 1; with NAME those whose name contains it)

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <opencv2/aruco/charuco.hpp>
#include <opencv2/imgproc.hpp>

#include "base/stopwatch.hpp"
#include "negatives.hpp"
#include "target/markers.hpp"
#include "target/printed_boards.hpp"
#include "target/shots.hpp"

namespace calib::benchmark {
namespace {

using testing::shoot_all;
using testing::Shot;

// What happens to a picture after it was taken; returns where it is covered.
using Spoil = std::function<cv::Mat(cv::Mat& gray, const Shot& shot, cv::RNG& random)>;

struct Family {
  std::string name;
  Board board;
  SynthOptions options;
  Spoil spoil;
};

struct Tally {
  std::vector<double> ms;
  int views = 0, found_views = 0, visible = 0, found = 0, wrong = 0;
  double squares = 0, worst = 0;

  double median_ms() {
    std::nth_element(ms.begin(), ms.begin() + static_cast<long>(ms.size() / 2), ms.end());
    return ms[ms.size() / 2];
  }
  void add(const Shot& shot, const cv::Mat& covered, const std::vector<Corner>& corners) {
    std::map<int, cv::Point2d> truth;
    for (const Corner& corner : shot.truth) {
      truth[corner.id] = {corner.x, corner.y};
      const cv::Rect around(static_cast<int>(corner.x) - 6, static_cast<int>(corner.y) - 6, 13, 13);
      const cv::Rect inside = around & cv::Rect({}, shot.gray.size());
      visible += covered.empty() || cv::countNonZero(covered(inside)) == 0;
    }
    ++views;
    found_views += !corners.empty();
    for (const Corner& corner : corners) {
      const auto at = truth.find(corner.id);
      const double error =
          at == truth.end() ? 1e3 : cv::norm(cv::Point2d(corner.x, corner.y) - at->second);
      // Corners within 4 px of the border of the picture have no truth.
      const bool at_border = corner.x < 6 || corner.y < 6 || corner.x > shot.gray.cols - 7 ||
                             corner.y > shot.gray.rows - 7;
      if (at == truth.end() && at_border) continue;
      ++found;
      if (error > 3) {
        ++wrong;
        continue;
      }
      squares += error * error / 2;
      worst = std::max(worst, error);
    }
  }
  void print(const std::string& name) {
    fmt::print("| {} | {} of {} | {:.1f} % | {:.4f} | {:.2f} | {} | {:.2f} |\n", name, found_views,
               views, 100.0 * found / std::max(1, visible),
               std::sqrt(squares / std::max(1, found - wrong)), worst, wrong, median_ms());
    std::fflush(stdout);
  }
};

std::vector<Corner> opencv_charuco(const cv::Mat& gray, const Board& board) {
  static const auto dictionary = cv::aruco::getPredefinedDictionary(cv::aruco::DICT_5X5_250);
  const auto charuco = cv::aruco::CharucoBoard::create(
      board.corners_x + 1, board.corners_y + 1, static_cast<float>(board.square_m),
      static_cast<float>(board.marker_m), dictionary);
  std::vector<std::vector<cv::Point2f>> markers;
  std::vector<int> ids, corner_ids;
  std::vector<cv::Point2f> points;
  cv::aruco::detectMarkers(gray, dictionary, markers, ids);
  if (!ids.empty())
    cv::aruco::interpolateCornersCharuco(markers, ids, gray, charuco, points, corner_ids);
  std::vector<Corner> corners;
  // OpenCV 4.6 gives these corners half a pixel too far to the right and down.
  for (std::size_t k = 0; k < points.size(); ++k)
    corners.push_back({corner_ids[k], points[k].x - 0.5, points[k].y - 0.5, 0});
  return corners;
}

void run(const Family& family) {
  Tally ours, opencv;
  cv::RNG random(static_cast<unsigned>(6 + family.options.seed));
  for (Shot& shot : shoot_all(family.board, family.options)) {
    const cv::Mat covered = family.spoil ? family.spoil(shot.gray, shot, random) : cv::Mat();
    const DetectFunction detect = detector_of(family.board);
    const Stopwatch watch;
    const Detection detection = detect(shot.gray, family.board);
    ours.ms.push_back(1000 * watch.seconds());
    ours.add(shot, covered, detection.corners);
    if (family.board.type != &kCharuco) continue;
    const Stopwatch other;
    const std::vector<Corner> corners = opencv_charuco(shot.gray, family.board);
    opencv.ms.push_back(1000 * other.seconds());
    opencv.add(shot, covered, corners);
  }
  ours.print(family.name + ", calib");
  if (!opencv.ms.empty()) opencv.print(family.name + ", OpenCV");
}

cv::Point middle_of(const Shot& shot) {
  cv::Point2d sum;
  for (const Corner& corner : shot.truth) sum += cv::Point2d(corner.x, corner.y);
  return sum / static_cast<double>(std::max<std::size_t>(1, shot.truth.size()));
}

// A hand covers about a third of the board: some fingers and a palm in one gray, with noise.
cv::Mat cover_with_hand(cv::Mat& gray, const Shot& shot, cv::RNG& random) {
  cv::Mat mask = cv::Mat::zeros(gray.size(), CV_8U);
  if (shot.truth.size() < 4) return mask;
  std::vector<cv::Point2f> points;
  for (const Corner& c : shot.truth)
    points.emplace_back(static_cast<float>(c.x), static_cast<float>(c.y));
  const cv::RotatedRect box = cv::minAreaRect(points);
  const float size = std::max(box.size.width, box.size.height);
  const double angle = random.uniform(0.0, 6.28);
  const cv::Point2f out(static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle)));
  const cv::Point2f palm = box.center + out * (0.42f * size);
  cv::ellipse(mask, cv::RotatedRect(palm, {0.45f * size, 0.35f * size}, random.uniform(0.f, 180.f)),
              255, cv::FILLED);
  for (int finger = 0; finger < 4; ++finger) {
    const double turn = angle + 3.14 + random.uniform(-0.7, 0.7);
    const cv::Point2f tip = palm + 0.42f * size *
                                       cv::Point2f(static_cast<float>(std::cos(turn)),
                                                   static_cast<float>(std::sin(turn)));
    cv::line(mask, palm, tip, 255, static_cast<int>(0.06f * size) + 1);
  }
  cv::Mat skin(gray.size(), CV_8U);
  random.fill(skin, cv::RNG::NORMAL, random.uniform(60, 200), 4);
  skin.copyTo(gray, mask);
  return mask;
}

// Glare, and tags of the same dictionary that are not the board's (and some that are).
cv::Mat spoil_all(cv::Mat& gray, const Shot& shot, cv::RNG& random) {
  cv::Mat mask = cover_with_hand(gray, shot, random);
  const cv::Point middle = middle_of(shot);
  const cv::Point glare(middle.x + random.uniform(-150, 150), middle.y + random.uniform(-90, 90));
  const int radius = random.uniform(20, 60);
  cv::circle(gray, glare, radius, 255, cv::FILLED);
  cv::circle(mask, glare, radius + 4, 255, cv::FILLED);
  for (int tag = 0; tag < 4; ++tag) {
    const int cell = random.uniform(3, 9), side = 9 * cell;
    const cv::Mat code = marker_code("5X5_250", random.uniform(0, 250));
    cv::Mat picture(9, 9, CV_8U, cv::Scalar(230));
    picture(cv::Rect(1, 1, 7, 7)).setTo(20);
    cv::Mat inner = picture(cv::Rect(2, 2, 5, 5));
    cv::Mat(code * 0.8 + 20).copyTo(inner);
    cv::resize(picture, picture, {side, side}, 0, 0, cv::INTER_NEAREST);
    const cv::Rect place(random.uniform(0, gray.cols - side), random.uniform(0, gray.rows - side),
                         side, side);
    picture.copyTo(gray(place));
    mask(place).setTo(255);
  }
  cv::GaussianBlur(gray, gray, {}, 0.6);
  return mask;
}

Board charuco(double square_m) {
  Board board{&kCharuco, 7, 5, square_m};
  board.marker_m = 0.75 * square_m;
  board.dictionary = "5X5_250";
  return board;
}

Board aprilgrid() {
  Board board{&kAprilgrid, 12, 8, 0.052};
  board.marker_m = 0.04;
  board.dictionary = "APRILTAG_36h11";
  return board;
}

Board puzzleboard() { return {&kPuzzleboard, 12, 8, 0.03}; }

std::vector<Family> families(int frames, int seed) {
  const auto options = [&](const char* size, const char* model, double fov, double partial) {
    SynthOptions set;
    set.frames = frames;
    set.seed = seed;
    set.size = size;
    set.model = model;
    set.fov_deg = fov;
    set.partial = partial;
    return set;
  };
  const SynthOptions plain = options("1280x720", "opencv5", 75, 0.2);
  SynthOptions hard = options("1280x720", "opencv5", 75, 0.4);
  hard.noise = 6;
  hard.blur_px = 1.2;
  const SynthOptions fisheye = options("1280x720", "fisheye", 150, 0.2);
  const SynthOptions large = options("2704x1520", "fisheye", 140, 0.2);
  std::vector<Family> list;
  for (const Board& board : {charuco(0.04), aprilgrid(), puzzleboard()}) {
    const std::string name = board.type->name;
    list.push_back({name + ", straight lens", board, plain, nullptr});
    list.push_back({name + ", a third covered", board, plain, cover_with_hand});
    list.push_back({name + ", noise 6, blur 1.2", board, hard, nullptr});
    list.push_back({name + ", all together", board, hard, spoil_all});
    Board wide = board;
    wide.square_m *= 1.5;
    wide.marker_m *= 1.5;
    list.push_back({name + ", fisheye 150", wide, fisheye, nullptr});
    list.push_back({name + ", 2704x1520, 140", wide, large, nullptr});
  }
  return list;
}

// Pictures without the board must give no corners.
void negatives(int each, int seed) {
  for (const Board& board : {charuco(0.04), aprilgrid(), puzzleboard()}) {
    int pictures = 0, boards = 0;
    for (const NegativeKind& kind : negative_kinds()) {
      cv::RNG random(static_cast<unsigned>(16 + seed));
      for (int k = 0; k < each; ++k) {
        boards += detector_of(board)(kind.draw(random), board).found();
        ++pictures;
      }
    }
    fmt::print("{}: {} boards in {} negatives\n", board.type->name, boards, pictures);
  }
}

}  // namespace
}  // namespace calib::benchmark

int main(int argc, char** argv) {
  using namespace calib::benchmark;
  const int frames = argc > 1 ? std::atoi(argv[1]) : 10;
  const std::string wanted = argc > 2 ? argv[2] : "";
  const int seed = argc > 3 ? std::atoi(argv[3]) : 1;
  fmt::print(
      "| pictures | boards | corners of those seen | RMS px | worst px | wrong numbers | median ms "
      "|\n|---|---|---|---|---|---|---|\n");
  for (const Family& family : families(frames, seed))
    if (family.name.find(wanted) != std::string::npos) run(family);
  if (wanted.empty() || wanted == "negatives") negatives(10 * frames, seed);
  return 0;
}
