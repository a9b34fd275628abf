"""What is stored: tables, transactions, migrations. No business in here."""

from dispatch.store.db import Store, new_id, open_store

__all__ = ["Store", "new_id", "open_store"]
