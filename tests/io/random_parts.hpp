#pragma once
// Random parts of artifacts, with names and texts that are difficult for YAML.

#include <random>
#include <string>
#include <vector>

#include "base/files.hpp"
#include "base/text.hpp"
#include "geometry/pose.hpp"
#include "scene/board.hpp"
#include "scene/board_types.hpp"
#include "scene/provenance.hpp"

namespace calib::testing {

using Random = std::mt19937;

inline const std::vector<std::string>& odd_texts() {
  static const std::vector<std::string> texts = {"on",
                                                 "1.5",
                                                 "a: b",
                                                 "\u00fc",
                                                 "#x",
                                                 "",
                                                 "null",
                                                 "~",
                                                 "True",
                                                 "y",
                                                 "NO",
                                                 "-",
                                                 "- a",
                                                 "? b",
                                                 "[1, 2]",
                                                 "{a: 1}",
                                                 "&anchor",
                                                 "*alias",
                                                 "!tag",
                                                 "|",
                                                 ">",
                                                 "%YAML",
                                                 "@at",
                                                 "`tick`",
                                                 "it's",
                                                 "say \"hi\"",
                                                 "back\\slash",
                                                 " leading",
                                                 "trailing ",
                                                 "two\nlines",
                                                 "tab\there",
                                                 "0x1F",
                                                 "1e5",
                                                 "1_000",
                                                 "12:30:45",
                                                 ".inf",
                                                 ".nan",
                                                 "nan",
                                                 "<<",
                                                 "=",
                                                 "---",
                                                 "...",
                                                 "a #b",
                                                 "a:",
                                                 "\u2028line",
                                                 "\u0085next",
                                                 "\uFEFFmark",
                                                 "\U0001F4F7",
                                                 "\x01\x04\x7F",
                                                 "2001-12-14",
                                                 "\r\n",
                                                 "cam 0/0012.png",
                                                 "011",
                                                 "+1",
                                                 "C:\\images\\0.png",
                                                 "key: |",
                                                 "\u65e5\u672c\u8a9e"};
  return texts;
}

inline std::string odd_text(Random& random) { return odd_texts()[random() % odd_texts().size()]; }

/// A random name that a camera, and hence a folder, can have.
inline std::string odd_name(Random& random) {
  while (true) {
    std::string name = odd_text(random);
    if (is_file_name(name)) return name;
  }
}

inline double uniform(Random& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

inline bool coin(Random& random) { return random() % 2 == 0; }

inline Pose random_pose(Random& random) {
  std::normal_distribution<double> normal;
  const Eigen::Quaterniond q(normal(random), normal(random), normal(random), normal(random));
  return {q.normalized(), {normal(random), normal(random), normal(random)}};
}

/// A time with at most 9 decimals, as files hold it.
inline double random_time_s(Random& random) {
  return *parse_number(to_text(uniform(random, -1, 1000), 9));
}

inline CropInfo random_crop(Random& random, int width, int height) {
  const int x = static_cast<int>(random() % 3000), y = static_cast<int>(random() % 3000);
  return {x + width + static_cast<int>(random() % 9), y + height, x, y, width, height};
}

inline Board random_board(Random& random) {
  Board board{board_types()[random() % board_types().size()].value,
              2 + static_cast<int>(random() % 9), 2 + static_cast<int>(random() % 9),
              0.001 + 0.5 * static_cast<double>(random() % 1000) / 999};
  if (coin(random)) board.marker_m = board.square_m / 3;
  if (coin(random)) board.dictionary = odd_text(random);
  if (coin(random)) board.first_marker = 17;
  return board;
}

inline Provenance random_provenance(Random& random) {
  Provenance provenance;
  if (coin(random)) provenance.inputs_hash = "12345678901234567890e45678901234";
  const std::size_t count = random() % 4;
  for (std::size_t i = 0; i < count; ++i)
    provenance.options.emplace_back("key_" + std::to_string(i) + odd_text(random),
                                    odd_text(random));
  return provenance;
}

}  // namespace calib::testing
