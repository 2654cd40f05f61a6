#pragma once
// A text read as a file, and what its reading complains of, without the folder's name.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib::testing {

/// Without base/files.hpp's flush to disk, which hundreds of small files do not need.
inline void write_quickly(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::remove(path);  // ext4 flushes a file that is emptied and written again
  std::ofstream(path, std::ios::binary) << text;
}

/// read(path) of a file `name` with this text.
template <class Read>
auto read_text(const std::string& text, Read&& read, const std::string& name = "f.yaml") {
  const TemporaryFolder folder;
  write_quickly(folder.path() / name, text);
  return read(folder.path() / name);
}

/// The message of reading a file f.yaml with this text, beginning "f.yaml:".
template <class Read>
std::string message_of(const std::string& text, Read&& read) {
  const TemporaryFolder folder;
  write_quickly(folder.path() / "f.yaml", text);
  const std::string message = error_text([&] { read(folder.path() / "f.yaml"); });
  const std::string prefix = folder.path().string() + "/";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

/// `text` with the first `from` replaced by `to`; a test failure when there is none.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) {
    ADD_FAILURE() << "'" << from << "' is not in the text";
    return text;
  }
  return text.replace(at, from.size(), to);
}

/// Reads many damaged versions of a good text: each must read, or end in an Error that begins with
/// the file, a line and a column. Any other exception fails the test.
template <class Read>
void expect_damage_is_told(const std::string& good, Read&& read) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "f.yaml";
  const std::string alphabet = "0189-.:#{}[]|>&*!%\"'\\ \n\tax~\xC3\x04";
  std::mt19937 random(1);
  int errors = 0;
  for (int i = 0; i < 1000; ++i) {
    std::string text = good;
    const std::size_t at = random() % text.size();
    const char c = alphabet[random() % alphabet.size()];
    if (i % 4 == 0) text[at] = c;
    if (i % 4 == 1) text.insert(at, 1, c);
    if (i % 4 == 2) text.erase(at, 1 + random() % 20);
    if (i % 4 == 3) text.erase(at);
    write_quickly(file, text);
    try {
      read(file);
    } catch (const Error& error) {
      ++errors;
      const std::string place = std::string(error.what()).substr(file.string().size());
      int line = 0, column = 0;
      EXPECT_EQ(std::sscanf(place.c_str(), ":%d:%d: ", &line, &column), 2) << place << "\n" << text;
      EXPECT_TRUE(line > 0 && column > 0) << place << "\n" << text;
    }
  }
  EXPECT_GT(errors, 400);  // most damage is seen; the rest changes a number or a name
}

}  // namespace calib::testing
