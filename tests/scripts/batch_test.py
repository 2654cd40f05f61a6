#!/usr/bin/env python3
"""`calib batch` as a lab uses it: many recordings, some of them broken, stopped and started again.

usage: batch_test.py PROGRAM
"""
import filecmp
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

BOARD = ["--board", "8x5", "--square", "40mm"]
HEAD = "board: 8x5\nsquare: 40mm\nrectify: {preview: false}\nreport: {folds: 2}\nrecordings:\n"
BESIDES = {"run.log", "run.yaml"}  # what a batch writes besides the results


class Lab:
    """A folder with recordings, in which commands are run."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)

    def calib(self, *arguments, code=0):
        command = [str(self.program), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == code, f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def plan(self, recordings, name="plan.yaml", head=HEAD):
        (self.folder / name).write_text(head + recordings)
        return name

    def start_batch(self, plan):
        return subprocess.Popen([str(self.program), "batch", plan, "-o", "out", "-j", "2", "--processes", "2"],
                                cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def results(self):
        entries = json.loads((self.folder / "out/batch.json").read_text())["recordings"]
        return {entry["name"]: entry for entry in entries}

    def record(self, name, frames, *more):
        self.calib("synth", "--cameras", "2", "--frames", frames, "--size", "320x240", *BOARD, "-o", name, *more)


def children_of(process):
    """The running children, by process number."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # it has ended meanwhile
            continue
        if int(parent) == process.pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


def wait_for_children(process, count):
    for _ in range(1000):
        found = children_of(process)
        if len(found) >= count or process.poll() is not None:
            return found
        time.sleep(0.005)
    raise AssertionError("the batch started no process")


def files_below(folder):
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def check_same_as_run(lab):
    """A recording of a batch is what `calib run` gives, but for the log and the configuration."""
    plan = lab.plan("  one: {input: rec/one}\n  two:\n    input: ['a=rec/two/cam0/*.png', 'b=rec/two/cam1/*.png']\n"
                    "    intrinsics: {model: opencv4}\n")
    dry = json.loads(lab.calib("batch", plan, "-o", "dry", "--dry-run", "--json").stdout)["recordings"]
    assert [entry["name"] for entry in dry] == ["one", "two"] and dry[0]["input"] == ["rec/one"], dry
    assert files_below(lab.folder / "dry") == {pathlib.Path("one/run.yaml"), pathlib.Path("two/run.yaml")}
    told = lab.calib("batch", plan, "-o", "out", "-j", "2", "--json")
    assert json.loads(told.stdout) == json.loads((lab.folder / "out/batch.json").read_text())
    assert all(entry["status"] == "done" and entry["frames"] > 5 and entry["rms_px"] < 1
               for entry in lab.results().values()), lab.results()
    (lab.folder / "single.yaml").write_text("rectify: {preview: false}\nreport: {folds: 2}\n")
    lab.calib("run", "rec/one", *BOARD, "--config", "single.yaml", "-o", "single/one")
    lab.calib("run", "a=rec/two/cam0/*.png", "b=rec/two/cam1/*.png", *BOARD, "--config", "single.yaml",
              "--model", "opencv4", "-o", "single/two")
    for name in ("one", "two"):
        single, batch = lab.folder / "single" / name, lab.folder / "out" / name
        names = files_below(single)
        assert files_below(batch) == names | {pathlib.Path(extra) for extra in BESIDES}
        differing = filecmp.cmpfiles(single, batch, names, shallow=False)[1:]
        assert differing == ([], []), differing
    before = {path: path.stat().st_mtime_ns for path in (lab.folder / "out").rglob("*.yaml") if path.name not in BESIDES}
    lab.calib("batch", plan, "-o", "out", "--processes", "2")
    assert all(path.stat().st_mtime_ns == then for path, then in before.items()), "what was done was done again"
    # Each recording's own configuration does it again.
    lab.calib("run", "--config", "out/two/run.yaml", "-o", "again")
    assert filecmp.cmp(lab.folder / "again/calibration.yaml", lab.folder / "out/two/calibration.yaml", shallow=False)


