#!/usr/bin/env python3
"""Nothing torn: `calib run` with failing system calls, killed at any moment, interrupted, and run twice at once.

usage: faults_test.py PROGRAM FAULTY_IO_LIBRARY [KILLS]      KILLS: how many runs are killed (20)

After each fault every artifact is absent, as it was before, or as a run without faults writes it, and `calib run`
again gives the bytes of a run without faults.
"""
import fcntl
import hashlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

MOST_OF_A_KIND = 6  # faults of one kind that are tried, spread over all its calls; all when many runs are killed
MOST_SECONDS = 3  # from Ctrl-C to the end: a second, and what a busy machine adds


class Runs:
    def __init__(self, program, library, folder):
        self.program, self.library, self.folder = program, library, pathlib.Path(folder)
        self.calib("synth", "--cameras", "2", "--frames", "8", "--size", "320x240", "--partial", "0", "--board", "7x4",
                   "--square", "40mm", "--composite", "1x2", "-o", self.folder / "synth")
        self.earlier = self.folder / "earlier"
        self.finished(self.run(self.earlier, "--reject", "9", "--format", "jpg"))
        self.wanted = self.folder / "wanted"
        self.finished(self.run(self.wanted))
        self.old, self.new = contents(self.earlier), contents(self.wanted)

    def calib(self, *arguments, **more):
        return subprocess.run([self.program, *map(str, arguments)], capture_output=True, text=True, **more)

    def arguments(self, output, *options):
        return ["run", self.folder / "synth/composite", "--layout", "1x2", "--write-crops", "--board", "7x4",
                "--square", "40mm", "-j2", *options, "-o", output]

    def run(self, output, *options, **orders):
        return self.ordered(self.arguments(output, *options), **orders)

    def ordered(self, arguments, **orders):
        """`orders` to the preloaded library: fault, counts, log."""
        environment = dict(os.environ)
        if orders:
            names = {"fault": "FAULT", "counts": "FAULT_COUNTS", "log": "FAULT_LOG"}
            environment.update({names[order]: str(value) for order, value in orders.items()}, LD_PRELOAD=self.library)
        return self.calib(*arguments, env=environment)

    def finished(self, done):
        if done.returncode != 0:
            sys.exit(f"a run without faults ended with {done.returncode}:\n{done.stderr}")

    def fresh(self, name, with_earlier):
        output = self.folder / name
        shutil.rmtree(output, ignore_errors=True)
        if with_earlier:
            shutil.copytree(self.earlier, output)
        return output

    def check(self, output, what):
        """No artifact is torn, and a run that nothing disturbs ends as it should."""
        for name, digest in contents(output).items():
            if digest not in (self.old.get(name), self.new.get(name)):
                sys.exit(f"{what}: {name} is neither the old file nor the new one")
        self.finished(self.run(output))
        hidden = [path.name for path in output.rglob(".*")]
        if hidden:
            sys.exit(f"{what}: the next run left {hidden}")
        # What only the earlier run made may stay (README): its own options asked for it.
        now = {name: digest for name, digest in contents(output).items() if name in self.new}
        if now != self.new:
            names = sorted(name for name in self.new if now.get(name) != self.new[name])
            sys.exit(f"{what}: the next run did not make up for it: {', '.join(names)}")


