"""Tables on a Spark cluster: what is there, a sample of it as an ordinary table, and the door to all rows.

Nothing of Spark is imported before somebody connects, so that who has no cluster needs no package for one.
"""

from clustering.spark.all_rows import run_on_all_rows
from clustering.spark.applying import AppliedThere, apply_there
from clustering.spark.catalogue import Catalogue, RemoteColumn, RemoteTable, TableName, describe, list_tables
from clustering.spark.connection import Address, Cluster, connect
from clustering.spark.failures import NotThere, SessionOver, SparkFailed
from clustering.spark.result import AllRows, Beside, Progress
from clustering.spark.sample import SAMPLE_ROWS, RemoteSample, draw_sample
from clustering.spark.sweep import sweep_on_all_rows
from clustering.spark.writing import TargetTaken, write_labels

__all__ = [
    "SAMPLE_ROWS",
    "Address",
    "AllRows",
    "AppliedThere",
    "Beside",
    "Catalogue",
    "Cluster",
    "NotThere",
    "Progress",
    "RemoteColumn",
    "RemoteSample",
    "RemoteTable",
    "SessionOver",
    "SparkFailed",
    "TableName",
    "TargetTaken",
    "apply_there",
    "connect",
    "describe",
    "draw_sample",
    "list_tables",
    "run_on_all_rows",
    "sweep_on_all_rows",
    "write_labels",
]
