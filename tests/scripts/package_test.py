#!/usr/bin/env python3
"""The Debian packages: what they hold and need, and that the program and the Python package run from an empty root.

usage: package_test.py CPACK BUILD_FOLDER SOURCE_FOLDER
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CPACK, BUILD, SOURCE = (pathlib.Path(argument) for argument in sys.argv[1:])
PACKAGES = ("calib", "libcalib-dev")
PYTHON = "/usr/bin/python3"


def output(*command, **more):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def require(condition, message):
    if not condition:
        sys.exit(message)


def check_fields(file, name):
    fields = dict(re.findall(r"^ ([\w-]+): (.*)$", output("dpkg-deb", "--info", file), re.M))
    require(fields["Package"] == name, f"{file}: found the package {fields['Package']}, expected {name}")
    require(re.match("calibrates rigs|libraries and headers", fields["Description"]), f"{file}: described as {fields['Description']}")
    needs = {part.split(" ")[0] for part in fields["Depends"].split(", ")}
    expected = {
        "calib": {"libc6", "libopencv-core406", "libopencv-videoio406", "libtbb12", "libyaml-cpp0.7", "python3", "python3-numpy"},
        "libcalib-dev": {"calib", "libeigen3-dev", "libopencv-dev"},
    }[name]
    require(expected <= needs, f"{file}: does not depend on {expected - needs}")
    require(name != "calib" or not any(need.endswith("-dev") for need in needs), f"{file}: depends on {needs}")


def check_files(file, name):
    lines = output("dpkg-deb", "--contents", file).splitlines()
    files = {line.split()[5].removeprefix("."): line for line in lines}
    expected = {
        "calib": ["/usr/bin/calib", "/usr/lib/calib/calib_codecs.so", "/usr/share/man/man1/calib-run.1",
                  "/usr/share/bash-completion/completions/calib", "/usr/share/doc/calib/copyright", "/usr/share/calib/demo/"],
        "libcalib-dev": ["/usr/include/calib/calib.hpp", "/usr/lib/calib/libcalib_io.a", "/usr/lib/cmake/calib/calibConfig.cmake"],
    }[name]
    for place in expected:
        require(place in files, f"{file}: has no {place}, but {list(files)}")
    for place, line in files.items():
        require(" root/root " in line, f"{file}: {place} does not belong to root: {line}")
        require(re.match(r"[-d]rwxr-xr-x|-rw-r--r--", line), f"{file}: {place} has odd rights: {line}")
        require(not re.search(r"\.(pyc|cpp)$|/usr/local|/tests/", place), f"{file}: holds {place}")


def check_root(root, work):
    """Nothing of the build folder is used: the program finds its library of codecs, and Python its module, in the root."""
    environment = {"PATH": f"{root}/usr/bin:/usr/bin:/bin", "HOME": str(work), "PYTHONDONTWRITEBYTECODE": "1"}
    run = dict(env=environment, cwd=work)
    output("calib", "run", root / "usr/share/calib/demo", "--layout", "2x2", "--board", "11x8", "--square", "30mm", "-o", "out", **run)
    output("calib", "undistort", "out/calibration.yaml", "--images", root / "usr/share/calib/demo", "--format", "jpg", "-o", "jpg", **run)
    require(list((work / "jpg").rglob("*.jpg")), "calib undistort wrote no pictures")
    module = next(root.glob("usr/lib/python3*/dist-packages"))
    environment["PYTHONPATH"] = str(module)
    found = output(PYTHON, "-c", "import calib; print(calib.__file__); print(calib.load('out/calibration.yaml').cameras)", **run)
    require(found.splitlines() == [f"{module}/calib/__init__.py", "['cam0', 'cam1', 'cam2', 'cam3']"], f"python3 printed {found}")


def check_bytes(root):
    """No file names the folder of the sources, or that of the build."""
    for path in root.rglob("*"):
        if path.is_file() and str(SOURCE).encode() in path.read_bytes():
            sys.exit(f"{path}: names the folder {SOURCE}")


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        output(CPACK, "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", work / "packages", cwd=BUILD)
        files = sorted((work / "packages").glob("*.deb"))
        require([file.name.split("_")[0] for file in files] == sorted(PACKAGES), f"expected {PACKAGES}, found {files}")
        root = work / "root"
        for file, name in zip(files, sorted(PACKAGES)):
            check_fields(file, name)
            check_files(file, name)
            output("dpkg-deb", "--extract", file, root)
            print(f"{file.name}: {os.path.getsize(file) / 1e6:.1f} MB")
        check_bytes(root)
        check_root(root, work)


if __name__ == "__main__":
    main()
