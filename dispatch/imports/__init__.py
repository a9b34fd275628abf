"""Jobs and technicians from tables, as spreadsheets write them: CSV files and XLSX workbooks."""

from dispatch.imports.columns import JOBS, TECHNICIANS, Column, Layout
from dispatch.imports.merge import day_of_tables, imported, local_of, new_day, read_tables
from dispatch.imports.table import Grid, Source, Table
from dispatch.imports.workbook import MEDIA as XLSX
from dispatch.imports.workbook import Workbook, is_workbook, read_workbook

__all__ = [
    "JOBS",
    "TECHNICIANS",
    "XLSX",
    "Column",
    "Grid",
    "Layout",
    "Source",
    "Table",
    "Workbook",
    "day_of_tables",
    "imported",
    "is_workbook",
    "local_of",
    "new_day",
    "read_tables",
    "read_workbook",
]
