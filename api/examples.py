"""What is sent, by example: one for each record that a body can be. They are in the OpenAPI document, and the tests send them."""

from collections.abc import Mapping
from typing import Any, Final

from dispatch import wire

EXAMPLES: Final[Mapping[type[wire.Record], Any]] = {
    wire.SignIn: {"name": "kim", "password": "correct horse battery"},
    wire.NewUser: {"name": "kim", "role": "reader", "password": "correct horse battery"},
    wire.UserChange: {"role": "planner"},
    wire.RunRequest: {"date": "2026-03-03", "seconds": 10, "seed": 1},
    wire.NewToken: {"name": "Kim's phone", "expires_at": "2030-01-01T00:00:00Z"},
    wire.Move: {"job": "j1", "technician": "t1", "position": 0},
    wire.PinRequest: {"job": "j1", "start": True},
    wire.Publication: {"accept_violations": False},
    wire.RollBack: {},
    wire.NewScenario: {
        "name": "Ada is ill",
        "date": "2026-03-03",
        "changes": [{"technician_absent": {"technician": "t1"}}],
        "iterations": 1000,
    },
    wire.Adoption: {},
}
