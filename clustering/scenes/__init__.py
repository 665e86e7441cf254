"""Scenes in which k-means can be watched, each for one thing it shows."""

from clustering.scenes.panels import (
    Choices,
    Panel,
    own_columns,
    own_panel,
    own_points,
    panels,
    points,
    start_ends,
)
from clustering.scenes.photograph import PHOTOGRAPHS, Photograph, photograph
from clustering.scenes.scene import OWN, PHOTOGRAPH, SCENES, Scene, scene

__all__ = [
    "OWN",
    "PHOTOGRAPH",
    "PHOTOGRAPHS",
    "SCENES",
    "Choices",
    "Panel",
    "Photograph",
    "Scene",
    "own_columns",
    "own_panel",
    "own_points",
    "panels",
    "photograph",
    "points",
    "scene",
    "start_ends",
]
