#!/usr/bin/env python3
"""The page of `calib watch --serve`: who may read it, what it shows, and that Ctrl-C ends the watch with its result.

usage: watch_page_test.py PROGRAM
"""
import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

BOARD = ["--board", "9x6", "--square", "25mm"]
CAMERAS = ["cam 0", "camä1"]  # browsers encode such names in addresses


def fetch(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.headers["Content-Type"], answer.read()


def status_of(url, method="GET"):
    try:
        urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=30).close()
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def first_event(url):
    """The first server-sent event; the server gives the last one to those that come later."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        for line in answer:
            if line.startswith(b"data: "):
                return json.loads(line[6:])
    raise AssertionError("the stream has ended without an event")


def check_page(url):
    parts = urllib.parse.urlsplit(url)
    assert parts.hostname == "127.0.0.1", url
    root = f"http://{parts.netloc}/"
    assert len(parts.path) > 32, f"{url}: the token is short"
    for address in (root, root + "events", root + "0" * 32 + "/", url[:-2] + "/"):
        assert status_of(address) == 403, address
    assert status_of(url + "nothing") == 404
    assert status_of(url, "POST") == 405
    kind, page = fetch(url)
    assert kind.startswith("text/html") and b"EventSource" in page
    assert b"://" not in page.replace(b"http://www.w3.org/2000/svg", b""), "the page names other addresses"

    event = first_event(url + "events")
    assert [camera["name"] for camera in event["state"]["cameras"]] == CAMERAS
    assert event["next"]["text"].startswith(event["next"]["camera"] + ": hold the board ")
    assert event["views"][CAMERAS[1]]["corners"] and event["views"][CAMERAS[1]]["size"] == [640, 480]
    for camera in CAMERAS:
        kind, picture = fetch(url + "picture/" + urllib.parse.quote(camera))
        assert kind == "image/jpeg" and picture.startswith(b"\xff\xd8"), kind
    # Clients that say nothing, or half of a request, do not hold up the others.
    with socket.create_connection((parts.hostname, parts.port)), \
            socket.create_connection((parts.hostname, parts.port)) as half:
        half.sendall(b"GET /")
        start = time.monotonic()
        assert status_of(url) == 200
        assert time.monotonic() - start < 1


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([program, "synth", *BOARD, "--cameras", "2", "--frames", "6", "--size", "640x480", "-o",
                        folder / "images"], check=True, capture_output=True)
        for number, camera in enumerate(CAMERAS):
            (folder / f"images/cam{number}").rename(folder / "images" / camera)
        watch = subprocess.Popen([program, "watch", folder / "images", *BOARD, "--serve", "0", "--interval", "0.1",
                                  "--timeout", "120s", "--json", "-o", folder / "observations.yaml"],
                                 stdout=subprocess.PIPE, text=True)
        try:
            url = json.loads(watch.stdout.readline())["url"]
            while json.loads(watch.stdout.readline())["event"] != "advice":
                pass
            check_page(url)
            watch.send_signal(signal.SIGINT)
            events = [json.loads(line) for line in watch.communicate(timeout=60)[0].splitlines()]
        finally:
            watch.kill()
        assert watch.returncode == 0, watch.returncode
        assert events[-1]["event"] == "end" and events[-1]["reason"] == "interrupted", events[-1]
        subprocess.run([program, "detect", folder / "images", *BOARD, "-o", folder / "found.yaml"], check=True,
                       capture_output=True)
        assert (folder / "observations.yaml").read_bytes() == (folder / "found.yaml").read_bytes()


if __name__ == "__main__":
    main()
