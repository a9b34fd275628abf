"""Plans in forms that other programs read: maps, calendars, spreadsheets."""

from dispatch.exports.calendar import Issue, calendar_of
from dispatch.exports.geojson import geojson
from dispatch.exports.labels import Label, labels_of
from dispatch.exports.table import table

__all__ = ["Issue", "Label", "calendar_of", "geojson", "labels_of", "table"]
