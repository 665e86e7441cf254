"""What goes wrong on a cluster, as sentences for an analyst.

What Spark says of it holds addresses, paths, queries and traces. It is looked into here and never shown; the name of
the fault as Spark's manual has it is told where there is no sentence for it, for whoever looks after the cluster.
"""

import re

from clustering.errors import ClusteringError
from clustering.wording import one_line

_KEPT = "What you have worked out on the sample is kept."
_GONE = "choose it again from the list of tables"
_RENEWED = f"Connect to the cluster again. {_KEPT}"
_SILENT = f"The Spark server does not answer: it was stopped, or the line to it is down. {_KEPT} Try again later."
_TOKEN = (
    "The Spark server does not accept the token of this app. Whoever set up the app gives it a valid one "
    "(CLUSTER_EXPLORER_SPARK_TOKEN)."
)
_FORBIDDEN = (
    "The cluster does not allow this: the account of this app may not read that table, or not write there. "
    "Ask whoever looks after the cluster for the right, or choose another table."
)
_ENDED = f"The job was ended on the cluster before it was done; nothing of it was written. {_KEPT} Start it again."
_SESSION = f"The session on the cluster is over: the Spark server was restarted, or nobody used it for long. {_RENEWED}"
_MEMORY = (
    "The cluster ran out of memory over this. Take fewer columns, or ask whoever looks after it for larger executors."
)
_LOST = f"The cluster lost the machines that were at work on this, too often to go on. {_KEPT} Try again later."
_FILES = "The files behind the table were changed or removed while they were read. Try again."
_UNREADABLE_ANSWER = (
    "The cluster's answer cannot be read here: it is damaged, or of a version that this app does not know."
)

# By the name of the fault (a name stands for all that begin with it) ...
_BY_NAME = (
    ("TABLE_OR_VIEW_NOT_FOUND", f"The table {{}} is no longer there, or this app may not see it; {_GONE}."),
    ("VIEW_NOT_FOUND", f"The table {{}} is no longer there; {_GONE}."),
    ("SCHEMA_NOT_FOUND", f"The schema {{}} is no longer there; {_GONE}."),
    ("CATALOG_NOT_FOUND", f"The catalog {{}} is not on this cluster; {_GONE}."),
    ("REQUIRES_SINGLE_PART_NAMESPACE", f"That catalog is not on this cluster; {_GONE}."),
    ("UNRESOLVED_COLUMN", f"The table has no column {{}} any more: it was changed on the cluster; {_GONE}."),
    ("INCOMPATIBLE_VIEW_SCHEMA_CHANGE", f"The columns below the view {{}} were changed on the cluster; {_GONE}."),
    ("TABLE_OR_VIEW_ALREADY_EXISTS", "There is a table {} already. Give another name, or say that it may be replaced."),
    ("LOCATION_ALREADY_EXISTS", "There are files already where the table {} would stand. Give another name."),
    ("FAILED_READ_FILE", _FILES),
    ("PATH_NOT_FOUND", _FILES),
    ("OPERATION_CANCELED", _ENDED),
    ("OPERATION_ABANDONED", _ENDED),
    ("SPARK_JOB_CANCELLED", _ENDED),
    ("INVALID_HANDLE", _SESSION),
    ("NO_ACTIVE_SESSION", _SESSION),
    ("RESPONSE_ALREADY_RECEIVED", _SESSION),
    ("INSUFFICIENT_PERMISSIONS", _FORBIDDEN),
    ("INSUFFICIENT_PRIVILEGES", _FORBIDDEN),
    ("PERMISSION_DENIED", _FORBIDDEN),
    ("UNABLE_TO_ACQUIRE_MEMORY", _MEMORY),
)
# ... by the state that SQL has for it ...
_BY_STATE = {"42501": _FORBIDDEN, "28000": _FORBIDDEN, "HY008": _ENDED}
# ... and by what else stands in the message: faults of storage and of machines come without a name of their own.
_BY_WORDS = (
    (r"AccessControlException|Access ?Denied|Permission denied|not authorized|(?<![:\d])403\b", _FORBIDDEN),
    (r"SparkContext was shut ?down|SparkContext has been shutdown|stopped SparkContext", _SILENT),
    (r"OutOfMemory|GC overhead|maxResultSize|Container killed", _MEMORY),
    (r"[Cc]ancell?ed|killed via the Web UI|killed by", _ENDED),
    (r"ExecutorLostFailure|executor \S+ exited|Lost task|Master removed our application|FetchFailed", _LOST),
    (r"FileNotFoundException|does not exist", _FILES),
)
_BY_CODE = {
    "UNAVAILABLE": _SILENT,
    "DEADLINE_EXCEEDED": _SILENT,
    "UNAUTHENTICATED": _TOKEN,
    "PERMISSION_DENIED": _FORBIDDEN,
    "RESOURCE_EXHAUSTED": _MEMORY,
    "CANCELLED": _ENDED,
}
_NAMED_IN = ("relationName", "schemaName", "catalogName", "objectName", "viewName", "tableName", "location", "name")


class SparkFailed(ClusteringError):
    """The cluster did not do what was asked of it; the message says why and what to do, and holds no address."""


class NotThere(SparkFailed):
    """What was asked for is not on the cluster, or this account may not see it."""


class SessionOver(SparkFailed):
    """The session on the cluster ended; another one has to be opened."""


def refused() -> SparkFailed:
    """What is said where nobody answers at the address."""
    return SparkFailed(
        "The Spark server cannot be reached: it is not running, or its address or the encryption of the line is not as "
        "this app was told (CLUSTER_EXPLORER_SPARK). Ask whoever set up the app."
    )


def explain(error: Exception) -> SparkFailed:
    """Tell an exception of Spark, gRPC or Arrow as a sentence."""
    told = _told(error)
    if told == _SESSION:
        return SessionOver(told)
    return NotThere(told) if told == _FORBIDDEN or _GONE in told else SparkFailed(told)


def _told(error: Exception) -> str:
    if type(error).__module__.startswith("pyarrow"):
        return _UNREADABLE_ANSWER
    name = _asked(error, "getCondition") or ""
    if told := next((told for known, told in _BY_NAME if name.startswith(known)), None):
        return told.format(_quoted(_asked(error, "getMessageParameters")))
    if told := _BY_STATE.get(_asked(error, "getSqlState")):
        return told
    # Taken before the words: what gRPC says of a server that is gone names the address, and so anything.
    code = getattr(_asked(error, "getGrpcStatusCode") or _asked(error, "code"), "name", "")
    if told := _BY_CODE.get(code):
        return told
    text = str(error)
    if told := next((told for words, told in _BY_WORDS if re.search(words, text)), None):
        return told
    called = f' ("{name}" in the words of Spark)' if name else ""
    return f"The cluster could not do this{called}. {_KEPT} Show this to whoever looks after the cluster."


def _asked(error: Exception, what: str):
    """What an exception tells of itself; None where it does not."""
    ask = getattr(error, what, None)
    return ask() if callable(ask) else None


def _quoted(parameters: dict[str, str] | None) -> str:
    """The name that a fault is about, as people write it; nothing where it tells none."""
    found = next((parameters[key] for key in _NAMED_IN if key in parameters), "") if parameters else ""
    name = one_line(found.replace("`.`", ".").strip("`").replace("``", "`"))
    return f'"{name}"' if name and "/" not in name else ""
