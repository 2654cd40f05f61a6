#!/usr/bin/env python3
"""Folders and files that are not what they should be: one line that names them, never a wait, nothing lost.

usage: disk_test.py PROGRAM
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

BOARD = ["--board", "7x4", "--square", "40mm"]
SECONDS = 60  # a command that waits for a pipe would take for ever
NOBODY = 65534


def become_nobody():
    """Permissions do not stop the superuser."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


class Disk:
    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        self.folder.chmod(0o755)
        self.ok("synth", "--cameras", "2", "--frames", "8", "--size", "320x240", "--partial", "0", *BOARD, "-o",
                self.folder / "synth")
        self.images = self.folder / "synth"
        self.observations = self.folder / "observations.yaml"
        self.ok("detect", self.images, *BOARD, "-o", self.observations)

    def calib(self, *arguments, anyone=False):
        try:
            return subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True, timeout=SECONDS,
                                  stdin=subprocess.DEVNULL, preexec_fn=become_nobody if anyone else None)
        except subprocess.TimeoutExpired:
            sys.exit(f"calib {' '.join(map(str, arguments))}: still there after {SECONDS} s")

    def ok(self, *arguments, **more):
        done = self.calib(*arguments, **more)
        if done.returncode != 0:
            sys.exit(f"calib {' '.join(map(str, arguments))} ended with {done.returncode}:\n{done.stderr}")
        return done

    def refused(self, *arguments, says, **more):
        """Ends with exit code 2 and one line of error, which holds all of `says`."""
        done = self.calib(*arguments, **more)
        command = f"calib {' '.join(map(str, arguments))}"
        errors = [line for line in done.stderr.splitlines() if line.startswith("calib: ")]
        if done.returncode != 2 or len(errors) != 1:
            sys.exit(f"{command} ended with {done.returncode}, expected 2 and one line:\n{done.stderr}")
        for text in says:
            if str(text) not in errors[0]:
                sys.exit(f"{command}: '{text}' is not in: {errors[0]}")


def file_size_limit(disk):
    """The system's signal for a file that may not grow is a failed write like any other."""
    limited = subprocess.run(["sh", "-c", 'ulimit -f 1; exec "$0" "$@"', disk.program, "intrinsics", disk.observations,
                              "-o", disk.folder / "limited.yaml"], capture_output=True, text=True)
    if limited.returncode != 2 or "cannot write: File too large" not in limited.stderr:
        sys.exit(f"a file size limit: {limited.returncode} {limited.stderr}")
    if list(disk.folder.glob("*limited.yaml*")) or list(disk.folder.glob(".limited.yaml*")):
        sys.exit("a file size limit: something was left behind")


def closed_pipe(disk):
    """`calib run ... | head -1` ends as it would without `head`."""
    output = disk.folder / "piped"
    done = subprocess.run(["sh", "-c", '"$0" "$@" | head -1', disk.program, "run", disk.images, *BOARD, "-o", output],
                          capture_output=True, text=True)
    if not (output / "calibration.yaml").exists() or list(output.glob(".calib*")):
        sys.exit(f"a closed pipe ended the run: {done.stderr}")


def odd_names(disk):
    folder = os.fsencode(disk.folder) + b"/odd"
    os.mkdir(folder)
    source = next(disk.images.rglob("cam0/*.png")).read_bytes()
    for name in (b"/1.png", b"/\xff2.png"):
        with open(folder + name, "wb") as file:
            file.write(source)
    disk.refused("detect", disk.folder / "odd", *BOARD, "-o", "/dev/null", says=["\\xff2.png", "rename the file"])


def standard_output(disk):
    """-o /dev/stdout is the result and nothing else, in a pipe and in a file that the shell opened."""
    output = disk.folder / "result.yaml"
    disk.ok("intrinsics", disk.observations, "-o", output)
    caught = disk.folder / "caught.yaml"
    log = disk.folder / "log.txt"
    for shell, before, after in (('set -o pipefail; "$0" "$@" | cat > {}', "", ""), ('"$0" "$@" > {}', "", ""),
                                 ('echo \\# >> {0}; "$0" "$@" >> {0}', "#\n", ""),
                                 ('{{ echo \\#; "$0" "$@"; echo end; }} > {}', "#\n", "end\n")):
        caught.write_text("")
        subprocess.run(["bash", "-c", shell.format(caught), disk.program, "intrinsics", disk.observations, "-o", "/dev/stdout"],
                       capture_output=True, check=True)
        if caught.read_text() != before + output.read_text() + after:
            sys.exit(f"-o /dev/stdout with {shell}: {caught.read_text()[:300]}")
    piped = disk.folder / "from a pipe.yaml"
    subprocess.run([disk.program, "intrinsics", "/dev/stdin", "-o", piped], input=disk.observations.read_bytes(),
                   capture_output=True, check=True)
    if piped.read_text() != output.read_text():
        sys.exit("observations from a pipe: not the bytes that the file gives, provenance included")
    log.write_text("what others wrote\n")
    done = subprocess.run(["sh", "-c", f'"$0" "$@" 2>> {log}', disk.program, "intrinsics", disk.observations, "-o", "/dev/null",
                           "--log-file", "/dev/stderr"], capture_output=True)
    if done.returncode != 2 or not log.read_text().startswith("what others wrote\ncalib: /dev/stderr: leads to a file"):
        sys.exit(f"--log-file /dev/stderr: {done.returncode} {log.read_text()}")


