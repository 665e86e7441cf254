"""What can go wrong, as sentences for the analyst: what is wrong, where, and what to do next."""


class ClusteringError(ValueError):
    """Anything the user can mend; `str(error)` is a sentence fit for the screen."""


class UnreadableFile(ClusteringError):
    """The file is not a table that can be read."""


class TooFewRows(ClusteringError):
    """Fewer (distinct) rows than the request needs; the message names both numbers."""


class FewerFound(ClusteringError):
    """A method found fewer segments than were asked for, or none to speak of; the message says what to change."""


class NoUsableColumns(ClusteringError):
    """No chosen column can build segments."""


class InvalidSetting(ClusteringError):
    """A setting outside what is possible; the message names the legal values."""


class InvalidColumns(InvalidSetting):
    """What was set for some columns cannot be had in this file; `columns` names them."""

    def __init__(self, message: str, columns: tuple[str, ...]):
        super().__init__(message)
        self.columns = columns


class InvalidRecipe(ClusteringError):
    """The file is no recipe, or one that cannot be used; the message says why."""


class Stopped(Exception):
    """A computation was ended by its caller's `stop`; nothing is wrong."""
