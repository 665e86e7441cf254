"""Tables larger than memory: the same verbs and result objects, part by part over all rows."""

from clustering.stream.opening import open_source
from clustering.stream.sample import SAMPLE_ROWS, Sample, draw_sample
from clustering.stream.source import PART_ROWS, Part, Source
from clustering.stream.typing import Typing

__all__ = ["PART_ROWS", "SAMPLE_ROWS", "Part", "Sample", "Source", "Typing", "draw_sample", "open_source"]
