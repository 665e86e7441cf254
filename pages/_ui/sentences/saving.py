"""Saved work, in words."""

from clustering.recipe import EXAMPLE_METHODS, Recipe
from clustering.wording import count, one_line

# Said to a browser that comes back to a session which is gone.
LOST = (
    "The server was started anew, or you were away for too long. If you had a table here, it is gone with its "
    "segments. Open saved work on the Start page to go on where you saved it, or upload your file again."
)


def held_in_work(n_kept: int, method: str) -> str:
    """What is in the file, and why one wants it."""
    customers = "No customer is in it"
    if method in EXAMPLE_METHODS:
        customers = "Of customers it holds only what those are like who stand for a segment, not who they are"
    told = (
        "One file with the segments on show: their names, notes and colours, your columns and settings, and every step "
        f"by hand. {customers}. A reload or a closed tab forgets this session; with this file and the same "
        "file of customers you, or a colleague, go on where you are."
    )
    return told if not n_kept else f"{told} Segments kept for comparing are not in it."


def file_name_of(recipe: Recipe) -> str:
    """The file that the work was saved with, as it was called."""
    return one_line((recipe.source.purchases or recipe.source).file_name, 80)


def saved_work(recipe: Recipe) -> str:
    """Which work it is: Saved work: five segments of customers.csv."""
    return f"Saved work: {count(recipe.n_clusters, 'segment')} of {file_name_of(recipe)}"


def waits_for(recipe: Recipe) -> str:
    """Which file is needed now."""
    return f"Now upload {file_name_of(recipe)}. With the very same file everything is as it was when it was saved."


def another_file(recipe: Recipe, title: str, refusal: str) -> str:
    """That the file that is loaded is not the one, and what can be done with it."""
    told = (
        f"{one_line(title, 80)}, which is loaded, is another file than the one it was saved with. To go on where you "
        f"were, upload {file_name_of(recipe)}."
    )
    if refusal:
        return f"{told} {refusal}"
    return (
        f"{told} Or place these customers in the saved segments, or find segments among them with the saved columns "
        "and settings; names and steps by hand do not come along."
    )
