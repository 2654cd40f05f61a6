"""What the functions of calib return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class CalibWarning(UserWarning):
    """A warning that the program calib would print."""


@dataclass(frozen=True, eq=False, repr=False)
class Triangulation:
    """Points in space. The shapes begin as that of the pixels without its last two sizes."""

    points: Floats  #: (..., 3) meters, in the world of the calibration, or in the rig's frame
    covariance: Floats  #: (..., 3, 3) square meters: noise of the pixels and errors of the calibration
    residual_px: Floats  #: (...) root mean square of the distances in the pictures
    views: npt.NDArray[np.int32]  #: (...) the number of cameras that were used
    sigma_px: float  #: the standard deviation of pixels for which none was given
    sigma_from: str  #: where it comes from: "stated", "residuals" or "assumed"
    rms_px: float  #: root mean square of all residuals
    known: int  #: how many points were placed
    too_few_views: int  #: how many were not, as too few cameras see them
    far_away: int  #: how many were not, as they are behind a camera or too far away
    #: for each camera: posed, pixels, outside (the picture), contradicted (by the other cameras), rms_px
    cameras: dict[str, dict[str, Any]]

    def __repr__(self) -> str:
        return f"<calib.Triangulation of {self.known} points, {self.rms_px:.3g} px RMS>"


@dataclass(frozen=True, eq=False)
class RectifiedPair:
    """Two neighbors whose rows, or columns, show the same points."""

    first: str
    second: str
    vertical: bool  #: whether columns (True) or rows (False) align
    baseline_m: float
    Q: Optional[Floats]  #: (4, 4), as of cv2.stereoRectify; None for the projection latlon


@dataclass(frozen=True, eq=False, repr=False)
class Rectification:
    """Cameras that were turned into one frame, by the names of the cameras.

    cv2.remap(picture, rectification.maps["cam0"], None, cv2.INTER_LINEAR) rectifies a picture.
    """

    image_size: tuple[int, int]  #: width and height of all rectified pictures
    maps: dict[str, npt.NDArray[np.float32]]  #: (height, width, 2): x and y in the picture; -1: none
    R: dict[str, Floats]  #: (3, 3) R_rect_cam: R1 and R2 of cv2.stereoRectify
    P: dict[str, Floats]  #: (3, 4): P1 and P2 of cv2.stereoRectify
    valid: dict[str, tuple[int, int, int, int]]  #: x, y, width and height of the part that is no border
    common_valid: tuple[int, int, int, int]  #: the part of it that all cameras share
    pairs: list[RectifiedPair]

    def __repr__(self) -> str:
        width, height = self.image_size
        return f"<calib.Rectification of {', '.join(self.maps)}, {width}x{height}>"


@dataclass(frozen=True, eq=False, repr=False)
class Detection:
    """The corners of a board in a picture. It is false if the board was not found."""

    ids: npt.NDArray[np.int32]  #: (n,) numbers of the corners, rising: rows of Board.points
    corners: Floats  #: (n, 2) pixels
    sigma_px: Floats  #: (n,) standard deviation of x and of y; NaN: not known
    reason: str  #: why no board was found: "no_board", "too_small" and so on; otherwise ""

    def __bool__(self) -> bool:
        return len(self.ids) > 0

    def __repr__(self) -> str:
        return f"<calib.Detection of {len(self.ids)} corners>" if self else f"<calib.Detection: {self.reason}>"
