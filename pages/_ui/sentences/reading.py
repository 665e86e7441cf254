"""How a file was read and prepared, in words."""

from clustering import Features, Table
from clustering.table import DELIMITERS, Reading
from clustering.wording import count, fixed, sample_of, spelled, whole


def headline(table: Table) -> str:
    """The answer on the Data page."""
    customers = customers_told(table)
    if table.questions:
        return f"{customers}, {_open_questions(len(table.questions))}"
    if table.set_aside:
        return f"{customers}, {count(len(table.set_aside), 'row')} set aside"
    if table.n_missing:
        return f"{customers}, {count(table.n_missing, 'missing cell')}"
    return f"{customers}, nothing missing: ready to use"


def customers_told(table: Table) -> str:
    """How many customers there are; of a sample, of how many they are drawn."""
    n_in_all = table.reading.n_in_all
    return count(table.n_rows, "customer") if n_in_all is None else sample_of(table.n_rows, n_in_all)


def list_told(reading: Reading) -> tuple[str, str]:
    """What the labelled list is: below the button that saves it, and beside the number of its rows."""
    added = "Your columns stand as they stood; the segment's number, its name and a note are added at the end."
    if reading.n_in_all is None:
        return (
            f"A CSV file that Excel opens right, separated as your file was. {added}",
            "As many as in the uploaded file, in the same order.",
        )
    return (
        f"A CSV file of the sample, which Excel opens right. {added}",
        f"Those of the sample, which is drawn from {whole(reading.n_in_all)}.",
    )


def plain_notes(table: Table) -> list[str]:
    """The notes of reading but for the questions, which are put with their answers."""
    asked = {question.text for question in table.questions}
    return [note for note in table.notes if note not in asked]


def questions_title(questions) -> str:
    """What stands above the questions only the user can answer."""
    return f"{_open_questions(len(questions)).capitalize()} that only you can answer"


def _open_questions(n: int) -> str:
    return f"{spelled(n)} question{'s' * (n != 1)}"


def read_how(reading: Reading) -> str:
    """How the file was read, in a line."""
    if reading.format == "csv":
        how = [f"{DELIMITERS[reading.delimiter]}-separated", reading.encoding.upper()]
    elif reading.sheet is not None:
        how = ["workbook", f"sheet {reading.sheet}"]
    else:
        how = [reading.format.capitalize()]
    return " · ".join([reading.file_name, *how, _file_size(reading.n_bytes)])


def _file_size(n_bytes: int) -> str:
    """A size in bytes as people write it."""
    for limit, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if n_bytes >= limit:
            return f"{fixed(n_bytes / limit, 1)} {unit}"
    return f"{n_bytes} bytes"


def outlying_caption(features: Features) -> str:
    """How many customers are far outside and how many of them are shown."""
    shown = f"; the {whole(len(features.outlying))} farthest" if len(features.outlying) < features.n_outlying else ""
    return f"{count(features.n_outlying, 'customer')} far outside the others{shown}."
