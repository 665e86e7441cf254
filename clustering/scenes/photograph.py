"""A photograph reduced to k colours: k-means on pixels."""

from dataclasses import dataclass

import numpy as np
from sklearn.datasets import load_sample_image

from clustering.lloyd import lloyd_steps, nearest

PHOTOGRAPHS = {"Temple": "china.jpg", "Flower": "flower.jpg"}
_PIXELS_FITTED = 5_000
_PALETTE_HEIGHT = 16
_EVERY = 2  # every other pixel along either side: 214 x 320 show the same


@dataclass(frozen=True, eq=False)
class Photograph:
    """A photograph and what k colours make of it.

    Attributes
    ----------
    original, reduced : ndarray of uint8 of shape (height, width, 3)
    palette : ndarray of uint8 of shape (height, width, 3)
        A strip of the k colours, as wide as they are frequent.
    n_original : int
        Distinct colours of the original.
    n_iter : int
    """

    original: np.ndarray
    reduced: np.ndarray
    palette: np.ndarray
    n_original: int
    n_iter: int


def photograph(file_name: str, n_colours: int, random_state: int = 0) -> Photograph:
    """Reduce one of scikit-learn's two photographs, at half its size, to so many colours.

    The colours are found on a sample of the pixels; then every pixel takes its nearest.
    """
    original = np.ascontiguousarray(load_sample_image(file_name)[::_EVERY, ::_EVERY])
    pixels = original.reshape(-1, 3)
    sample = np.random.default_rng(random_state).permutation(len(pixels))[:_PIXELS_FITTED]
    last = lloyd_steps(pixels[sample], n_colours, random_state=random_state)[-1]
    labels = nearest(pixels.astype(float), last.cluster_centers)
    colours = np.rint(last.cluster_centers).astype(np.uint8)
    order = np.argsort(-np.bincount(labels, minlength=n_colours), kind="stable")
    rank = np.argsort(order)[labels]
    width = original.shape[1]
    row = colours[order][np.sort(rank)[np.linspace(0, len(rank) - 1, width).astype(int)]]
    return Photograph(
        original=original,
        reduced=colours[labels].reshape(original.shape),
        palette=np.repeat(row[None], _PALETTE_HEIGHT, axis=0),
        n_original=len(np.unique(pixels, axis=0)),
        n_iter=last.n_iter,
    )
