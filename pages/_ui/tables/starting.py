"""Start centers as a grid to type in."""

import numpy as np
import pandas as pd

from clustering.starting import Board


def centers_table(board: Board, centers: tuple) -> pd.DataFrame:
    """One row per center in the columns' own units; empty where one is not placed yet."""
    names = [f"Center {number}" for number in range(1, len(centers) + 1)]
    return pd.DataFrame(board.stand(centers, board.columns), columns=list(board.columns), index=names)


def retyped(board: Board, centers: tuple, table: pd.DataFrame) -> tuple:
    """The centers after their grid was typed in."""
    return board.type_in(centers, table.to_numpy(dtype=float, na_value=np.nan))