def check_failures(lab):
    """One that fails is told, the others go on, and only it is tried again."""
    (lab.folder / "rec/empty").mkdir()
    plan = lab.plan("  gone: {input: rec/gone}\n  good: {input: rec/one}\n  empty: {input: rec/empty}\n"
                    "  wrong: {input: rec/one, board: 9x6}\n")
    told = lab.calib("batch", plan, "-o", "out", code=1)
    assert "calib: 3 of 4 recordings failed: gone, empty, wrong" in told.stderr, told.stderr
    results = lab.results()
    assert results["good"]["status"] == "done" and results["good"]["verdict"]
    assert "rec/gone: no such file or folder" in results["gone"]["reason"], results["gone"]
    assert "8x5" in results["wrong"]["reason"], results["wrong"]
    assert f"gone: {results['gone']['reason']}" in told.stdout and "gone/run.log" in told.stdout, told.stdout
    lab.record("rec/gone", 10)
    lab.calib("batch", plan, "-o", "out", code=1)
    assert lab.results()["gone"]["status"] == "done"
    # Where one cannot even be started, the others are done.
    plan = lab.plan("  file: {input: rec/one}\n  good: {input: rec/one}\n  log: {input: rec/one}\n")
    (lab.folder / "out/file").write_text("mine")
    (lab.folder / "out/log/run.log").mkdir(parents=True)
    (lab.folder / "out/log/run.yaml").write_text((lab.folder / "out/good/run.yaml").read_text())
    told = lab.calib("batch", plan, "-o", "out", code=1)
    assert "calib: 2 of 3 recordings failed: file, log" in told.stderr, told.stderr
    assert "out/file: cannot create the folder" in lab.results()["file"]["reason"], lab.results()
    assert lab.results()["good"]["status"] == "done"
    assert (lab.folder / "out/file").read_text() == "mine"


def check_foreign_files(lab):
    """Others' files with the names of a batch's are not overwritten unasked."""
    plan = lab.plan("  three: {input: rec/one}\n  four: {input: rec/one}\n")
    for name in ("three/run.yaml", "four/run.log", "batch.json"):
        (lab.folder / "out" / name).parent.mkdir(parents=True, exist_ok=True)
        (lab.folder / "out" / name).write_text("mine")
    assert "batch.json: exists already" in lab.calib("batch", plan, "-o", "out", code=2).stderr
    (lab.folder / "out/batch.json").unlink()
    lab.calib("batch", plan, "-o", "out", code=1)
    assert all("exists already" in entry["reason"] for entry in lab.results().values()), lab.results()
    assert (lab.folder / "out/three/run.yaml").read_text() == (lab.folder / "out/four/run.log").read_text() == "mine"
    lab.calib("batch", plan, "-o", "out", "--force")
    lab.calib("batch", plan, "-o", "out")


def check_limits_and_loops(lab):
    """--max-pixels reaches every recording; a link that leads nowhere is one recording's failure."""
    plan = lab.plan("  good: {input: rec/one}\n  small: {input: rec/one, max_pixels: 0.01}\n")
    lab.calib("batch", plan, "-o", "limits", code=1)
    entries = {entry["name"]: entry for entry in json.loads((lab.folder / "limits/batch.json").read_text())["recordings"]}
    assert entries["good"]["status"] == "done" and "can be used" in entries["small"]["reason"], entries
    plan = lab.plan("  a: {input: rec/one}\n  b: {input: rec/one}\n  c: {input: rec/one}\n")
    lab.calib("batch", plan, "-o", "limited", "--max-pixels", "0.01", code=1)
    (lab.folder / "loop/b").mkdir(parents=True)
    (lab.folder / "loop/b/run.yaml").symlink_to("run.yaml")
    lab.calib("batch", plan, "-o", "loop", code=1)
    statuses = {entry["name"]: entry["status"] for entry in json.loads((lab.folder / "loop/batch.json").read_text())["recordings"]}
    assert statuses == {"a": "done", "b": "failed", "c": "done"}, statuses


def check_killed(lab):
    """The children of a batch that is killed end too."""
    batch = lab.start_batch(lab.plan("  d: {input: rec/long}\n  e: {input: rec/long}\n"))
    children = wait_for_children(batch, 2)
    batch.kill()
    batch.communicate()
    for _ in range(1000):
        if not any(pathlib.Path(f"/proc/{child}").exists() for child in children):
            break
        time.sleep(0.01)
    else:
        raise AssertionError("the recordings of a killed batch go on")
    lab.calib("batch", "plan.yaml", "-o", "out")


