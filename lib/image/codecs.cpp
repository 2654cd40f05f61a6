#include "image/codecs.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/errors.hpp"

namespace calib {
namespace fs = std::filesystem;
namespace {

constexpr const char* kLibrary = "calib_codecs.so";

std::vector<fs::path> places() {
  std::vector<fs::path> folders;
  if (const char* named = std::getenv("CALIB_CODECS")) folders.emplace_back(named);
  std::error_code unknown;
  const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
  if (!unknown) {
    const fs::path folder = program.parent_path();
    folders.insert(folders.end(), {folder, folder / CALIB_LIBRARIES_FROM_PROGRAM});
  }
  folders.emplace_back(CALIB_INSTALLED_LIBRARIES);  // for other programs that link this library
  return folders;
}

const Codecs& load() {
  for (const fs::path& folder : places()) {
    const fs::path file = folder / kLibrary;
    std::error_code absent;
    if (!fs::exists(file, absent)) continue;
    void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* table = library ? ::dlsym(library, "calib_codecs") : nullptr;
    if (!table) throw Error(fmt::format("{}: cannot be loaded: {}", file.string(), ::dlerror()));
    return *static_cast<const Codecs*>(table);
  }
  throw Error(
      fmt::format("{} is neither in the folder of the program nor in the installation folder: "
                  "install calib again, or set the environment variable CALIB_CODECS to its folder",
                  kLibrary));
}

}  // namespace

const Codecs& codecs() {
  static const Codecs& loaded = load();
  return loaded;
}

}  // namespace calib
