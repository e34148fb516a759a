"""What keeps a contender out of a row. Each is reported in the row; none ends the run."""


class Missing(Exception):
    """The contender cannot run here: not installed, not built, does not start."""


class NoEquivalent(Exception):
    """The contender has no such operation."""


class WrongAnswer(Exception):
    """The contender answered something else than the work asks for, so its speed means nothing."""
