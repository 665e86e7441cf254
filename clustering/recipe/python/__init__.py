"""The recipe as a short Python script of its own, which gives the same segments from the uploaded file."""

from clustering.recipe.python.write import to_python

__all__ = ["to_python"]
