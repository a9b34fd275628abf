"""What Alembic runs: the migrations, in the transaction that it was handed."""

from alembic import context

from dispatch.store.db import Base
from dispatch.store.tables import Territory

assert Territory.metadata is Base.metadata  # all tables are declared once their package is imported

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True, compare_type=True
)
context.run_migrations()
