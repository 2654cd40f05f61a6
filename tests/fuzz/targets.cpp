#include "fuzz/targets.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "image/decode.hpp"
#include "image/timestamps.hpp"
#include "io/artifacts.hpp"
#include "io/image_list.hpp"
#include "io/import_list.hpp"
#include "io/track_files.hpp"
#include "pipeline/batch_plan.hpp"
#include "pipeline/board_options.hpp"
#include "pipeline/design_stage.hpp"
#include "pipeline/run.hpp"
#include "target/chessboard_fast.hpp"

namespace calib::testing {
namespace {

namespace fs = std::filesystem;

void require_valid(bool valid, const char* what) {
  if (valid) return;
  std::fprintf(stderr, "violated: %s\n", what);
  std::abort();
}

// Writes the bytes to a file, which is in memory if the system supports it.
const fs::path& file_of(const std::uint8_t* data, std::size_t size) {
  static const fs::path place = [] {
    const fs::path folder = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
    return folder / ("calib_fuzz_" + std::to_string(::getpid()));
  }();
  std::FILE* file = std::fopen(place.c_str(), "wb");
  require_valid(file != nullptr, "the fuzzer can write its file");
  if (size > 0) std::fwrite(data, 1, size, file);
  std::fclose(file);
  static const bool removed_at_exit =
      std::atexit([] { std::remove(file_of(nullptr, 0).c_str()); }) == 0;
  static_cast<void>(removed_at_exit);
  return place;
}

// Reads the bytes as a file. The read may throw Error, but nothing else.
template <class Read>
void read_bytes(const std::uint8_t* data, std::size_t size, const Read& read) {
  try {
    read(file_of(data, size));
  } catch (const Error& error) {
    require_valid(error.what()[0] != '\0', "an error says what it is");
  }
}

// If the bytes can be read, writing the result, reading it and writing it again must give the same
// bytes.
template <class Read, class Write>
void round_trip(const std::uint8_t* data, std::size_t size, const Read& read, const Write& write) {
  read_bytes(data, size, [&](const fs::path& file) {
    const std::string text = write(read(file));
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    try {
      require_valid(write(read(file_of(bytes, text.size()))) == text,
                    "reading what was written gives it again");
    } catch (const Error& error) {
      std::fprintf(stderr, "%s\n", error.what());
      require_valid(false, "what was written can be read");
    }
  });
}

void fuzz_config(const std::uint8_t* data, std::size_t size) {
  read_bytes(data, size, [](const fs::path& file) {
    RunOptions options;
    read_config(file, describe(options), {"synth"});
  });
}

void fuzz_target_file(const std::uint8_t* data, std::size_t size) {
  read_bytes(data, size, [](const fs::path& file) {
    BoardOptions options;
    options.target = file.string();
    const Board board = make_board(options);
    require_valid(corner_count(board) > 0, "a board has corners");
    board_warnings(board);
  });
}

void fuzz_planned_cameras(const std::uint8_t* data, std::size_t size) {
  read_bytes(data, size, [](const fs::path& file) {
    for (const Camera& camera : read_planned_rig(file.string()).cameras)
      require_valid(camera.T_cam_rig->matrix().allFinite(), "a planned pose is finite");
  });
}

void fuzz_image_list(const std::uint8_t* data, std::size_t size) {
  read_bytes(data, size, [](const fs::path& file) { read_image_list(file); });
}

void fuzz_timestamps(const std::uint8_t* data, std::size_t size) {
  Dataset dataset;
  for (const std::string name : {"cam_0", "cam_1"})
    dataset.cameras.push_back(
        {.name = name, .images = {{1, name + "/1.png"}, {2, name + "/2.png"}}});
  read_bytes(data, size, [&](const fs::path& file) {
    dataset.root = file.parent_path();
    set_times(dataset, read_timestamps_file(dataset, file, Others::kRefuse));
    require_rising_times(dataset, file.string());
    pair_by_time(dataset, usual_tolerance_s(dataset));
    require_valid(time_spread(dataset).has_value(), "all images have a time");
  });
}

// Each form of points reads the bytes as its own.
void fuzz_points(const std::uint8_t* data, std::size_t size) {
  read_bytes(data, size, [](const fs::path& file) { csv_bytes(read_pixel_csv(file, 1), 1); });
  read_bytes(data, size, [](const fs::path& file) { csv_bytes(read_point_csv(file, 1), 1); });
  read_bytes(data, size, [](const fs::path& file) { json_bytes(read_pixel_json(file)); });
  read_bytes(data, size, [](const fs::path& file) { json_bytes(read_point_json(file)); });
  read_bytes(data, size, [](const fs::path& file) { read_pixel_npy(file, {"a", "b"}); });
  read_bytes(data, size, [](const fs::path& file) { read_point_npy(file); });
  read_bytes(data, size, [](const fs::path& file) { read_measured_points(file); });
  read_bytes(data, size, [](const fs::path& file) {
    json_bytes(read_view_files({{"a", file}}, 0.5));
  });
}

void fuzz_recordings(const std::uint8_t* data, std::size_t size) {
  read_bytes(data, size, [](const fs::path& file) { read_batch_plan(file, {"synth"}); });
}

void fuzz_import(const std::uint8_t* data, std::size_t size) {
  for (const ImportFormat& format : import_formats()) {
    read_bytes(data, size, [&](const fs::path& file) {
      const Calibration calibration = import_calibration({file.string()}, {.format = &format});
      require_valid(!calibration.cameras.empty(), "an import has cameras");
      to_yaml(calibration);
    });
  }
}

void fuzz_image(const std::uint8_t* data, std::size_t size) {
  limit_pixels(1'000'000);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (const PixelFormat format : {PixelFormat::kGray8, PixelFormat::kAsStored}) {
    const DecodedImage image = decode_image(bytes, format);
    require_valid(image.pixels.empty() != image.problem.empty(), "pixels, or a problem");
    if (format == PixelFormat::kGray8 && !image.pixels.empty())
      require_valid(image.pixels.type() == CV_8UC1, "gray is of one channel");
  }
}

void check(const Detection& detection, const cv::Mat& gray, const Board& board) {
  require_valid(detection.found() == detection.reason.empty(), "corners, or a reason");
  std::set<int> ids;
  for (const Corner& corner : detection.corners) {
    require_valid(corner.id >= 0 && corner.id < corner_count(board), "an id of the board");
    require_valid(ids.insert(corner.id).second && *ids.rbegin() == corner.id, "rising ids");
    require_valid(corner.x >= 0 && corner.y >= 0 && corner.x < gray.cols && corner.y < gray.rows,
                  "a corner in the picture");
    require_valid(corner.sigma_px > 0, "a corner with a sigma");
  }
}

// The input is four bytes of sizes, and then pixels, which are repeated as often as needed.
void fuzz_find_board(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return;
  const Board board{&kChessboard, 3 + data[2] % 10, 3 + data[3] % 10, 0.03};
  cv::Mat gray(1 + data[1], 1 + data[0], CV_8U);
  for (int y = 0; y < gray.rows; ++y) {
    for (int x = 0; x < gray.cols; ++x) {
      gray.at<std::uint8_t>(y, x) =
          data[4 + static_cast<std::size_t>(y * gray.cols + x) % (size - 4)];
    }
  }
  check(detect_fast(gray, board), gray, board);
}

template <auto kRead>
void fuzz_artifact(const std::uint8_t* data, std::size_t size) {
  round_trip(data, size, kRead, [](const auto& artifact) { return to_yaml(artifact); });
}

}  // namespace

const std::vector<FuzzTarget>& fuzz_targets() {
  static const std::vector<FuzzTarget> targets = {
      {"dataset", fuzz_artifact<read_dataset>},
      {"observations", fuzz_artifact<read_observations>},
      {"calibration", fuzz_artifact<read_calibration>},
      {"rectification", fuzz_artifact<read_rectification>},
      {"design", fuzz_artifact<read_design>},
      {"planned_cameras", fuzz_planned_cameras},
      {"config", fuzz_config},
      {"target", fuzz_target_file},
      {"image_list", fuzz_image_list},
      {"timestamps", fuzz_timestamps},
      {"recordings", fuzz_recordings},
      {"import", fuzz_import},
      {"points", fuzz_points},
      {"image", fuzz_image},
      {"find_board", fuzz_find_board},
  };
  return targets;
}

}  // namespace calib::testing
