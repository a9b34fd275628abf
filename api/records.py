"""What is kept of a territory: every kind of record is listed, looked at, added, changed and retired in the same way."""

from collections.abc import Callable
from typing import Final

from api.door import ADMINISTRATORS, DISPATCHERS, JSON, READERS, Call, Endpoint, Reply, View, endpoint
from dispatch import records, wire
from dispatch.access import Act
from dispatch.imports import XLSX
from dispatch.records import KINDS, Kind, territories

ONE: Final = "/territories/<territory>"
_TERRITORY: Final = KINDS["territories"]


# ---------------------------------------------------------------- territories


@endpoint("GET", "/territories", may=READERS, query=wire.PageQuery, answer=wire.Page[wire.TerritoryRecord])
def list_territories(act: Act, call: Call) -> Reply:
    """The territories that the caller may see, by id."""
    rows = territories.listed(act, call.query)
    items = tuple(records.shown(act, _TERRITORY, row) for row in rows.items)
    return Reply(wire.Page[wire.TerritoryRecord](items=items, next=rows.next))  # type: ignore[arg-type]


@endpoint(
    "POST",
    "/territories",
    may=ADMINISTRATORS,
    body=wire.NewTerritory,
    answer=wire.TerritoryRecord,
    status=201,
    writes=True,
    errors={409: "There is one with this id."},
)
def add_territory(act: Act, call: Call) -> Reply:
    """Make a territory."""
    row = territories.create(act, call.body)
    return Reply(records.shown(act, _TERRITORY, row), version=row.version, location=f"/territories/{row.id}")


@endpoint("GET", ONE, may=READERS, answer=wire.TerritoryRecord)
def look_at_territory(act: Act, call: Call) -> Reply:
    """A territory."""
    row = act.territory(call.path["territory"])
    return Reply(records.shown(act, _TERRITORY, row), version=row.version)


@endpoint(
    "PATCH",
    ONE,
    may=ADMINISTRATORS,
    body=wire.TerritoryPatch,
    answer=wire.TerritoryRecord,
    writes=True,
    if_match=True,
    errors={409: "Somebody changed it in the same moment."},
)
def change_territory(act: Act, call: Call) -> Reply:
    """Change fields of a territory: null takes one away."""
    row = territories.change(act, call.path["territory"], call.version or 0, _given(call))
    return Reply(records.shown(act, _TERRITORY, row), version=row.version)


@endpoint("DELETE", ONE, may=ADMINISTRATORS, writes=True, if_match=True, errors={409: "It has open jobs."})
def retire_territory(act: Act, call: Call) -> Reply:
    """Let a territory not be used any more: nobody sees it then."""
    territories.retire(act, call.path["territory"], call.version or 0)
    return Reply()


# ---------------------------------------------------------------- every other kind


