"""The rules of scripts/check_layers.py, each broken once in a small tree of its own."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check_layers.py"


def check(files):
    """Exit code and output of the script over a tree of these files."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        run = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True,
                             check=False)
        return run.returncode, run.stdout


class CheckLayers(unittest.TestCase):
    def assert_allowed(self, name, text):
        code, output = check({name: text})
        self.assertEqual(code, 0, output)

    def assert_refused(self, name, text, message):
        code, output = check({name: "// first line\n" + text})
        self.assertEqual(code, 1)
        self.assertEqual(output, f"{name}:2: {message}\n")

    def test_downwards_is_allowed(self):
        self.assert_allowed("lib/solve/a.cpp", '#include "base/text.hpp"\n#include "solve/b.hpp"\n')
        self.assert_allowed("app/a.cpp", '#include "pipeline/run.hpp"\n')
        self.assert_allowed("lib/target/a.cpp", '#include "corner/finder.hpp"\n')
        self.assert_allowed("lib/synth/a.cpp", '#include "target/pattern.hpp"\n')

    def test_upwards_is_refused(self):
        self.assert_refused("lib/camera/models/a.hpp", '#include "scene/board.hpp"\n',
                            "camera must not include scene, which is in the same row or below it")

    def test_files_are_written_by_base(self):
        message = "io must not write files itself: use write_file() of base/files.hpp, which never leaves an incomplete file"
        self.assert_refused("lib/io/a.cpp", "std::ofstream file(path);\n", message)
        self.assert_refused("lib/io/a.cpp", "cv::imwrite(path, pixels);\n", message)
        self.assert_refused("lib/io/a.cpp", "open(path, O_CREAT | O_RDWR);\n", message)
        self.assert_allowed("lib/base/a.cpp", "std::ofstream file(path);\n")

    def test_sideways_is_refused(self):
        self.assert_refused("lib/solve/a.cpp", '#include "image/crop.hpp"\n',
                            "solve must not include image, which is in the same row or below it")
        self.assert_refused("lib/target/a.cpp", '#include "synth/synthetic_rig.hpp"\n',
                            "target must not include synth, which is in the same row or below it")

    def test_files_are_named_by_their_folder(self):
        message = 'is not named by its folder, as in "base/errors.hpp"'
        self.assert_refused("lib/base/a.cpp", '#include "errors.hpp"\n', f'"errors.hpp" {message}')
        self.assert_refused("lib/base/a.cpp", '#include "../base/errors.hpp"\n',
                            f'"../base/errors.hpp" {message}')

    def test_libraries_stay_in_their_folders(self):
        self.assert_refused("lib/evaluate/a.cpp", "#include <opencv2/core.hpp>\n",
                            "evaluate must not use OpenCV")
        self.assert_refused("lib/solve/a.hpp", "#  include <opencv2/core.hpp>\n",
                            "the headers of solve must not use OpenCV")
        self.assert_allowed("lib/solve/a.cpp", "#include <opencv2/core.hpp>\n")
        self.assert_refused("lib/solve/a.cpp", "#include <ceres/ceres.h>\n",
                            "solve must not use Ceres")
        self.assert_refused("lib/io/a.hpp", "#include <yaml-cpp/yaml.h>\n",
                            "the headers of io must not use yaml-cpp")
        self.assert_refused("lib/pipeline/a.cpp", "#include <spdlog/spdlog.h>\n",
                            "pipeline must not use spdlog")

    def test_nothing_below_the_pipeline_prints(self):
        message = "must not print: return what happened"
        self.assert_refused("lib/solve/a.cpp", 'void f() { std::cout << "x"; }\n', f"solve {message}")
        self.assert_refused("lib/solve/a.cpp", 'void f() { printf("x"); }\n', f"solve {message}")
        self.assert_allowed("lib/solve/a.cpp", "// std::cout is for app/\nint n = snprintf(b, 9, f);\n")
        self.assert_allowed("app/a.cpp", 'void f() { std::cout << "x"; }\n')

    def test_a_folder_without_a_place_is_refused(self):
        code, output = check({"lib/misc/a.cpp": ""})
        self.assertEqual(code, 1)
        self.assertIn("the folder 'misc' is missing", output)

    def test_an_empty_tree_is_no_success(self):
        self.assertEqual(check({})[0], 1)


if __name__ == "__main__":
    unittest.main()