def contents(folder):
    """Digest by name of all files that a user would look at."""
    result = {}
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden:
            result[str(path.relative_to(folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
    return result


def spread(count, most):
    return sorted({1 + i * (count - 1) // max(1, most - 1) for i in range(min(count, most))}) if count else []


def count_calls(runs, with_earlier):
    """How often a run makes each system call."""
    counts_file = runs.folder / "counts"
    runs.finished(runs.run(runs.fresh("counted", with_earlier), counts=counts_file))
    return {name: int(count) for name, count in (line.split() for line in counts_file.read_text().splitlines())}


def flushed_in_order(runs):
    """An artifact's bytes are on the disk before it gets its name, and its name after that."""
    log = runs.folder / "log"
    output = runs.fresh("logged", False)
    runs.finished(runs.run(output, log=log))
    events = [line.split("\t") for line in log.read_text().splitlines()]
    for name in ("observations.yaml", "intrinsics.yaml", "calibration.yaml", "report.html"):
        named = [i for i, event in enumerate(events) if event[0] == "rename" and event[2] == str(output / name)]
        if len(named) != 1 or ["fsync", events[named[0]][1]] not in events[:named[0]]:
            sys.exit(f"{name} got its name before its bytes were flushed, or not once")
        if ["fsync", str(output)] not in events[named[0]:]:
            sys.exit(f"the folder was not flushed after {name} got its name")
    for folder in (output, output / "rectified"):
        staged = [i for i, event in enumerate(events) if event[0] == "rename" and event[1] == str(folder / ".calib.unfinished")]
        inside = [i for i, event in enumerate(events) if event[-1].startswith(str(folder / ".calib.unfinished") + "/")]
        if len(staged) != 1 or ["syncfs", str(folder / ".calib.unfinished")] not in events[max(inside):staged[0]]:
            sys.exit(f"{folder}: pictures were put in place before they were flushed, or not at once")
        if ["fsync", str(folder)] not in events[staged[0]:]:
            sys.exit(f"{folder} was not flushed after its pictures were put in place")
    print("flushed in order:", len(events), "calls")


def short_writes(runs, most):
    for number in spread(count_calls(runs, False)["write"], most):
        output = runs.fresh("short", False)
        runs.finished(runs.run(output, fault=f"write:{number}:SHORT"))
        if contents(output) != runs.new:
            sys.exit(f"write {number} took half of its bytes, and the result differs")


def failing_calls(runs, most):
    counts = count_calls(runs, False)
    for call in ("write", "fsync", "syncfs", "rename", "close", "open", "mkdir"):
        if counts[call] == 0:
            sys.exit(f"no call of {call} was counted: the library is not preloaded")
        for turn, number in enumerate(spread(counts[call], most)):
            error = ("ENOSPC", "EIO", "EINTR")[turn % 3]
            fault = f"{call}:{number}:{error}"
            output = runs.fresh("faulty", turn % 2 == 1)
            done = runs.run(output, fault=fault)
            # A report that cannot be written is a warning; a signal is no failure at all.
            if done.returncode not in (0, 2) or (done.returncode == 2 and len(errors(done)) != 1):
                sys.exit(f"{fault}: exit code {done.returncode}, expected 2 and one line:\n{done.stderr}")
            if error == "EINTR" and call not in ("open", "mkdir", "syncfs") and done.returncode != 0:
                sys.exit(f"{fault}: a signal must not end a run: {done.stderr}")
            if error != "EINTR" and done.returncode == 0 and "no report" not in done.stderr:
                sys.exit(f"{fault}: the run said nothing")
            runs.check(output, fault)
    print("failing calls:", ", ".join(f"{call} {count}" for call, count in counts.items()))


def killed_before_calls(runs, most):
    """At the moments that matter: before files and folders get their names."""
    tried = 0
    for with_earlier in (False, True):
        counts = count_calls(runs, with_earlier)
        for call in ("rename", "syncfs", "mkdir"):
            for number in spread(counts[call], most):
                output = runs.fresh("killed", with_earlier)
                done = runs.run(output, fault=f"{call}:{number}:KILL")
                if done.returncode != -signal.SIGKILL:
                    sys.exit(f"{call} {number}: exit code {done.returncode}, expected a killed process")
                runs.check(output, f"killed before {call} {number}")
                tried += 1
    print(f"killed before {tried} calls")


def errors(done):
    return [line for line in done.stderr.splitlines() if line.startswith("calib: ")]


def killed_at_random(runs, kills):
    start = time.monotonic()
    runs.finished(runs.run(runs.fresh("timed", False)))
    whole = time.monotonic() - start
    chance = random.Random(1)
    cut = 0
    for number in range(kills):
        output = runs.fresh("killed", number % 2 == 1)
        process = subprocess.Popen([runs.program, *map(str, runs.arguments(output))], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        try:
            process.wait(chance.uniform(0, whole))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            cut += 1
        runs.check(output, f"killed run {number}")
    print(f"{cut} of {kills} runs were killed before their end")


def interrupted(runs):
    output = runs.fresh("interrupted", False)
    pictures = runs.folder / "many"
    pictures.mkdir()
    some = sorted((runs.folder / "synth/composite").glob("*.png"))
    for number in range(2000):
        (pictures / f"{number:05}.png").symlink_to(some[number % len(some)])
    arguments = runs.arguments(output)
    arguments[1] = pictures
    process = subprocess.Popen([runs.program, *map(str, arguments)], stderr=subprocess.PIPE, text=True,
                               stdout=subprocess.DEVNULL)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    _, said = process.communicate()
    if process.returncode != 130 or "interrupted" not in said:
        sys.exit(f"Ctrl-C: exit code {process.returncode}, expected 130: {said}")
    seconds = time.monotonic() - start
    if seconds > MOST_SECONDS:
        sys.exit(f"Ctrl-C: stopped after {seconds:.2f} s, expected {MOST_SECONDS} at most")
    print(f"Ctrl-C: stopped after {seconds:.2f} s")
    if contents(output):
        sys.exit(f"Ctrl-C: left {list(contents(output))[:5]}")


def ignored_signals(runs):
    """Under nohup, and in a script's background, signals that are ignored stay so."""
    output = runs.fresh("ignored", False)

    def ignore():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    process = subprocess.Popen([runs.program, *map(str, runs.arguments(output))], stderr=subprocess.PIPE, text=True,
                               stdout=subprocess.DEVNULL, preexec_fn=ignore)
    while process.poll() is None:
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGINT)
        time.sleep(0.02)
    if process.returncode != 0:
        sys.exit(f"ignored signals: exit code {process.returncode}: {process.stderr.read()}")


def interrupted_in_a_long_search(runs):
    """Work that cannot be stopped from outside does not keep the process."""
    noise = runs.folder / "noise"
    noise.mkdir()
    chance = random.Random(2)
    width, height = 3000, 2000
    for number in range(2):
        pixels = chance.randbytes(width * height)
        (noise / f"{number}.pgm").write_bytes(b"P5\n%d %d\n255\n" % (width, height) + pixels)
    process = subprocess.Popen([runs.program, "detect", noise, "--board", "9x6", "--square", "30mm", "--detector",
                                "opencv", "-o", runs.folder / "noise.yaml"], stderr=subprocess.PIPE, text=True)
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    start = time.monotonic()
    _, said = process.communicate()
    seconds = time.monotonic() - start
    if process.returncode != 130 or "interrupted" not in said or seconds > MOST_SECONDS:
        sys.exit(f"Ctrl-C in a long search: exit code {process.returncode} after {seconds:.2f} s: {said}")
    print(f"Ctrl-C in a long search: stopped after {seconds:.2f} s")


def interrupted_after_a_stage(runs):
    """What was done before Ctrl-C is not done again."""
    output = runs.fresh("resumed", False)
    process = subprocess.Popen([runs.program, *map(str, runs.arguments(output))], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    while process.poll() is None and not (output / "observations.yaml").exists():
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    if process.wait() not in (130, 0):  # 0: it was quicker
        sys.exit(f"Ctrl-C after a stage: exit code {process.returncode}")
    again = runs.run(output)
    if [line for line in again.stdout.splitlines()[:2] if "unchanged" not in line]:
        sys.exit(f"after Ctrl-C a stage was done again:\n{again.stdout}")
    runs.check(output, "Ctrl-C after a stage")


def killed_exports(runs):
    """The files of one export are a set: one of an earlier set is never beside one of the new set."""
    calibration = runs.wanted / "calibration.yaml"

    def export(output, *more, **orders):
        return runs.ordered(["export", calibration, "--format", "opencv", "-o", output, "--force", *more], **orders)
    old, new, output = runs.folder / "old_set", runs.folder / "new_set", runs.folder / "set"
    runs.finished(export(old, "--convert-to", "opencv8"))
    runs.finished(export(new))
    kept = {name for name in contents(old) if contents(old)[name] == contents(new)[name]}
    for number in range(1, 100):
        shutil.rmtree(output, ignore_errors=True)
        shutil.copytree(old, output)
        done = export(output, fault=f"rename:{number}:KILL")
        found = {name: digest for name, digest in contents(output).items() if name not in kept}
        if not (found.items() <= contents(old).items() or found.items() <= contents(new).items()):
            sys.exit(f"export killed before rename {number}: {sorted(found)} are of two sets")
        if done.returncode == 0:
            break
        runs.finished(export(output))
        if contents(output) != contents(new):
            sys.exit(f"export killed before rename {number}: the next one did not make up for it")
    if number < 4:
        sys.exit(f"only {number - 1} exports were killed")


def a_locked_folder(runs):
    output = runs.fresh("locked", False)
    output.mkdir()
    with open(output / ".calib.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = runs.run(output)
    if done.returncode != 2 or "another calib" not in done.stderr:
        sys.exit(f"a run into a folder that another holds: {done.returncode} {done.stderr}")


def twice_at_once(runs):
    output = runs.fresh("twice", False)
    pair = [subprocess.Popen([runs.program, *map(str, runs.arguments(output))], stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate()[1] for process in pair]
    codes = sorted(process.returncode for process in pair)
    if codes not in ([0, 2], [0, 0]) or (codes == [0, 2] and "another calib" not in "".join(said)):
        sys.exit(f"two runs at once ended with {codes}: {said}")
    runs.check(output, "two runs at once")


def main():
    program, library = (os.path.abspath(path) for path in sys.argv[1:3])
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    with tempfile.TemporaryDirectory() as folder:
        runs = Runs(program, library, folder)
        most = MOST_OF_A_KIND if kills < 100 else 10 ** 6
        flushed_in_order(runs)
        short_writes(runs, most)
        killed_exports(runs)
        a_locked_folder(runs)
        twice_at_once(runs)
        interrupted(runs)
        ignored_signals(runs)
        interrupted_in_a_long_search(runs)
        interrupted_after_a_stage(runs)
        failing_calls(runs, most)
        killed_before_calls(runs, most)
        killed_at_random(runs, kills)


main()
