#!/usr/bin/env python3
"""The Python module: its results are those of the program to the last bit, and bad input is one clear exception.

usage: python_test.py PROGRAM MODULE_FOLDER
"""
import ast
import inspect
import os
import pathlib
import pickle
import re
import subprocess
import sys
import tempfile
import threading
import unittest
import warnings

import numpy as np

PROGRAM, MODULE_FOLDER = sys.argv.pop(1), sys.argv.pop(1)
sys.path.insert(0, MODULE_FOLDER)
import calib  # noqa: E402
import cv2  # noqa: E402  Its libraries of OpenCV are those of calib.

BOARD = ["--board", "7x4", "--square", "40mm"]
warnings.simplefilter("ignore", calib.CalibWarning)


def run(*arguments):
    subprocess.run([PROGRAM, *map(str, arguments)], check=True, capture_output=True, text=True)


def decimals(values):
    """As files hold pixels."""
    return [[f"{value:.6f}" for value in row] for row in values]


class World(unittest.TestCase):
    """A rig of three cameras that the program has calibrated, and has given a world."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.drawn = cls.folder / "drawn"
        run("synth", "--cameras", 3, "--frames", 10, "--size", "320x240", "--partial", 0, *BOARD, "-o", cls.drawn)
        run("run", cls.drawn, *BOARD, "-o", cls.folder / "rig")
        cls.file = cls.folder / "rig/calibration.yaml"
        run("align", cls.file, "--board-frame", 0, "-o", cls.folder / "aligned.yaml")
        cls.rig = calib.load(cls.file)
        cls.in_world = calib.load(cls.folder / "aligned.yaml")
        random = np.random.default_rng(5)
        near = [0, 0, 0.6]
        cls.points = random.uniform(-0.3, 0.3, (40, 6, 3)) + near  # some are outside the pictures
        cls.pixels = np.stack([cls.rig.project(name, cls.points) for name in cls.rig.cameras], axis=-2)
        cls.pixels += random.normal(0, 0.2, cls.pixels.shape)
        cls.pixels[3, 2, 1] += 30  # a camera that contradicts the others

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def save(self, name, array):
        np.save(self.folder / name, array)
        return self.folder / name


class SameAsTheProgram(World):
    def test_files(self):
        self.assertEqual(self.rig.cameras, ["cam0", "cam1", "cam2"])
        self.rig.save(self.folder / "copy.yaml")
        self.assertEqual((self.folder / "copy.yaml").read_bytes(), self.file.read_bytes())
        self.assertEqual(pickle.loads(pickle.dumps(self.rig)).to_yaml(), self.file.read_text())

    def test_project(self):
        for rig, file in ((self.rig, self.file), (self.in_world, self.folder / "aligned.yaml")):
            run("project", file, self.save("points.npy", self.points), "-o", self.folder / "out.npy", "--force")
            expected = np.load(self.folder / "out.npy")
            found = np.stack([rig.project(name, self.points) for name in rig.cameras])
            np.testing.assert_array_equal(found, expected)
            self.assertTrue(0.1 < np.isnan(expected).mean() or rig is self.in_world)

    def test_unproject(self):
        pixels = np.moveaxis(self.pixels, -2, 0)
        run("undistort-points", self.file, self.save("pixels.npy", pixels), "--to", "normalized", "-o",
            self.folder / "rays.npy")
        expected = np.load(self.folder / "rays.npy")
        for name, own, wanted in zip(self.rig.cameras, pixels, expected):
            rays = self.rig.lens(name).unproject(own)
            found = rays[..., :2] / rays[..., 2:]
            found[np.isnan(wanted)] = np.nan  # pixels outside the picture
            np.testing.assert_array_equal(found, wanted)
            np.testing.assert_allclose(np.linalg.norm(rays, axis=-1)[~np.isnan(rays[..., 0])], 1, atol=1e-15)
            back = self.rig.lens(name).project(7 * rays)
            # unproject() states 1e-9 px.
            np.testing.assert_allclose(back, np.where(np.isnan(rays[..., :1]), np.nan, own), atol=1e-8)

    def test_rays_lead_to_the_points(self):
        rig = self.in_world
        points = self.in_world.triangulate(self.pixels).points
        for name in rig.cameras:
            T_world_cam = rig.T_world_rig @ np.linalg.inv(rig.T_cam_rig(name))
            arms = points - T_world_cam[:3, 3]
            rays = rig.unproject(name, rig.project(name, points))
            across = np.cross(arms, rays)
            self.assertLess(np.nanmax(np.abs(across)), 1e-9)  # meters
            self.assertGreater(np.nanmin(np.sum(arms * rays, axis=-1)), 0)

    def test_triangulate(self):
        for rig, file in ((self.rig, self.file), (self.in_world, self.folder / "aligned.yaml")):
            for options in ({}, {"sigma_px": 0.3, "min_views": 3}):
                flags = [word for key, value in options.items() for word in ("--" + key.replace("_", "-"), value)]
                run("triangulate", file, self.save("pixels.npy", np.moveaxis(self.pixels, -2, 0)), *flags, "-o",
                    self.folder / "out.npy", "--force")
                expected = np.load(self.folder / "out.npy")
                found = rig.triangulate(self.pixels, **options)
                six = found.covariance[..., [0, 0, 0, 1, 1, 2], [0, 1, 2, 1, 2, 2]]
                again = np.concatenate(
                    [found.points, found.residual_px[..., None], found.views[..., None], six], axis=-1)
                np.testing.assert_array_equal(again, expected)
                self.assertEqual(found.known, np.isfinite(expected[..., 0]).sum())
                self.assertGreater(found.known, 100)
                self.assertEqual(found.cameras["cam1"]["contradicted"], 1)

    def test_triangulate_with_sigmas_and_some_cameras(self):
        random = np.random.default_rng(6)
        pixels, names = np.round(self.pixels[..., [2, 0], :].reshape(-1, 2, 2), 6), ["cam2", "cam0"]
        pixels = pixels[np.isfinite(pixels).any(axis=(1, 2))]  # the file has a line for what is seen
        sigmas = np.round(random.uniform(0.1, 1, pixels.shape[:-1]), 6)
        lines = ["frame,camera,point,x,y,sigma"]
        for frame, camera in np.argwhere(np.isfinite(pixels[..., 0])):
            x, y = pixels[frame, camera].tolist()
            lines.append(f"{frame},{names[camera]},nose,{x!r},{y!r},{sigmas[frame, camera]!r}")
        (self.folder / "pixels.csv").write_text("\n".join(lines) + "\n")
        run("triangulate", self.file, self.folder / "pixels.csv", "-o", self.folder / "with_sigmas.npy")
        found = self.rig.triangulate(pixels, names, sigma_px=sigmas)
        np.testing.assert_array_equal(found.points, np.load(self.folder / "with_sigmas.npy")[:, 0, :3])

    def test_rectify(self):
        for options in ({}, {"alpha": 1, "size": (200, 150)}):
            flags = [f"--alpha={options['alpha']}", "--size=200x150"] if options else []
            run("rectify", self.file, "--pair", "cam0,cam1", *flags, "-o", self.folder / "rectified", "--force")
            found = self.rig.rectify(["cam0", "cam1"], **options)
            for name in ("cam0", "cam1"):
                maps = np.load(self.folder / f"rectified/cam0_cam1/{name}.npy")
                np.testing.assert_array_equal(found.maps[name], maps)
                self.assertEqual(found.maps[name].shape, (found.image_size[1], found.image_size[0], 2))
            text = (self.folder / "rectified/rectification.yaml").read_text()
            self.assertIn(f"image_size: [{found.image_size[0]}, {found.image_size[1]}]", text)
            picture = cv2.imread(str(self.drawn / "cam0/0000.png"))
            self.assertGreater(cv2.remap(picture, found.maps["cam0"], None, cv2.INTER_LINEAR).std(), 10)


class Detecting(World):
    def as_the_program(self, board, flags, picture):
        """The corners that both find in the same picture."""
        place = self.folder / "one/cam0"
        place.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(place / "000000.png"), picture)
        run("detect", place.parent, *flags, "-o", self.folder / "one.yaml", "--force")
        block = re.search(r"corners: \|\n((?:      .*\n)+)", (self.folder / "one.yaml").read_text())[1]
        expected = [[float(word) for word in line.split()] for line in block.splitlines()]
        found = calib.detect(picture, board)
        self.assertEqual(found.ids.tolist(), [int(row[0]) for row in expected])
        self.assertEqual(decimals(np.column_stack([found.corners, found.sigma_px])),
                         decimals(row[1:] for row in expected))
        return found

    def test_kinds_of_pictures(self):
        gray = cv2.imread(str(self.drawn / "cam0/0000.png"), cv2.IMREAD_GRAYSCALE)
        board = calib.Board((7, 4), "40mm")
        tint = np.array([0.8, 1.0, 0.6])
        wide = gray.astype(np.uint16) * 201 + 37
        color, wide_color = (gray[..., None] * tint).astype(np.uint8), (wide[..., None] * tint).astype(np.uint16)
        for picture in (gray, wide, color, wide_color, gray // 16 + 40):
            with self.subTest(type=picture.dtype, shape=picture.shape):
                self.assertEqual(len(self.as_the_program(board, BOARD, picture).ids), 28)
        flipped = np.flip(np.flip(gray)[::-1, ::-1])  # no copy: its rows and columns run backwards
        turned = calib.detect(flipped, board)
        np.testing.assert_array_equal(turned.corners, calib.detect(flipped.copy(), board).corners)

    def test_board_with_markers(self):
        flags = ["--board-type", "charuco", "--board", "6x5", "--square", "40mm", "--marker", "30mm", "--dictionary",
                 "4X4_50"]
        run("synth", *flags, "--cameras", 1, "--frames", 1, "--size", "640x480", "-o", self.folder / "charuco")
        picture = cv2.imread(str(self.folder / "charuco/cam0/0000.png"))
        board = calib.Board("6x5", 0.04, "charuco", marker="30mm", dictionary="4X4_50")
        found = self.as_the_program(board, flags, picture)
        self.assertEqual(board.points.shape, (20, 3))
        self.assertGreater(len(found.ids), 5)
        same = calib.detect(picture, pickle.loads(pickle.dumps(board)))
        np.testing.assert_array_equal(same.corners, found.corners)

    def test_no_board(self):
        found = calib.detect(np.full((200, 300), 90, np.uint8), calib.Board("9x6", 0.03))
        self.assertFalse(found)
        self.assertEqual(found.reason, "no_board")
        self.assertEqual(found.corners.shape, (0, 2))

    def test_other_threads_run_meanwhile(self):
        picture = np.random.default_rng(1).integers(0, 255, (3000, 4000)).astype(np.uint8)
        steps, ended = [0], threading.Event()

        def count():
            while not ended.wait(0.001):
                steps[0] += 1

        thread = threading.Thread(target=count)
        thread.start()
        before = steps[0]
        calib.detect(picture, calib.Board("9x6", 0.03))
        during = steps[0] - before
        ended.set()
        thread.join()
        # A search that kept Python's lock would let the other thread take one step at most.
        self.assertGreater(during, 3)


class BadInput(World):
    def refuses(self, kind, text, function, *arguments, **more):
        with self.subTest(text=text), self.assertRaises(kind) as caught:
            function(*arguments, **more)
        message = str(caught.exception)
        self.assertIn(text, message)
        self.assertNotIn("\n", message)

    def test_arrays(self):
        rig, pixels = self.rig, self.pixels
        refuses = self.refuses
        refuses(calib.Error, "points: found an array of shape (3, 2), expected (..., 3)", rig.project, "cam0",
                np.zeros((3, 2)))
        refuses(calib.Error, "pixels: found an array of shape (0,), expected (..., 2)", rig.unproject, "cam0", [])
        refuses(TypeError, "points: found an array of complex128", rig.project, "cam0", np.zeros((2, 3), complex))
        refuses(TypeError, "points: found a value of type NoneType", rig.project, "cam0", None)
        refuses(TypeError, "points: found a value of type list", rig.project, "cam0", [[1, 2, 3], [1]])
        refuses(calib.Error, "expected (..., 3 cameras, 2)", rig.triangulate, pixels[..., :2, :])
        refuses(calib.Error, "found an array of shape (3,), expected (40, 6, 3), as the pixels", rig.triangulate,
                pixels, sigma_px=np.ones(3))
        refuses(calib.Error, "sigma_px: found -1.0, expected positive", rig.triangulate, pixels,
                sigma_px=np.full(pixels.shape[:-1], -1))
        refuses(calib.Error, "are outside its 320x240 picture", rig.triangulate, pixels + 1000)
        board = calib.Board("9x6", 0.03)
        refuses(TypeError, "image: found an array of float64, expected uint8 or uint16", calib.detect,
                np.zeros((20, 30)), board)
        refuses(calib.Error, "image: found an array of shape (20, 30, 4)", calib.detect,
                np.zeros((20, 30, 4), np.uint8), board)
        refuses(calib.Error, "image: found an empty array", calib.detect, np.zeros((0, 30), np.uint8), board)
        refuses(TypeError, "expected a calib.Board", calib.detect, np.zeros((20, 30), np.uint8), "9x6")

    def test_names_and_numbers(self):
        rig, pixels, refuses = self.rig, self.pixels, self.refuses
        refuses(calib.Error, "there is no camera 'cam7'", rig.project, "cam7", [[0, 0, 1]])
        refuses(TypeError, "camera: found a value of type int", rig.lens, 0)
        refuses(calib.Error, "cameras: there is no camera 'x'", rig.triangulate, pixels, ["cam0", "cam1", "x"])
        refuses(calib.Error, "expected different cameras", rig.rectify, ["cam0", "cam0"])
        refuses(calib.Error, "expected two cameras or more", rig.rectify, ["cam0"])
        refuses(TypeError, "expected a list of names", rig.rectify, "cam0,cam1")
        refuses(calib.Error, "sigma_px: found 'nan'", rig.triangulate, pixels, sigma_px=float("nan"))
        refuses(calib.Error, "min_views: found '1'", rig.triangulate, pixels, min_views=1)
        refuses(calib.Error, "alpha: found '2', expected a number from 0 to 1", rig.rectify, ["cam0", "cam1"], alpha=2)
        refuses(calib.Error, "jobs: found '-1'", rig.project, "cam0", [[0, 0, 1]], jobs=-1)
        refuses(calib.Error, "square: 'nan' is not a length", calib.Board, "9x6", float("nan"))
        refuses(calib.Error, "square: found 30 meters", calib.Board, "9x6", 30)
        refuses(calib.Error, "(did you mean 'charuco'?)", calib.Board, "9x6", 0.03, "charco")

    def test_files(self):
        for function in (calib.load, calib.Board.load):
            self.refuses(calib.Error, "absent.yaml: no such file", function, "absent.yaml")
        (self.folder / "bad.yaml").write_text("kind: calibration\ncameras: [\n")
        self.refuses(calib.Error, "bad.yaml:", calib.load, self.folder / "bad.yaml")
        self.refuses(calib.Error, "text:1:1: missing key 'kind'", calib.parse, "x: 1")
        self.refuses(TypeError, "found a value of type int", calib.parse, 1)
        self.refuses(calib.Error, "cannot", self.rig.save, self.folder)
        self.assertTrue(issubclass(calib.Error, ValueError))
        self.assertTrue(issubclass(calib.UndeterminedError, calib.Error))

    def test_missing_values(self):
        nothing = np.full((4, 3), np.nan)
        self.assertTrue(np.isnan(self.rig.project("cam0", nothing)).all())
        self.assertTrue(np.isnan(self.rig.lens("cam0").unproject([[np.nan, 1], [np.inf, 1]])).all())
        unseen = self.rig.triangulate(np.full((4, 3, 2), np.nan))
        self.assertEqual((unseen.known, unseen.too_few_views), (0, 4))
        self.assertTrue(np.isnan(unseen.points).all() and np.isnan(unseen.covariance).all())
        self.assertEqual(self.rig.project("cam0", np.zeros((0, 3))).shape, (0, 2))
        self.assertEqual(self.rig.triangulate(np.zeros((0, 3, 2))).points.shape, (0, 3))

    def test_warnings_are_those_of_the_program(self):
        truth = calib.load(self.drawn / "truth.yaml")
        with self.assertWarnsRegex(calib.CalibWarning, "the calibration has no standard deviations"):
            truth.triangulate(self.pixels)


class Documented(unittest.TestCase):
    def test_everything_public_has_a_docstring(self):
        for name in calib.__all__:
            value = getattr(calib, name)
            if not callable(value) or name in ("Error", "UndeterminedError"):
                continue
            self.assertTrue(value.__doc__, name)
            for member, what in vars(value).items() if inspect.isclass(value) else ():
                if not member.startswith("_") and (callable(what) or isinstance(what, property)):
                    self.assertTrue(what.__doc__, f"{name}.{member}")

    def test_stubs_are_those_of_the_compiled_module(self):
        from calib import _calib

        package = pathlib.Path(calib.__file__).parent
        self.assertTrue((package / "py.typed").exists())
        tree = ast.parse((package / "_calib.pyi").read_text())
        public = {name for name in vars(_calib) if not name.startswith("_")}
        stubs = {node.name: node for node in tree.body if isinstance(node, (ast.ClassDef, ast.FunctionDef))}
        self.assertEqual(set(stubs), public)
        for name, node in stubs.items():
            if isinstance(node, ast.ClassDef) and not name.endswith("Error"):
                own = {item.name for item in node.body} - {"__init__"}
                self.assertEqual(own, {member for member in vars(vars(_calib)[name]) if not member.startswith("_")}, name)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    unittest.main(verbosity=1)
