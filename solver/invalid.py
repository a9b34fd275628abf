"""The error of a problem that contradicts itself."""


class InvalidProblem(ValueError):
    """A problem contradicts itself: the message names the subject, the rule and the value."""


def require(rule: bool, message: str) -> None:
    """Raise `InvalidProblem` with a message unless a rule holds."""
    if not rule:
        raise InvalidProblem(message)
