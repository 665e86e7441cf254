"""What is done and found on a Spark cluster, in words."""

from typing import TYPE_CHECKING

from clustering.indices import INDICES
from clustering.profile.words import joined
from clustering.spark import SAMPLE_ROWS
from clustering.wording import count, listing, one_line, spelled, whole

if TYPE_CHECKING:
    from clustering.spark import AllRows, Catalogue, Progress, RemoteSample, TableName
    from clustering.spark.result import Beside
    from pages._ui.jobs import ClusterJob


def on_cluster(job: "ClusterJob") -> str:
    """What stands on the bar while the cluster works."""
    return "Stopping …" if job.stopping else f"{job.told} …"


def catalogue_told(catalogue: "Catalogue") -> str:
    """What is to be known about the list of tables; "" where it is whole."""
    told = []
    if not catalogue.tables:
        told.append("There is no table that this account may see.")
    if catalogue.is_cut:
        told.append(f"The first {count(len(catalogue.tables), 'table')} by name; there are more.")
    if catalogue.closed:
        told.append(f"Not listed, because this account may not: {listing(map(one_line, catalogue.closed))}.")
    return " ".join(told)


def sample_offered(n_rows: int) -> str:
    """What the button says that draws the sample."""
    if n_rows <= SAMPLE_ROWS:
        return f"Explore all {count(n_rows, 'row')}"
    return f"Explore a sample of {whole(SAMPLE_ROWS)}"


def step_told(step: "Progress") -> str:
    """What has just been done over all rows."""
    if step.doing == "fit":
        return f"{spelled(step.n_clusters).capitalize()} segments: fit {step.seed} of {step.n_seeds} is done"
    return {
        "prepare": "All rows are prepared",
        "score": "The segments are scored",
        "describe": "Describing the segments over all rows",
    }[step.doing]


def all_rows_offered(sample: "RemoteSample") -> str:
    """What a run on all rows does."""
    n_here, n_rows = sample.table.n_rows, whole(sample.n_rows)
    if n_here == sample.n_rows:
        return (
            f"All {n_rows} rows of {sample.name} are here. On the cluster as many segments are found among them anew, "
            "prepared as here, and can be written to a table there."
        )
    return (
        f"The segments so far come from a sample of {count(n_here, 'row')}. On the cluster as many are found among all "
        f"{n_rows} rows of {sample.name}, prepared as here; the rows stay there and only figures come back."
    )


def all_rows_told(found: "AllRows") -> str:
    """The finding of a run on all rows: whether it says what the sample said."""
    apart = [one for one in found.beside if one.differs]
    if not apart:
        return f"All {whole(found.n_rows)} rows say what the sample said"
    return f"All {whole(found.n_rows)} rows differ from the sample by more than 1 % in {_named(apart)}"


def beside_told(found: "AllRows") -> str:
    """How the scores of all rows came about."""
    per_row = [one for one in found.beside if one.is_per_row]
    return (
        f"The best of {len(found.costs)} fits over all rows, told from its centers as on the other pages; "
        f"{_named(per_row)} per row, because they grow with the number of rows."
    )


def _named(figures: "list[Beside]") -> str:
    return joined([INDICES[one.index].label.lower() for one in figures])


def written_there(target: "TableName", n_rows: int, n_without: int) -> str:
    """That segments stand in a table on the cluster."""
    told = f"{count(n_rows, 'row')} with their segments stand in {target} now."
    return f"{told} {count(n_without, 'row')} without a segment." if n_without else told