def names_with_blanks_and_letters(disk):
    output = disk.folder / "Übung 3 „blau“/ergebnis 1"
    disk.ok("run", disk.images, *BOARD, "-o", output)
    disk.ok("evaluate", output / "calibration.yaml", output / "observations.yaml")
    disk.ok("rectify", output / "calibration.yaml", "--images", disk.images, "-o", output / "gerade gerückt")


def read_only_output(disk):
    closed = disk.folder / "closed"
    closed.mkdir(mode=0o555)
    disk.refused("detect", disk.images, *BOARD, "-o", closed / "observations.yaml", anyone=True,
                 says=[closed / "observations.yaml", "Permission denied"])
    disk.refused("run", disk.images, *BOARD, "-o", closed / "out", anyone=True, says=[closed, "Permission denied"])
    disk.refused("run", disk.images, *BOARD, "-o", closed, anyone=True, says=[closed, "Permission denied"])
    if os.listdir(closed):
        sys.exit("something was written into a read-only folder")


def one_writer_of_a_file(disk):
    """The second of two commands with one output is refused before it looks at a picture."""
    output = disk.folder / "shared.yaml"
    command = ["flock", disk.folder / ".shared.yaml.lock", disk.program, "detect", disk.images, *BOARD, "-o", output]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 2 or "another calib is writing this file" not in done.stderr or output.exists():
        sys.exit(f"two commands wrote one file: {done.returncode} {done.stderr}")


def unreadable_input(disk):
    hidden = disk.folder / "hidden"
    hidden.mkdir()
    for image in sorted(disk.images.rglob("cam0/*.png")):
        (hidden / image.name).write_bytes(image.read_bytes())
    (hidden / "0003.png").chmod(0)
    done = disk.calib("detect", hidden, *BOARD, "-o", "/dev/null", anyone=True)
    if done.returncode != 0 or "0003.png: " not in done.stderr or "Permission denied" not in done.stderr:
        sys.exit(f"a picture without permission was not named:\n{done.returncode} {done.stderr}")
    disk.observations.chmod(0)
    disk.refused("intrinsics", disk.observations, "-o", "/dev/null", anyone=True,
                 says=[disk.observations, "Permission denied"])
    disk.observations.chmod(0o644)
    inside = disk.folder / "locked/inside"
    inside.mkdir(parents=True)
    inside.parent.chmod(0)
    disk.refused("detect", inside, *BOARD, "-o", "/dev/null", anyone=True, says=[inside, "Permission denied"])
    disk.refused("detect", disk.images, *BOARD, "-o", inside / "observations.yaml", anyone=True,
                 says=[inside, "Permission denied"])
    inside.parent.chmod(0o755)


def results_of_others(disk):
    """What stands where a run would write, and is not of a run, stays."""
    for name in ["observations.yaml", "calibration.yaml", "rectified/rectification.yaml", "report.html"]:
        theirs = disk.folder / f"theirs_{pathlib.Path(name).stem}" / name
        theirs.parent.mkdir(parents=True)
        theirs.write_text("mine")
        disk.refused("run", disk.images, *BOARD, "-o", disk.folder / f"theirs_{theirs.stem}", says=[theirs, "--force"])
        if theirs.read_text() != "mine":
            sys.exit(f"{theirs} was overwritten")


def strictness_of_a_later_run(disk):
    """What an earlier run without --strict left out is not left out with it."""
    folder = disk.folder / "one_broken"
    shutil.copytree(disk.images, folder)
    picture = sorted((folder / "cam0").iterdir())[0]
    picture.write_bytes(picture.read_bytes()[:2000])
    disk.ok("run", folder, *BOARD, "-o", disk.folder / "lenient")
    disk.refused("run", folder, *BOARD, "-o", disk.folder / "lenient", "--strict", says=[picture.name, "truncated"])


