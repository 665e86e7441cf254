"""Tables that several test files start from."""

from pathlib import Path

import pytest

from clustering import read_table

SAMPLE_DATA = Path(__file__).resolve().parents[1] / "sample_data"


@pytest.fixture
def four_points() -> bytes:
    """Two pairs far apart: k = 2 gives inertia 4, silhouette 0.80196, Calinski-Harabasz 50, Davies-Bouldin 0.2."""
    return b"x,y\n0,0\n0,2\n10,0\n10,2\n"


@pytest.fixture(scope="session")
def mall():
    """The mall customers: 200 rows, no gaps, five segments in income and spending score."""
    return read_table(SAMPLE_DATA / "mall_customers.csv")


@pytest.fixture
def messy_bytes() -> bytes:
    """One file with most faults at once; the record that begins in line 6 (the third) is a field short."""
    lines = (
        "Kunde;Ort;Umsatz;Umsatz;",
        "0001;München;1.234,50;10;gut",
        '0002;"Bad\r\nHomburg";12,50;n/a;',
        "",
        "0003;Köln;7,25;30",
        '0004;"Ulm; Mitte";-;40;"sagt ""gut"""',
        "0005;Jena;+3,00;40;gut",
    )
    return b"\xef\xbb\xbf" + "\r\n".join(lines).encode() + b"\r\n"


@pytest.fixture
def app(monkeypatch):
    """The app as a new visitor finds it, run by Streamlit's own test driver."""
    # A page shows progress where a sweep takes longer than a moment: on a busy machine that may be any sweep.
    monkeypatch.setattr("pages._ui.compute.sweeping._INLINE_SECONDS", 120)
    import streamlit as st
    from streamlit.testing.v1 import AppTest

    # All test sessions share one id, and with it the session-scoped caches.
    st.cache_data.clear()
    st.cache_resource.clear()
    return AppTest.from_file(str(Path(__file__).resolve().parents[1] / "app.py"), default_timeout=120).run()
