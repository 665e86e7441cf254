"""What there is to be shown. A scene's name is its address, so that a talk can link to it: names stay."""

from dataclasses import dataclass

OWN, PHOTOGRAPH = "own", "photograph"


@dataclass(frozen=True)
class Scene:
    """Something to be shown about k-means.

    Attributes
    ----------
    name : str
        Its address.
    title : str
    says : str
        Two sentences: what to look at, and what it means.
    n_clusters : int
        Centers unless others are asked for.
    choices : frozenset of str
        What can be chosen: "k", "start", "seed", "outlier".
    starts_settled : bool
        The result is shown at once; the steps can be played from there.
    random_state : int
        Seed unless another is asked for.
    most_clusters : int
    """

    name: str
    title: str
    says: str
    n_clusters: int = 3
    choices: frozenset = frozenset({"k", "start", "seed"})
    starts_settled: bool = False
    random_state: int = 0
    most_clusters: int = 8  # there are eight hues


SCENES = (
    Scene(
        "groups",
        "Three groups",
        "Every point goes to its nearest center, then every center goes to the mean of its points, and again, until "
        "no point changes. The lines between the regions lie halfway between two centers.",
        random_state=2,
    ),
    Scene(
        "unlabelled",
        "What the algorithm sees",
        "On the left are the points as the algorithm gets them, on the right what it makes of them. It knows no "
        "groups and no colours, only distances.",
        4,
    ),
    Scene(
        "blobs",
        "Four round groups",
        "Round groups of one size, well apart: this is what k-means is made for. A k-means++ start spreads the first "
        "centers out, so fewer rounds are needed than from random points.",
        4,
    ),
    Scene(
        "bad-start",
        "A bad start and a good one",
        "Both runs have settled and no point would change, yet the left one shares one group between two centers and "
        "gives two groups to one. K-means only walks downhill from where it starts, so several starts are tried and "
        "the one with the lowest inertia is kept.",
        4,
        frozenset({"seed"}),
        True,
    ),
    Scene(
        "k",
        "k too small, k too large",
        "With two centers groups are merged, with six a group is cut through the middle. The algorithm does as it is "
        "told and settles either way, so the number has to be chosen by other means.",
        4,
        frozenset({"seed"}),
        True,
    ),
    Scene(
        "uniform",
        "No groups at all",
        "A hundred points scattered evenly over a square hold no groups, and k-means cuts them into three all the "
        "same. That it returns segments is no proof that there are any.",
    ),
    Scene(
        "unequal",
        "Groups of unequal size",
        "One wide group of 300 points stands beside two small ones of 30: the wide one is cut up, and the small ones "
        "run into its parts. K-means prefers groups of like width; a Gaussian mixture follows unequal ones better.",
    ),
    Scene(
        "moons",
        "Two moons",
        "Two bent groups cannot be parted by a straight line halfway between two centers, so k-means must fail here, "
        "from every start. Methods that follow dense stretches find both: DBSCAN, HDBSCAN, single linkage or spectral "
        "clustering.",
        2,
    ),
    Scene(
        "scales",
        "Without and with scaling",
        "The two groups differ in visits, but income comes in thousands: unscaled (left), only income counts. Scaled "
        "to the same spread (right), both columns count alike and the groups are found.",
        2,
        frozenset({"seed"}),
        True,
    ),
    Scene(
        "outlier",
        "One outlier",
        "Move a single point away: at first it drags a center along, and far enough out it takes a center for itself "
        "while the two groups are merged. One customer far outside can cost a whole segment.",
        2,
        frozenset({"outlier"}),
        True,
    ),
    Scene(
        "empty",
        "An empty group",
        "One center starts so far away that no point is nearest to it. As in scikit-learn it is put on the point that "
        "is farthest from its own center, and goes on from there.",
        3,
        frozenset(),
    ),
    Scene(
        PHOTOGRAPH,
        "A photograph in k colours",
        "Every pixel is a point with three numbers: red, green and blue. K-means finds k colours that stand for all "
        "of them, and every pixel takes the colour of its nearest center.",
        8,
        frozenset({"k", "seed"}),
        most_clusters=32,
    ),
    Scene(
        OWN,
        "Two columns of your data",
        "Two columns of the table that is loaded, both scaled to the same spread. It is a close-up for "
        "two columns; the segments themselves come from all columns that you chose.",
        4,
    ),
)


def scene(name: str | None) -> Scene:
    """The scene at an address; the first one where there is none."""
    return next((one for one in SCENES if one.name == name), SCENES[0])