def check_killed_early(lab):
    """So does a child that starts when the batch has ended already."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    done = subprocess.run([str(lab.program), "run", "rec/one", *BOARD, "-o", "orphan"], cwd=lab.folder, capture_output=True,
                          env={**os.environ, "CALIB_PARENT": str(ended.pid)})
    assert done.returncode == 130, done
    assert not (lab.folder / "orphan/calibration.yaml").exists()


def check_crash(lab):
    """A process that crashes ends its own recording only."""
    batch = lab.start_batch(lab.plan("  long: {input: rec/long}\n  short: {input: rec/two}\n"))
    # The first one started is that of the first recording; numbers rise.
    os.kill(min(wait_for_children(batch, 2)), signal.SIGKILL)
    out, err = batch.communicate(timeout=120)
    assert batch.returncode == 1 and "1 of 2 recordings failed: long" in err, (out, err)
    assert lab.results()["long"]["reason"] == "ended by signal 9 (Killed)", lab.results()
    assert lab.results()["short"]["status"] == "done"


def check_interrupt(lab):
    """Ctrl-C stops the children too; the next batch goes on."""
    for number in (signal.SIGINT, signal.SIGTERM):
        batch = lab.start_batch(lab.plan("  a: {input: rec/long}\n  b: {input: rec/long}\n  c: {input: rec/long}\n"))
        children = wait_for_children(batch, 2)
        batch.send_signal(number)
        out, err = batch.communicate(timeout=60)
        assert batch.returncode == 130 and "interrupted" in err, (batch.returncode, out, err)
        assert not any(pathlib.Path(f"/proc/{child}").exists() for child in children)
        statuses = [entry["status"] for entry in lab.results().values()]
        assert statuses == ["interrupted", "interrupted", "not started"], statuses
    lab.calib("batch", "plan.yaml", "-o", "out")


def check_refusals(lab):
    """What is wrong in the file itself is told with its place, before anything is run."""
    cases = [
        (HEAD + "  a: {input: x}\n  a: {input: y}\n", "plan.yaml:7:3: "),
        (HEAD + "  ../a: {input: x}\n", "plan.yaml:6:3: the name '../a' cannot be that of a folder"),
        (HEAD + "  a/b: {input: x}\n", "plan.yaml:6:3: "),
        (HEAD + "  batch.json: {input: x}\n", "plan.yaml:6:3: "),
        (HEAD + "  a: {input: x, detect: {detectr: sb}}\n",
         "plan.yaml:6:26: unknown key 'detectr' in 'detect' (did you mean 'detector'?)"),
        (HEAD + "  a: {inptu: x}\n",
         "plan.yaml:6:7: unknown key 'inptu' (did you mean 'input'?)"),
        (HEAD + "  a: {input: x, jobs: 2}\n", "plan.yaml:6:17: unknown key 'jobs'"),
        (HEAD + "  a: x\n", "plan.yaml:6:6: found 'x'"),
        (HEAD + "  a: {board: 7x5}\n", "plan.yaml:6:3: recording 'a' has no input"),
        (HEAD + "  a:\n", "plan.yaml:6:3: recording 'a' has no input"),
        (HEAD + "  a: {input: x, board: 1x1}\n", "plan.yaml:6:3: recording 'a': board: found '1x1'"),
        (HEAD, "plan.yaml:5:1: 'recordings' is empty"),
        ("board: 8x5\nrecordigns: {a: {input: x}}\n", "missing key 'recordings'"),
        ("bord: 8x5\nrecordings: {a: {input: x}}\n", "plan.yaml:1:1: unknown key 'bord' (did you mean 'board'?)"),
        ("jobs: -1\nrecordings: {a: {input: x}}\n", "plan.yaml:1:7: jobs: found '-1'"),
        ("recordings: {a: {input: x}}\n", "plan.yaml:1:14: recording 'a': board: missing"),
        ("", "plan.yaml:1:1: found nothing for the file, expected a map"),
    ]
    for text, message in cases:
        told = lab.calib("batch", lab.plan("", head=text), "-o", "never", code=2)
        assert message in told.stderr and told.stderr.count("\n") == 1, (text, told.stderr)
    lab.calib("batch", "nowhere.yaml", "-o", "never", code=2)
    assert not (lab.folder / "never").exists()
    (lab.folder / "linked/a").mkdir(parents=True)
    (lab.folder / "linked/b").symlink_to("a")
    told = lab.calib("batch", lab.plan("  a: {input: rec/one}\n  b: {input: rec/two}\n"), "-o", "linked", code=2)
    assert "recordings 'a' and 'b' have the same output folder" in told.stderr, told.stderr


def main():
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(pathlib.Path(sys.argv[1]), folder)
        lab.record("rec/one", 10)
        lab.record("rec/two", 12, "--seed", 5)
        lab.record("rec/long", 40)
        for check in (check_refusals, check_same_as_run, check_failures, check_foreign_files,
                      check_limits_and_loops, check_crash, check_interrupt, check_killed,
                      check_killed_early):
            check(lab)
            print(f"{check.__name__}: good")


if __name__ == "__main__":
    main()
