"""Calibrated camera rigs in Python: the functions of the program `calib` on arrays of NumPy.

    rig = calib.load("calibration.yaml")
    pixels = rig.project("cam0", points)
    placed = rig.triangulate(pixels_of_all_cameras)

Lengths are meters, angles radians. Pixel (0, 0) is the center of the top-left pixel. T_a_b maps
coordinates in frame b to coordinates in frame a. NaN stands for what is missing. What cannot be
done is a calib.Error (a ValueError), whose message says what was found, what was expected, and
what to do; an argument of a wrong type is a TypeError.
"""

from ._calib import Error, UndeterminedError, __version__
from .board import Board, detect
from .calibration import Calibration, Lens, load, parse
from .results import CalibWarning, Detection, RectifiedPair, Rectification, Triangulation

__all__ = [
    "Board",
    "CalibWarning",
    "Calibration",
    "Detection",
    "Error",
    "Lens",
    "RectifiedPair",
    "Rectification",
    "Triangulation",
    "UndeterminedError",
    "__version__",
    "detect",
    "load",
    "parse",
]
