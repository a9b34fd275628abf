"""Which release this is."""

from importlib.metadata import PackageNotFoundError, version


def installed() -> str:
    """The version of the installed package, or what to call a checkout that is not installed."""
    try:
        return version("field-dispatch")
    except PackageNotFoundError:
        return "(not installed)"
