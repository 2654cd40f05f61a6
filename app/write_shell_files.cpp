// A program of the build: writes man pages and completions for installation, laid out as below
// /usr/share. Usage: calib_write_shell_files FOLDER

#include <filesystem>
#include <iostream>

#include "app/completion.hpp"
#include "app/man_page.hpp"
#include "base/files.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: calib_write_shell_files FOLDER\n";
    return 2;
  }
  try {
    const std::filesystem::path share = argv[1];
    const calib::Program program;
    calib::write_file(share / "bash-completion/completions/calib", bash_completion(program));
    calib::write_file(share / "zsh/site-functions/_calib", zsh_completion(program));
    calib::write_file(share / "fish/vendor_completions.d/calib.fish", fish_completion(program));
    calib::write_file(share / "man/man1/calib.1", program_man_page(program));
    for (const calib::DefinedCommand& defined : program.commands()) {
      calib::write_file(share / "man/man1" / ("calib-" + defined.command->name + ".1"),
                        command_man_page(defined));
    }
  } catch (const std::exception& error) {
    std::cerr << "calib_write_shell_files: " << error.what() << '\n';
    return 2;
  }
  return 0;
}
