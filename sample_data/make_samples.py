"""Write the sample files into this folder: ``python sample_data/make_samples.py``.

Every customer in them is made up. The files are kept in the repository so that the app needs neither this script nor a
network; the script is kept so that anybody can see how much structure was put into each of them, and make them again.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_iris, load_wine, make_blobs, make_moons

# One row per segment: customers; mean and standard deviation of income, of spending score and of age. Sizes and means
# of income and score are those of the widely used mall customers. Ages are gathered closer around their mean than real
# ones: with a spread as wide as in life, taking Age as a third feature splits the segments further and five is lost.
MALL_SEGMENTS = [
    (23, (26, 7), (21, 11), (46, 7)),
    (22, (26, 7), (79, 9), (24, 4)),
    (81, (55, 8), (50, 6), (44, 7)),
    (39, (87, 14), (82, 9), (32, 4)),
    (35, (88, 14), (17, 9), (42, 7)),
]
MALL_WOMEN = 112

SHOP_TODAY = pd.Timestamp("2025-09-30")
SHOP_OPENED = pd.Timestamp("2019-01-01")
SHOP_COUNTRIES = {"Germany": 0.38, "France": 0.20, "Netherlands": 0.14, "Spain": 0.12, "Poland": 0.10, "Austria": 0.06}
SHOP_RESELLERS = 6
# One row per kind of customer; orders are those after the first, basket is a median in euros, the rest are means.
SHOP_GROUPS = pd.DataFrame(
    [
        ("regulars", 1150, 13.0, 62.0, 0.07, 21, 0.10, 47, 0.75),
        ("bargain hunters", 1050, 6.0, 30.0, 0.10, 50, 0.72, 36, 0.85),
        ("one-timers", 1300, 0.0, 48.0, 0.06, 220, 0.16, 39, 0.25),
        ("dormant", 900, 5.0, 55.0, 0.09, 560, 0.22, 44, 0.30),
        ("try-on shoppers", 600, 7.0, 125.0, 0.52, 38, 0.20, 32, 0.55),
    ],
    columns=["group", "size", "orders", "basket", "returns", "days", "discount", "age", "newsletter"],
)

# One row per kind of customer: orders before the last one, days between orders (gap), and lines of an order after its
# first are means; the last order lies between newest and oldest, in days before the end of the file.
PURCHASES_KINDS = pd.DataFrame(
    [
        ("regulars", 90, 11.0, 1, 40, 35, 1.4),
        ("now and then", 140, 3.5, 1, 130, 70, 1.0),
        ("new", 110, 0.3, 1, 60, 25, 0.7),
        ("tried once", 150, 0.2, 150, 700, 30, 0.6),
        ("lost regulars", 110, 6.0, 200, 420, 45, 1.2),
    ],
    columns=["kind", "size", "orders", "newest", "oldest", "gap", "lines"],
)

BLOB_CENTERS = [(-6.0, -4.0), (-5.0, 5.0), (0.5, 0.0), (6.0, 5.5), (6.5, -5.0)]


def mall_customers(seed=2):
    """Make 200 mall customers in five segments of income and spending score.

    The rows are sorted by income, as in the data they imitate, so their order does not give the segments away.
    """
    rng = np.random.default_rng(seed)
    segments = [
        pd.DataFrame(
            {
                "Age": _whole_numbers(rng, *age, 18, 70, size),
                "Annual Income (k$)": _whole_numbers(rng, *income, 15, 137, size),
                "Spending Score (1-100)": _whole_numbers(rng, *score, 1, 99, size),
            }
        )
        for size, income, score, age in MALL_SEGMENTS
    ]
    customers = pd.concat(segments, ignore_index=True)
    shuffled = customers.iloc[rng.permutation(len(customers))]
    frame = shuffled.sort_values("Annual Income (k$)", kind="stable", ignore_index=True)
    gender = np.repeat(["Female", "Male"], [MALL_WOMEN, len(frame) - MALL_WOMEN])
    frame.insert(0, "CustomerID", np.arange(1, len(frame) + 1))
    frame.insert(1, "Gender", rng.permutation(gender))
    return frame


def _whole_numbers(rng, mean, std, low, high, size):
    """Draw whole numbers within [low, high] whose sample mean rounds to `mean`."""
    drawn = rng.normal(size=size)
    drawn = mean + std * (drawn - drawn.mean()) / drawn.std()
    # Clipping moves the mean and shifting crosses the limits again, each time by less.
    for _ in range(5):
        drawn = np.clip(drawn + mean - drawn.mean(), low, high)
    return np.rint(drawn).astype(int)


def shop_customers(seed=0):
    """Make 5,000 customers of an online shop, among them six resellers with a spend far beyond everybody else's.

    Amounts are text, as they shall stand in the file ("12.50"). `returns_share` and `discount_share` are shares of the
    spend, in [0, 1]; cells of age, returns_share and country are missing at random.
    """
    rng = np.random.default_rng(seed)
    kind = SHOP_GROUPS.loc[rng.permutation(np.repeat(SHOP_GROUPS.index, SHOP_GROUPS["size"]))].reset_index(drop=True)
    n_customers = len(kind)

    orders = 1 + rng.poisson(kind["orders"] * rng.gamma(10, 1 / 10, n_customers))
    total_spend = orders * kind["basket"] * rng.lognormal(0, 0.27, n_customers)
    resellers = rng.choice(np.flatnonzero(kind["group"] == "regulars"), SHOP_RESELLERS, replace=False)
    orders[resellers] = rng.integers(60, 120, SHOP_RESELLERS)
    total_spend[resellers] = total_spend.median() * rng.uniform(60, 180, SHOP_RESELLERS)

    days_since = np.rint(kind["days"] * rng.gamma(9, 1 / 9, n_customers)).astype(int)
    last_order = SHOP_TODAY - pd.to_timedelta(days_since, unit="D")
    days_between_orders = 40 * rng.gamma(4, 1 / 4, n_customers)
    # Slower, their many orders would reach back before the opening and put them all into the first rows of the file.
    days_between_orders[resellers] = 15
    signup = last_order - pd.to_timedelta(np.rint((orders - 1) * days_between_orders), unit="D")

    age = pd.Series(np.clip(np.rint(rng.normal(kind["age"], 9)), 18, 85)).astype("Int64")
    returns_share = _shares(rng, kind["returns"])
    country = pd.Series(rng.choice(list(SHOP_COUNTRIES), n_customers, p=list(SHOP_COUNTRIES.values())))
    frame = pd.DataFrame(
        {
            "signup_date": signup.clip(lower=SHOP_OPENED).dt.strftime("%Y-%m-%d"),
            "last_order_date": last_order.dt.strftime("%Y-%m-%d"),
            "country": country.mask(rng.random(n_customers) < 0.01),
            "newsletter": np.where(rng.random(n_customers) < kind["newsletter"], "yes", "no"),
            "age": age.mask(rng.random(n_customers) < 0.04),
            "orders": orders,
            "total_spend": total_spend.map("{:.2f}".format),
            "average_basket": (total_spend / orders).map("{:.2f}".format),
            "returns_share": returns_share.mask(rng.random(n_customers) < 0.02),
            "days_since_last_order": days_since,
            "discount_share": _shares(rng, kind["discount"]),
        }
    ).sort_values("signup_date", kind="stable", ignore_index=True)
    # Numbers were given out in the order of signing up, some to people who never bought.
    numbers = np.sort(rng.choice(np.arange(1, 60_000), n_customers, replace=False))
    frame.insert(0, "customer_id", [f"{number:06d}" for number in numbers])
    return frame


def _shares(rng, mean):
    return pd.Series(rng.beta(14 * mean, 14 * (1 - mean)).round(2))


def purchases(seed=0):
    """Make about 6,000 lines of purchases by 600 customers, in the order of their dates.

    Amounts are text, as they shall stand in the file ("12.50"). Some lines name no customer, some are free (price
    0.00), and some give back an earlier line a few days later (negative quantity, an order number of its own).
    """
    rng = np.random.default_rng(seed)
    kind = PURCHASES_KINDS.loc[np.repeat(PURCHASES_KINDS.index, PURCHASES_KINDS["size"])].reset_index(drop=True)
    customer_id = pd.Series(rng.choice(np.arange(1, 5_000), len(kind), replace=False)).map("{:05d}".format)
    country = rng.choice(list(SHOP_COUNTRIES), len(kind), p=list(SHOP_COUNTRIES.values()))

    # Every customer's last order, and the ones before it, one after the other back in time.
    orders = kind.loc[np.repeat(kind.index, 1 + rng.poisson(kind["orders"]))]
    gaps = orders["gap"] * rng.gamma(2, 1 / 2, len(orders))
    last = rng.uniform(kind["newest"], kind["oldest"])[orders.index]
    is_last = ~orders.index.duplicated()
    days_ago = pd.Series(np.where(is_last, last, gaps), index=orders.index).groupby(level=0).cumsum()
    dates = (SHOP_TODAY - pd.to_timedelta(np.rint(days_ago), unit="D")).to_numpy()

    lines = np.repeat(np.arange(len(orders)), 1 + rng.poisson(orders["lines"]))
    prices = rng.lognormal(2.4, 0.8, 300).round(1) + 0.49
    frame = pd.DataFrame(
        {
            "order": lines,
            "date": dates[lines],
            "who": orders.index[lines],
            "quantity": 1 + rng.poisson(0.9, len(lines)),
            "unit_price": np.where(rng.random(len(lines)) < 0.005, 0, rng.choice(prices, len(lines))),
        }
    )
    returned = frame[(rng.random(len(frame)) < 0.025) & (frame["date"] < SHOP_TODAY - pd.Timedelta(days=30))]
    returned = returned.assign(
        order=len(orders) + np.arange(len(returned)),
        date=returned["date"] + pd.to_timedelta(rng.integers(3, 30, len(returned)), unit="D"),
        quantity=-returned["quantity"],
    )
    frame = pd.concat([frame, returned]).sort_values(["date", "order"], kind="stable", ignore_index=True)
    named = customer_id.loc[frame["who"]].reset_index(drop=True)
    return pd.DataFrame(
        {
            "order_id": 100_001 + pd.factorize(frame["order"])[0],
            "date": frame["date"].dt.strftime("%Y-%m-%d"),
            # The till asks for no name.
            "customer_id": named.mask((rng.random(len(orders) + len(returned)) < 0.03)[frame["order"]]),
            "quantity": frame["quantity"],
            "unit_price": frame["unit_price"].map("{:.2f}".format),
            "country": country[frame["who"]],
        }
    )


def no_structure(seed=0):
    """Make 500 customers whose columns are drawn independently of each other: no segments are there to be found."""
    rng = np.random.default_rng(seed)
    n_customers = 500
    return pd.DataFrame(
        {
            "customer_id": np.arange(1, n_customers + 1),
            "income": np.rint(rng.normal(52_000, 12_000, n_customers)).astype(int),
            "spending_score": rng.integers(1, 101, n_customers),
            "age": rng.integers(18, 76, n_customers),
            "purchases": rng.poisson(8, n_customers),
        }
    )


def iris():
    """Return the iris flowers of scikit-learn with the name of the species."""
    return _with_names(load_iris(as_frame=True), "species")


def wine():
    """Return the wines of scikit-learn with the cultivar as text."""
    bunch = load_wine(as_frame=True)
    bunch.target_names = np.array(["cultivar 1", "cultivar 2", "cultivar 3"])
    return _with_names(bunch, "cultivar").astype({"magnesium": int, "proline": int})


def _with_names(bunch, column):
    return bunch.data.assign(**{column: bunch.target_names[bunch.target]})


def blobs(seed=0):
    """Make five round groups of 80 points in the plane."""
    return _plane(*make_blobs(400, centers=BLOB_CENTERS, cluster_std=1.0, random_state=seed))


def moons(seed=0):
    """Make two interlocking half circles of 150 points, which no straight line separates."""
    return _plane(*make_moons(300, noise=0.06, random_state=seed))


def _plane(points, labels):
    frame = pd.DataFrame(points.round(4), columns=["x", "y"])
    return frame.assign(group=np.array(list("ABCDE"))[labels])


def uniform_noise(seed=0):
    """Make 400 points spread evenly over a square."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.uniform(0, 10, (400, 2)).round(4), columns=["x", "y"])


SAMPLES = {
    "mall_customers.csv": mall_customers,
    "shop_customers.csv": shop_customers,
    "purchases.csv": purchases,
    "no_structure.csv": no_structure,
    "iris.csv": iris,
    "wine.csv": wine,
    "blobs.csv": blobs,
    "moons.csv": moons,
    "uniform_noise.csv": uniform_noise,
}


def as_csv(frame):
    """Return the bytes of a sample file: UTF-8 without BOM, commas, "\\n" at line ends on every system."""
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8")


if __name__ == "__main__":
    for name, make in SAMPLES.items():
        (Path(__file__).parent / name).write_bytes(as_csv(make()))
