"""Doors that speak as other programs do."""

from collections.abc import Mapping
from typing import Final

from api.door import JSON, PLANNERS, Call, Reply, endpoint
from dispatch import vroom
from dispatch.access import Act
from dispatch.wire.vroom import VroomQuery

STATUS: Final[Mapping[int, int]] = {0: 200, 1: 500, 2: 400, 3: 500}
"""VROOM's codes, and with which status vroom-express answers them."""


@endpoint(
    "POST",
    "/compat/vroom",
    may=PLANNERS,
    body=(JSON,),
    query=VroomQuery,
    answer=JSON,
    own={400: "VROOM's code 2: the document is not acceptable.", 500: "VROOM's code 1 or 3: a defect, or no travel times."},
    errors={503: "As many documents are being answered as may be at once, or it took too long."},
    long=True,
)
def answer_vroom(act: Act, call: Call) -> Reply:
    """Plan a VROOM document, and answer as VROOM does.

    Nothing is kept. Plan mode is the document's `options.c`. What is wrong with the document is answered as vroom-express does:
    `code` and `error`, beside them `findings`.
    """
    code, document = vroom.apart_of(call.settings).answered(call.body, call.query)
    return Reply(document, status=STATUS[code])
