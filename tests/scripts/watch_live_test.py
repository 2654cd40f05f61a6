#!/usr/bin/env python3
"""`calib watch --live`: films streams into a folder, one of which stops for a while, and refuses what gives no picture.

usage: watch_live_test.py PROGRAM SOURCE_FOLDER
"""
import contextlib
import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

BOARD = ["--board", "11x8", "--square", "30mm"]


class Streams(http.server.ThreadingHTTPServer):
    """Sends the JPEG files of FOLDER/NAME as the stream /NAME (Motion JPEG), ten pictures a second and one after the
    other, all streams in step. Those in `silent` end, and are not sent."""

    def __init__(self, folder):
        super().__init__(("127.0.0.1", 0), Stream)
        self.folder, self.silent, self.start = folder, set(), time.monotonic()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self, name):
        return f"http://me:secret@127.0.0.1:{self.server_address[1]}/{name}?rate=10"


class Stream(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        name = self.path.strip("/").split("?")[0]
        pictures = [path.read_bytes() for path in sorted((self.server.folder / name).glob("*.jpg"))]
        if name in self.server.silent or not pictures:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        self.end_headers()
        with contextlib.suppress(OSError):  # the reader has gone
            while name not in self.server.silent:
                picture = pictures[int(4 * (time.monotonic() - self.server.start)) % len(pictures)]
                self.wfile.write(b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%s\r\n"
                                 % (len(picture), picture))
                time.sleep(0.1)


def run(*args):
    return subprocess.run([str(a) for a in args], capture_output=True, text=True, timeout=300)


def events(text):
    return [json.loads(line) for line in text.splitlines()]


def check_two_streams(program, streams, folder):
    """Two streams in step, of which one stops and comes back."""
    filmed = folder / "filmed"
    watch = subprocess.Popen([program, "watch", filmed, *BOARD, "--live", "left=" + streams.address("cam0"), "--live",
                              "right=" + streams.address("cam1"), "--interval", "0.5", "--timeout", "120s", "--frames",
                              "20", "--json", "-o", folder / "observations.yaml"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seen = []
    try:
        for line in watch.stdout:
            seen.append(json.loads(line))
            doubts = seen[-1].get("doubts", [])
            if any("right: has given no picture for" in doubt for doubt in doubts):
                streams.silent.clear()
            elif len(seen) > 6 and not any("silenced" in event for event in seen):
                seen.append({"event": "", "silenced": True})
                streams.silent.add("cam1")
    finally:
        watch.kill()
    assert seen[-1]["event"] == "end" and seen[-1]["reason"] == "frames", (seen[-1], watch.stderr.read())
    assert any("right: has given no picture" in doubt for event in seen for doubt in event.get("doubts", [])), seen
    left, right = (sorted(path.name for path in (filmed / name).glob("*")) for name in ("left", "right"))
    assert left[0] == right[0] == "000000.png", (left, right)
    assert len(left) >= 20 and set(right) < set(left), (left, right)
    assert int(right[-1][:6]) - int(right[0][:6]) >= len(right), "the camera has come back"
    # What was watched is a recording like others.
    found = run(program, "detect", filmed, *BOARD, "-o", folder / "found.yaml")
    assert found.returncode == 0, found.stderr
    assert (folder / "observations.yaml").read_bytes() == (folder / "found.yaml").read_bytes()


def check_composites(program, streams, folder):
    """One stream that shows all cameras; the second watch goes on where the first has ended."""
    for shots in (2, 4):
        watch = run(program, "watch", folder / "whole", *BOARD, "--live", streams.address("."), "--layout", "2x2",
                    "--frames", shots, "--timeout", "60s", "--json")
        assert watch.returncode == 0, watch.stderr
        assert {e["camera"] for e in events(watch.stdout) if e["event"] == "picture"} == {f"cam{i}" for i in range(4)}
    names = sorted(path.name for path in (folder / "whole").iterdir())
    assert len(names) >= 4 and names[:2] == ["000000.png", "000001.png"], names


def check_refusals(program, streams, folder):
    other = folder / "other/cam0"
    other.mkdir(parents=True)
    (other / "IMG_1.png").write_bytes(b"")
    for args, parts in (
            (["new", "--live", streams.address("none")], ["cam0: http://127.0.0.1:", "gives no picture"]),
            (["new", "--live", "/dev/video987"], ["cam0: /dev/video987: there is no such camera"]),
            (["new", "--live", "film.mp4"], ["--live: found 'film.mp4', expected a camera"]),
            (["new", "--live", "a=/dev/null", "--live", "a=/dev/null"], ["camera name 'a' is used twice"]),
            (["new", "other", "--live", "/dev/null"], ["--live: give one folder"]),
            (["other", "--live", streams.address("cam0")], ["IMG_1.png: is not numbered"])):
        watch = run(program, "watch", *[folder / a if a in ("new", "other") else a for a in args], *BOARD)
        assert watch.returncode == 2 and all(part in watch.stderr for part in parts), (args, watch.stderr)
        assert "secret" not in watch.stderr, "the password is shown"
    assert not (folder / "new").exists(), "nothing is left of what failed"


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        cut = folder / "cut"
        crop = run(program, "crop", source / "data/demo", "--layout", "2x2", "--format", "jpg", "-o", cut)
        assert crop.returncode == 0, crop.stderr
        for picture in (source / "data/demo").glob("*.jpg"):
            (cut / picture.name).write_bytes(picture.read_bytes())
        streams = Streams(cut)
        check_two_streams(program, streams, folder)
        check_composites(program, streams, folder)
        check_refusals(program, streams, folder)


if __name__ == "__main__":
    main()
