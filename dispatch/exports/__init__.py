"""What is handed to other programs: calendars, maps, tables."""
