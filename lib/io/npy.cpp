#include "io/npy.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/errors.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace calib {
namespace {

static_assert(std::endian::native == std::endian::little, "files are little-endian");

constexpr std::string_view kNpyMagic("\x93NUMPY", 6);
constexpr std::string_view kNpyVersion("\x01\x00", 2);
constexpr std::size_t kMostDimensions = 8;

// The text after "'key':" in a header, which is a Python dictionary.
std::string_view npy_entry(std::string_view header, const std::string& key) {
  const std::size_t at = header.find("'" + key + "'");
  if (at == std::string_view::npos) return {};
  const std::size_t colon = header.find(':', at);
  return colon == std::string_view::npos ? std::string_view{} : header.substr(colon + 1);
}

std::vector<std::size_t> npy_shape(std::string_view header, const std::string& file) {
  const std::string_view entry = npy_entry(header, "shape");
  const std::size_t open = entry.find('('), close = entry.find(')');
  std::vector<std::size_t> shape;
  if (open < close && close != std::string_view::npos) {
    for (const std::string& part : split(entry.substr(open + 1, close - open - 1), ',')) {
      if (part.empty()) continue;
      const auto count = parse_integer(part);
      require(count && *count >= 0 && *count < (std::int64_t{1} << 40),
              fmt::format("{}: found the size '{}' in its header, expected a number", file, part));
      shape.push_back(static_cast<std::size_t>(*count));
    }
  }
  require(!shape.empty() && shape.size() <= kMostDimensions,
          file + ": has no shape in its header, expected an array of NumPy");
  return shape;
}

template <class T>
std::vector<double> npy_values(std::string_view bytes, std::size_t count) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
  }
  return values;
}

}  // namespace

std::string shape_text(const std::vector<std::size_t>& shape) {
  std::string text;
  for (const std::size_t size : shape) text += (text.empty() ? "" : ", ") + std::to_string(size);
  return text;
}

std::string npy_header(std::string_view type, const std::vector<std::size_t>& shape) {
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                 type, shape_text(shape), shape.size() == 1 ? "," : "");
  // The magic, the version, a length of two bytes and the text with its newline fill a multiple of
  // 64 bytes.
  const std::size_t before = kNpyMagic.size() + kNpyVersion.size() + 2;
  text.append(63 - (before + text.size()) % 64, ' ');
  text += '\n';
  std::string header(kNpyMagic);
  header += kNpyVersion;
  header += static_cast<char>(text.size() & 0xFF);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

NpyArray read_npy(const std::filesystem::path& path) {
  const std::string file = path.string();
  const std::string bytes = read_file(path);
  require(bytes.size() > 12 && bytes.starts_with(kNpyMagic),
          file + ": is not an array of NumPy, expected a file that numpy.save() wrote");
  const auto byte = [&](std::size_t i) {
    return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
  };
  const bool is_first = byte(6) == 1;
  const std::size_t begin = is_first ? 10 : 12;
  const std::size_t length =
      byte(8) + (byte(9) << 8) + (is_first ? 0 : (byte(10) << 16) + (byte(11) << 24));
  require(begin + length <= bytes.size(), file + ": its header is cut off");
  const std::string_view header = std::string_view(bytes).substr(begin, length);
  const std::string_view type = npy_entry(header, "descr");
  const bool is_double = type.substr(0, 8).find("<f8") != std::string_view::npos;
  require(is_double || type.substr(0, 8).find("<f4") != std::string_view::npos,
          file +
              ": holds no floating-point numbers, expected float64 or float32: save "
              "array.astype(float)");
  require(npy_entry(header, "fortran_order").substr(0, 8).find("False") != std::string_view::npos,
          file + ": is in Fortran order: save numpy.ascontiguousarray(array)");
  NpyArray array{npy_shape(header, file), {}};
  const std::string_view body = std::string_view(bytes).substr(begin + length);
  std::size_t count = is_double ? sizeof(double) : sizeof(float);
  for (const std::size_t size : array.shape) {
    require(size == 0 || count <= body.size() / size,
            fmt::format("{}: is cut off: its {} bytes are fewer than the shape ({}) needs", file,
                        body.size(), shape_text(array.shape)));
    count *= size;
  }
  count /= is_double ? sizeof(double) : sizeof(float);
  array.values = is_double ? npy_values<double>(body, count) : npy_values<float>(body, count);
  return array;
}

}  // namespace calib
