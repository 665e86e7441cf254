"""Between which limits the user can choose; saved work is held to them too."""

LEAST_TRIED, MOST_TRIED = 2, 20  # segments
SMALLEST = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1)  # acceptable share of the smallest segment
LARGEST = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # and of the largest
NAME_LENGTH, NOTE_LENGTH = 300, 1_000
