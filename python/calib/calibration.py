"""Calibrations: the lenses and poses of the cameras of a rig."""

from __future__ import annotations

import os
import warnings
from typing import Iterable, Optional, Union

import numpy as np
import numpy.typing as npt

from . import _calib
from .board import Length, Size
from .results import CalibWarning, Floats, RectifiedPair, Rectification, Triangulation

Path = Union[str, os.PathLike[str]]


class Lens:
    """A lens: from points in the frame of its camera to pixels, and back.

    The frame of a camera has x to the right, y down, and z forward.
    """

    def __init__(self, lens: _calib.Lens) -> None:
        self._lens = lens

    @property
    def model(self) -> str:
        """The name of the lens model: "opencv5" and so on."""
        return self._lens.model()

    @property
    def image_size(self) -> tuple[int, int]:
        """Width and height of the pictures."""
        return self._lens.image_size()

    @property
    def parameters(self) -> dict[str, float]:
        """fx, fy, cx, cy in pixels, then the distortion in the order of the model."""
        return self._lens.parameters()

    def project(self, points: npt.ArrayLike, *, jobs: int = 0) -> Floats:
        """The pixels (..., 2) of points (..., 3) in the camera's frame, which may lie outside the picture.

        NaN where the point cannot be projected: behind the camera, or outside the valid region of the model.
        """
        return self._lens.project(points, {"jobs": jobs})

    def unproject(self, pixels: npt.ArrayLike, *, jobs: int = 0) -> Floats:
        """The unit rays (..., 3) of pixels (..., 2) in the camera's frame; NaN where there is none."""
        return self._lens.unproject(pixels, {"jobs": jobs})

    def __repr__(self) -> str:
        width, height = self.image_size
        return f"<calib.Lens: {self.model}, {width}x{height}>"


class Calibration:
    """The content of a calibration.yaml: load() reads one.

    Points are in the world of the calibration if it has one (`calib align`), otherwise in the frame
    of the rig, which is that of its reference camera.
    """

    def __init__(self, calibration: _calib.Calibration) -> None:
        self._calibration = calibration

    @property
    def cameras(self) -> list[str]:
        """The names of the cameras. Arrays of all cameras have this order."""
        return self._calibration.cameras()

    @property
    def reference_camera(self) -> str:
        """The camera whose frame is that of the rig."""
        return self._calibration.reference_camera()

    @property
    def verdict(self) -> Optional[str]:
        """How good the calibration is: "good", "usable" or "poor"; None: not judged."""
        return self._calibration.verdict()

    @property
    def T_world_rig(self) -> Optional[Floats]:
        """(4, 4): the pose of the rig in the world; None without a world."""
        return self._calibration.T_world_rig()

    def T_cam_rig(self, camera: str) -> Optional[Floats]:
        """(4, 4): p_cam = T_cam_rig @ p_rig; None if the pose of the camera is not known."""
        return self._calibration.T_cam_rig(camera)

    def lens(self, camera: str) -> Lens:
        """The lens of a camera."""
        return Lens(self._calibration.lens(camera))

    def project(self, camera: str, points: npt.ArrayLike, *, jobs: int = 0) -> Floats:
        """The pixels (..., 2) of points (..., 3), as `calib project` finds them.

        NaN where the camera does not see the point: behind it, or outside its picture.
        """
        return self._calibration.project(camera, points, {"jobs": jobs})

    def unproject(self, camera: str, pixels: npt.ArrayLike, *, jobs: int = 0) -> Floats:
        """The directions (..., 3) of length 1 in which pixels (..., 2) see, in the frame of the points.

        The rays begin at the camera, whose place is the last column of the inverse of its pose.
        """
        return self._calibration.unproject(camera, pixels, {"jobs": jobs})

    def triangulate(
        self,
        pixels: npt.ArrayLike,
        cameras: Optional[Iterable[str]] = None,
        *,
        sigma_px: Optional[npt.ArrayLike] = None,
        min_views: int = 2,
        jobs: int = 0,
    ) -> Triangulation:
        """Points in space from their pixels, with covariances, as `calib triangulate` finds them.

        pixels     (..., cameras, 2), NaN where a camera does not see the point; pixels of one row
                   belong to one moment
        cameras    the names along the last axis but one; None: all, in the order of `cameras`
        sigma_px   the standard deviation of a pixel: one number, or an array (..., cameras) with NaN
                   where it is not known; None: taken from the residuals
        min_views  leave a point NaN that fewer cameras agree on

        The first call for some cameras prepares their lenses, in milliseconds per camera; later calls,
        such as one for each moment of a live recording, do not.
        """
        one, each = (sigma_px, None) if sigma_px is None or np.ndim(sigma_px) == 0 else (None, sigma_px)
        found = self._calibration.triangulate(
            pixels, _names(cameras, self.cameras), each, {"sigma_px": one, "min_views": min_views, "jobs": jobs}
        )
        for text in found.pop("doubts"):
            warnings.warn(text, CalibWarning, stacklevel=2)
        return Triangulation(**found)

    def rectify(
        self,
        cameras: Iterable[str],
        *,
        alpha: float = 0,
        size: Optional[Size] = None,
        fov: Optional[Union[str, float, tuple[float, float]]] = None,
        projection: str = "pinhole",
        distance: Optional[Length] = None,
        tolerance_px: float = 1,
        jobs: int = 0,
    ) -> Rectification:
        """The maps that rectify two cameras (or more), as `calib rectify` writes them.

        alpha         0 shows only valid pixels, 1 shows every pixel of the cameras
        size          (width, height) of the rectified pictures; None: as alpha or fov ask
        fov           horizontal, or (horizontal, vertical), angle of view in degrees in place of alpha
        projection    pinhole, or latlon for lenses of more than about 120 degrees
        distance      the distance of the scene, for the tolerance of three cameras or more
        tolerance_px  refuse a frame of three cameras or more that leaves rows further apart
        """
        values = {
            "alpha": alpha,
            "size": size,
            "fov": fov,
            "projection": projection,
            "distance": distance,
            "tolerance_px": tolerance_px,
            "jobs": jobs,
        }
        found = self._calibration.rectify(_names(cameras, []), values)
        pairs = [RectifiedPair(**pair) for pair in found.pop("pairs")]
        return Rectification(pairs=pairs, **found)

    def save(self, path: Path) -> None:
        """Write a calibration.yaml, in place of a file that is there. It appears whole or not at all."""
        self._calibration.save(os.fsencode(path))

    def to_yaml(self) -> str:
        """The text that save() writes."""
        return self._calibration.to_yaml()

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return parse, (self.to_yaml(),)

    def __repr__(self) -> str:
        return f"<calib.Calibration of {', '.join(self.cameras)}>"


def _names(cameras: Optional[Iterable[str]], default: list[str]) -> list[str]:
    if isinstance(cameras, str):
        raise TypeError(f"cameras: found the text {cameras!r}, expected a list of names")
    return default if cameras is None else list(cameras)


def load(path: Path) -> Calibration:
    """Read a calibration.yaml."""
    return Calibration(_calib.Calibration.load(os.fsencode(path)))


def parse(text: str) -> Calibration:
    """The calibration that the text of a calibration.yaml holds."""
    return Calibration(_calib.Calibration.parse(text))
