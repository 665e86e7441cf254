"""The sample data that can be tried: file, title, and what it shows."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "sample_data"


@dataclass(frozen=True)
class Sample:
    file_name: str
    title: str
    shows: str

    @property
    def path(self) -> Path:
        return FOLDER / self.file_name


SAMPLES = (
    Sample("mall_customers.csv", "Mall customers", "200 customers; five segments in income and spending"),
    Sample("shop_customers.csv", "Online shop", "Five thousand customers; a few huge ones, missing cells, dates"),
    Sample("purchases.csv", "Purchases", "Every purchase of 592 customers, to be made into customers"),
    Sample("no_structure.csv", "No structure", "500 customers without any groups among them"),
    Sample("iris.csv", "Iris flowers", "150 flowers of three species, two of them alike"),
    Sample("wine.csv", "Wine", "178 wines by 13 measurements"),
    Sample("blobs.csv", "Round groups", "Points in round groups: what k-means is made for"),
    Sample("moons.csv", "Two moons", "Two bent groups that k-means cannot separate"),
    Sample("uniform_noise.csv", "Uniform noise", "Points scattered evenly: nothing to find"),
)
TITLES = tuple(sample.title for sample in SAMPLES)
EXAMPLE = SAMPLES[0]
EXAMPLE_COLUMNS = ("Annual Income (k$)", "Spending Score (1-100)")
EXAMPLE_SEGMENTS = 5
EXAMPLE_FINDING = "Five segments in income and spending"
