"""Boards, and their corners in pictures."""

from __future__ import annotations

import os
import warnings
from typing import Any, Optional, Union

import numpy.typing as npt

from . import _calib
from .results import CalibWarning, Detection, Floats

Size = Union[str, tuple[int, int]]
Length = Union[str, float]


class Board:
    """A printed board, described as by the flags of `calib detect`.

    board         "11x8" or (11, 8): columns and rows of what the type counts (inner corners of a
                  chessboard, squares of a ChArUco board, tags of an aprilgrid)
    square        the side of a square: meters, or text with a unit, as in "30mm"
    board_type    chessboard, charuco, aprilgrid, puzzleboard, circles or acircles
    marker        the side of a marker or tag
    dictionary    of the markers, as in "4X4_50"
    first_marker  the lowest number of its markers
    """

    def __init__(
        self,
        board: Size,
        square: Length,
        board_type: str = "chessboard",
        *,
        marker: Optional[Length] = None,
        dictionary: Optional[str] = None,
        first_marker: int = 0,
    ) -> None:
        values = {
            "board": board,
            "square": square,
            "board_type": board_type,
            "marker": marker,
            "dictionary": dictionary,
            "first_marker": first_marker,
        }
        self._take(values)

    @classmethod
    def load(cls, target: Union[str, os.PathLike[str]]) -> Board:
        """The board that a file describes: Kalibr's target YAML, a file that calib wrote, or a list of boards."""
        self = cls.__new__(cls)
        self._take({"target": os.fsdecode(target)})
        return self

    def _take(self, values: dict[str, Any]) -> None:
        self._values, self._board = values, _calib.Board(values)
        for text in self._board.warnings():
            warnings.warn(text, CalibWarning, stacklevel=3)

    def __getstate__(self) -> dict[str, Any]:
        return self._values

    def __setstate__(self, values: dict[str, Any]) -> None:
        self._values, self._board = values, _calib.Board(values)

    @property
    def points(self) -> Floats:
        """(corners, 3): the place of each corner on the board, meters. The row is its number."""
        return self._board.points()

    def __repr__(self) -> str:
        return f"<calib.Board: {self._board.describe()}>"


def detect(image: npt.ArrayLike, board: Board, *, detector: str = "fast") -> Detection:
    """Find the corners of a board in a picture, as `calib detect` does.

    image     uint8 or uint16, of shape (height, width), or (height, width, 3) for blue, green and red
    detector  of chessboards: fast, opencv or sb

    A picture without the board is not an error: the result is then false, and `reason` says why. Other
    threads of Python run meanwhile. Files hold corners and sigmas rounded to 1e-6 px.
    """
    if not isinstance(board, Board):
        raise TypeError(f"board: found a value of type {type(board).__name__}, expected a calib.Board")
    return Detection(**_calib.detect(image, board._board, {"detector": detector}))
