"""How pages look: templates, styles, scripts, texts; the one room of the API that renders."""
