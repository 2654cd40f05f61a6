#pragma once
// Reads text as a file, and returns error messages without the name of the folder.

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "support/error_text.hpp"
#include "support/temporary_folder.hpp"

namespace calib::testing {

/// Does not flush to disk as base/files.hpp does, because that takes long for hundreds of files.
inline void write_quickly(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::remove(path);  // ext4 would flush a file that is truncated and written again.
  std::ofstream(path, std::ios::binary) << text;
}

/// Writes a file `name` with this text and returns read(path).
template <class Read>
auto read_text(const std::string& text, Read&& read, const std::string& name = "f.yaml") {
  const TemporaryFolder folder;
  write_quickly(folder.path() / name, text);
  return read(folder.path() / name);
}

/// The error message for a file f.yaml with this text. It begins with "f.yaml:".
template <class Read>
std::string message_of(const std::string& text, Read&& read) {
  const TemporaryFolder folder;
  write_quickly(folder.path() / "f.yaml", text);
  const std::string message = error_text([&] { read(folder.path() / "f.yaml"); });
  const std::string prefix = folder.path().string() + "/";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

/// Replaces the first `from` in `text` by `to`. The test fails if there is none.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) {
    ADD_FAILURE() << "'" << from << "' is not in the text";
    return text;
  }
  return text.replace(at, from.size(), to);
}

/// Reads many damaged versions of a valid text. Each of them must be read, or cause an Error that
/// begins with the file, a line and a column. The test fails for any other exception.
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
  EXPECT_GT(errors, 400);  // The others only change a number or a name.
}

}  // namespace calib::testing
