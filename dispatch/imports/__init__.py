"""Jobs and technicians from CSV tables, as spreadsheets write them, into a day file."""

from dispatch.imports.columns import JOBS, TECHNICIANS, Column, Layout
from dispatch.imports.merge import imported

__all__ = ["JOBS", "TECHNICIANS", "Column", "Layout", "imported"]
