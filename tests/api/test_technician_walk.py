"""The commands of docs/technician.md, run one after the other: each answers what the page says."""

import json
import re
import shlex
from pathlib import Path
from typing import Any

from dispatch.store.tables import Role
from tests.api.phones import Phones
from tests.dispatch.progress.world import ADA, at

TEXT = (Path(__file__).parents[2] / "docs" / "technician.md").read_text(encoding="utf-8")
STEPS = re.findall(r"```sh\n# (\d\d:\d\d)\n(.*?)\n```\n\n```json\n(.*?)\n```", TEXT, re.DOTALL)


def holds(shown: Any, found: Any, path: str = "") -> None:
    """Check that all that is shown is so; an answer may say more."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            assert name in found, f"{path}/{name}"
            holds(value, found[name], f"{path}/{name}")
    elif isinstance(shown, list):
        assert len(shown) == len(found), path
        for number, value in enumerate(shown):
            holds(value, found[number], f"{path}/{number}")
    else:
        assert found == shown, path


def ask(phones: Phones, command: str) -> Any:
    """What a curl command is answered."""
    words = shlex.split(command)
    assert words[:2] == ["curl", "-s"]
    address, options = words[2], list(zip(words[3::2], words[4::2], strict=True))
    tokens = {"$TOKEN": phones.tokens[ADA], "$DISPATCHER": phones.service.tokens[Role.ADMINISTRATOR]}
    headers = dict(value.split(": ", 1) for flag, value in options if flag == "-H")
    headers["Authorization"] = re.sub(r"\$\w+", lambda name: tokens[name[0]], headers["Authorization"])
    body = next((value.encode() for flag, value in options if flag == "-d"), None)
    method = "GET" if body is None else "POST"
    answer = phones.service.ask(method, address.removeprefix("$URL"), body, role=None, key=None, headers=headers)
    assert answer.status == 200, answer.data
    return answer.json


def test_the_day_goes_as_the_page_says(phones: Phones) -> None:
    assert len(STEPS) == TEXT.count("```sh")
    for clock, command, shown in STEPS:
        phones.service.clock.now = at(clock)
        holds(json.loads(shown), ask(phones, command))