def _endpoints(kind: Kind) -> tuple[Endpoint, ...]:
    """The five endpoints of a kind."""
    many, one = f"{ONE}/{kind.name}", f"{ONE}/{kind.name}/<{kind.one}>"
    an = f"{'an' if kind.one[0] in 'aeiou' else 'a'} {kind.one}"
    taken = {409: f"There is {an} with this id."}
    changed = {409: "It is not used any more, or somebody changed it in the same moment."}
    used = {409: "It is in use, or not used any more."}
    answered = wire.Page[kind.kept]  # type: ignore[name-defined]

    def listed(act: Act, call: Call) -> Reply:
        rows = records.listed(act, kind, call.path["territory"], call.query)
        items = tuple(records.shown(act, kind, row) for row in rows.items)
        return Reply(answered(items=items, next=rows.next))

    def add(act: Act, call: Call) -> Reply:
        row = records.create(act, kind, call.path["territory"], call.body)
        place = f"/territories/{row.territory_id}/{kind.name}/{row.id}"
        return Reply(records.shown(act, kind, row), version=row.version, location=place)

    def look_at(act: Act, call: Call) -> Reply:
        row = records.find(act, kind, call.path["territory"], call.path[kind.one])
        return Reply(records.shown(act, kind, row), version=row.version)

    def change(act: Act, call: Call) -> Reply:
        row = records.change(act, kind, call.path["territory"], call.path[kind.one], call.version or 0, _given(call))
        return Reply(records.shown(act, kind, row), version=row.version)

    def retire(act: Act, call: Call) -> Reply:
        records.retire(act, kind, call.path["territory"], call.path[kind.one], call.version or 0)
        return Reply()

    def declared(method: str, path: str, view: View, name: str, words: str, **options: object) -> Endpoint:
        view.__name__, view.__doc__ = name, words
        may = READERS if method == "GET" else DISPATCHERS
        declare: Callable[..., Callable[[View], Endpoint]] = endpoint
        return declare(method, path, may=may, writes=method != "GET", **options)(view)

    return (
        declared("GET", many, listed, f"list_{kind.name}", f"The {kind.name} in use, by id.", query=kind.query, answer=answered),
        declared("POST", many, add, f"add_{kind.one}", f"Keep {an}.", body=kind.new, answer=kind.kept, status=201, errors=taken),
        declared("GET", one, look_at, f"look_at_{kind.one}", f"{an.capitalize()}, also if not used any more.", answer=kind.kept),
        declared(
            "PATCH",
            one,
            change,
            f"change_{kind.one}",
            f"Change fields of {an}: null takes one away.",
            body=kind.change,
            answer=kind.kept,
            if_match=True,
            errors=changed,
        ),
        declared("DELETE", one, retire, f"retire_{kind.one}", f"Let {an} not be used any more.", if_match=True, errors=used),
    )


@endpoint(
    "POST",
    f"{ONE}/jobs/<job>/cancel",
    may=DISPATCHERS,
    answer=wire.JobRecord,
    writes=True,
    if_match=True,
    errors={409: "It is not open, or a technician is on it."},
)
def cancel_job(act: Act, call: Call) -> Reply:
    """Let a job not be done; a visit that is ahead is withdrawn."""
    row = records.cancel(act, call.path["territory"], call.path["job"], call.version or 0)
    return Reply(records.shown(act, KINDS["jobs"], row), version=row.version)


@endpoint(
    "POST",
    f"{ONE}/customers/<customer>/erase",
    may=ADMINISTRATORS,
    answer=wire.CustomerRecord,
    writes=True,
    if_match=True,
    errors={409: "A job of theirs is still to be done."},
)
def erase_customer(act: Act, call: Call) -> Reply:
    """Forget who a customer is.

    Names, numbers, addresses, notes and serial numbers of theirs, of their sites, installations and jobs go for good; points are
    moved to about a kilometre. What was done, and when, stays.
    """
    row = records.erase(act, call.path["territory"], call.path["customer"], call.version or 0)
    return Reply(records.shown(act, KINDS["customers"], row), version=row.version)


@endpoint(
    "POST",
    f"{ONE}/load",
    may=DISPATCHERS,
    body=(wire.Day, "text/csv", XLSX),
    query=wire.LoadQuery,
    answer=wire.LoadReport,
    writes=True,
    errors={409: "Somebody changed the same in the same moment."},
    long=True,
)
def load_file(act: Act, call: Call) -> Reply:
    """Take a day file, a CSV table or a workbook into a territory: all of it, or nothing.

    A record replaces what the file can say of the one with its id; nothing is taken away, and loading a file again changes nothing.
    """
    asked: wire.LoadQuery = call.query
    file: records.File = call.body if call.media == JSON else records.read_file(call.body, table=asked.table, day=asked.date)
    return Reply(records.load(act, call.path["territory"], file, dry_run=asked.dry_run))


def _given(call: Call) -> dict[str, object]:
    """The fields that a change gives."""
    given: dict[str, object] = call.body.model_dump(mode="json", exclude_unset=True)
    return given


ENDPOINTS: Final = tuple(each for kind in KINDS.values() if kind is not _TERRITORY for each in _endpoints(kind))
"""The endpoints that are the same for every kind."""
