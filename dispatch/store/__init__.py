"""What is stored: tables, transactions, migrations. No business in here."""

from dispatch.store.db import Store, new_id, one_at_a_time, open_store, opened

__all__ = ["Store", "new_id", "one_at_a_time", "open_store", "opened"]