def thin_pictures(disk):
    """Pictures that are all but lines are left out, and cost no overlay."""
    for size in ["1000 1", "16 60000"]:
        folder = disk.folder / f"thin_{size.split()[0]}"
        shutil.copytree(disk.images / "cam0", folder / "cam0")
        width, height = map(int, size.split())
        (folder / "cam0" / "100.pgm").write_bytes(f"P5 {size} 255\n".encode() + bytes(width * height))
        disk.ok("detect", folder, *BOARD, "-o", folder / "o.yaml", "--overlay", folder.with_suffix(".overlay"))
        if not (folder.with_suffix(".overlay") / "cam0.jpg").exists():
            sys.exit(f"no contact sheet beside a picture of {size}")


def links(disk):
    """A link to a folder is that folder; one to nothing or to a file is told of."""
    (disk.folder / "target").mkdir()
    link = disk.folder / "link"
    link.symlink_to("target")
    disk.ok("run", disk.images, *BOARD, "-o", link)
    if not link.is_symlink() or not (disk.folder / "target/calibration.yaml").exists():
        sys.exit("a run into a link did not keep it")
    input_link = disk.folder / "input"
    input_link.symlink_to(disk.images)
    disk.ok("detect", input_link, *BOARD, "-o", "/dev/null")
    dangling = disk.folder / "dangling"
    dangling.symlink_to("nothing")
    disk.refused("detect", dangling, *BOARD, "-o", "/dev/null", says=[dangling])
    to_file = disk.folder / "to_file"
    to_file.symlink_to(disk.observations)
    disk.refused("run", disk.images, *BOARD, "-o", to_file, says=[to_file, "expected a folder"])
    disk.refused("rectify", link / "calibration.yaml", "-o", to_file, says=[to_file])
    disk.refused("crop", disk.images, "--layout", "1x2", "-o", to_file, says=[to_file])


def pipes(disk):
    pipe = disk.folder / "pipe"
    os.mkfifo(pipe)
    disk.refused("intrinsics", pipe, "-o", "/dev/null", says=[pipe, "pipe"])
    disk.refused("info", pipe, says=[pipe, "pipe"])
    disk.refused("detect", pipe, *BOARD, "-o", "/dev/null", says=[pipe])
    disk.refused("run", "--config", pipe, disk.images, "-o", disk.folder / "unused", says=[pipe, "pipe"])
    disk.refused("run", disk.images, *BOARD, "-o", pipe, says=[pipe, "expected a folder"])
    inside = disk.folder / "pipe_inside"
    inside.mkdir()
    os.mkfifo(inside / "observations.yaml")
    disk.refused("run", disk.images, *BOARD, "-o", inside, says=[inside / "observations.yaml", "not a regular file"])
    video = disk.folder / "videos/cam0.mp4"
    video.parent.mkdir()
    os.mkfifo(video)
    disk.refused("detect", video.parent, *BOARD, "-o", "/dev/null", says=[video, "pipe"])


def colliding_names(disk):
    """7.png and 007.png are the same moment."""
    folder = disk.folder / "colliding"
    folder.mkdir()
    source = next(disk.images.rglob("cam0/*.png"))
    for name in ("7.png", "007.png", "8.png"):
        (folder / name).write_bytes(source.read_bytes())
    disk.refused("detect", folder, *BOARD, "-o", "/dev/null", says=["7.png", "007.png"])


def many_images(disk):
    """A folder with 100,000 images is listed and paired in seconds."""
    for camera in ("cam0", "cam1"):
        folder = disk.folder / "many" / camera
        folder.mkdir(parents=True)
        for i in range(50_000):
            (folder / f"{i:06}.png").symlink_to("/nothing.png")
    done = disk.ok("detect", disk.folder / "many", "--dry-run")
    if "50000 frames, 50000 seen by all 2 cameras" not in done.stdout:
        sys.exit(f"100,000 images: {done.stdout[-200:]}")


CHECKS = (names_with_blanks_and_letters, read_only_output, one_writer_of_a_file, unreadable_input, results_of_others,
          strictness_of_a_later_run, thin_pictures, links, pipes, colliding_names, odd_names, file_size_limit,
          standard_output, closed_pipe, many_images)


def main():
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(os.path.abspath(sys.argv[1]), folder)
        for check in CHECKS:
            check(disk)
            print(check.__name__, "ok", flush=True)


main()
