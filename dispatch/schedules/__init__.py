"""The life of a schedule."""
