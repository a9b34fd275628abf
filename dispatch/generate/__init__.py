"""Sample days from a seed, for trying things out, for tests and for measuring. Documented in docs/generator.md."""

from dispatch.generate.making import day
from dispatch.generate.presets import PRESETS

__all__ = ["PRESETS", "day"]
