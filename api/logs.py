"""What happened, as lines of JSON.

Nothing about people: routes instead of paths, ids of users instead of names, no messages of errors that may quote what was sent.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final

LOG: Final = logging.getLogger("dispatch.api")


class Lines(logging.Formatter):
    """Each record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        facts = getattr(record, "facts", None) or {"message": record.getMessage()}
        if record.exc_info and record.exc_info[1]:
            facts = facts | _origin(record.exc_info[1])
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return json.dumps(
            {"at": at, "level": record.levelname.lower(), "from": record.name, **facts}, ensure_ascii=False, default=str
        )


def install() -> None:
    """Let everything this process logs go to standard error, as lines of JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def request(facts: dict[str, Any]) -> None:
    """One request that was answered."""
    LOG.info("request", extra={"facts": {"event": "request", **facts}})


def defect(error: BaseException, request_id: str) -> None:
    """An error nobody thought of: its kind and where it came from; its message might quote somebody's data."""
    LOG.error("defect", extra={"facts": {"event": "defect", "request": request_id, **_origin(error)}})


def _origin(error: BaseException) -> dict[str, Any]:
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    return {"error": type(error).__name__, "where": where}
