"""What is said of a Spark cluster where nothing of Spark is installed, and that it is needed for nothing else."""

import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from clustering.errors import ClusteringError, InvalidSetting
from clustering.spark import Address, connect
from clustering.spark.failures import explain

ROOT = Path(__file__).parents[1]
OF_SPARK = {"pyspark", "grpc", "py4j", "google.protobuf"}


def test_importing_the_library_loads_nothing_of_spark():
    code = f"import sys, clustering, clustering.spark; print(sorted({OF_SPARK} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("missing", ["pyspark", "grpc"])
def test_without_a_package_it_is_said_what_to_install(monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)  # also where somebody has it
    with pytest.raises(ClusteringError, match=r"pip install -r requirements-spark\.txt$"):
        connect(Address("sc://127.0.0.1:15002"))


def test_what_is_to_be_installed_is_bounded_and_stands_in_no_other_list():
    assert re.search(r"^pyspark-client>=4\.\d+,<4\.\d+$", (ROOT / "requirements-spark.txt").read_text(), re.MULTILINE)
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "spark" not in (ROOT / name).read_text()


def test_an_address_that_is_none_is_refused():
    with pytest.raises(InvalidSetting, match="does not begin with sc://"):
        Address("spark://127.0.0.1:7077")


def test_a_token_is_shown_with_no_address():
    assert "secret" not in repr(Address("sc://cluster.example:443/;use_ssl=true", "secret"))
    with pytest.raises(InvalidSetting, match="CLUSTER_EXPLORER_SPARK_TOKEN") as refused:
        Address("sc://cluster.example:443/;token=secret")
    assert "secret" not in str(refused.value)


def test_an_answer_that_arrow_cannot_read_is_told_without_its_trace():
    told = str(explain(pa.ArrowInvalid("Expected to be able to read 1040 bytes from 10.0.0.7:15002")))
    assert told.startswith("The cluster's answer cannot be read here")
    assert "10.0.0.7" not in told
