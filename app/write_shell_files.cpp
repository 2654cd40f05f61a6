// A program for the build, which writes the man pages and shell completions in the layout of
// /usr/share. Usage: calib_write_shell_files PROSE_FOLDER OUTPUT_FOLDER

#include <filesystem>
#include <iostream>

#include "app/completion.hpp"
#include "app/man_page.hpp"
#include "base/files.hpp"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: calib_write_shell_files PROSE_FOLDER OUTPUT_FOLDER\n";
    return 2;
  }
  try {
    const std::filesystem::path prose_folder = argv[1], share = argv[2];
    const auto prose_of = [&](const std::string& name) {
      return calib::read_file(prose_folder / (name + ".txt"));
    };
    const calib::Program program;
    calib::write_file(share / "bash-completion/completions/calib", bash_completion(program));
    calib::write_file(share / "zsh/site-functions/_calib", zsh_completion(program));
    calib::write_file(share / "fish/vendor_completions.d/calib.fish", fish_completion(program));
    calib::write_file(share / "man/man1/calib.1", program_man_page(program, prose_of("calib")));
    for (const calib::DefinedCommand& defined : program.commands()) {
      const std::string& name = defined.command->name;
      calib::write_file(share / "man/man1" / ("calib-" + name + ".1"),
                        command_man_page(defined, prose_of(name)));
    }
  } catch (const std::exception& error) {
    std::cerr << "calib_write_shell_files: " << error.what() << '\n';
    return 2;
  }
  return 0;
}
