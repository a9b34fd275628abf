import json

import pytest

from dispatch import wire
from dispatch.errors import Code, Finding, InputError
from tests.dispatch.bad_inputs import CASES, Case, day_at
from tests.dispatch.days import BASE, Raw, changed


def refusals(raw: object) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as refused:
        wire.day_of(raw)
    return [(finding.code, finding.pointer) for finding in refused.value.findings]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_bad_input_is_refused_where_it_stands(case: Case) -> None:
    assert (case.code, case.pointer) in refusals(changed(BASE, (case.path, case.value)))


@pytest.mark.parametrize("body", [None, [], "x", 7, True])
def test_a_day_is_an_object(body: object) -> None:
    assert refusals(body) == [(Code.WRONG_TYPE, "")]


def test_the_base_payload_is_valid_as_it_is() -> None:
    assert wire.read_day(json.dumps(BASE).encode()).jobs[0].id == "j1"


def test_an_empty_day_lacks_only_its_zone_and_horizon() -> None:
    assert refusals({}) == [(Code.REQUIRED, "/timezone"), (Code.REQUIRED, "/horizon")]


def test_an_unknown_field_names_the_nearest_known_one() -> None:
    with pytest.raises(InputError, match=r"did you mean skills\?"):
        wire.day_of(changed(BASE, (("jobs", 0, "skils"), ["gas"])))


def test_an_unknown_kind_names_all_kinds() -> None:
    with pytest.raises(InputError, match=r"consultation, delivery, install, maintenance, repair; did you mean repair\?"):
        wire.day_of(changed(BASE, (("jobs", 0, "kind"), "repiar")))


# ---------------------------------------------------------------- between records


def with_jobs(*jobs: Raw) -> Raw:
    return {**BASE, "jobs": [{**BASE["jobs"][0], **job} for job in jobs]}


def test_the_second_of_two_equal_ids_is_refused() -> None:
    assert refusals(with_jobs({}, {"id": "j2"}, {})) == [(Code.DUPLICATE_ID, "/jobs/2/id")]


def test_overlapping_shifts_of_one_technician_are_refused_and_touching_ones_are_not() -> None:
    first = BASE["technicians"][0]["shifts"][0]
    overlapping = {"start": day_at("15:59"), "end": day_at("18:00")}
    touching = {"start": day_at("16:00"), "end": day_at("18:00")}
    shifts = ("technicians", 0, "shifts")
    assert refusals(changed(BASE, (shifts, [overlapping, first]))) == [(Code.WINDOWS_OVERLAP, "/technicians/0/shifts/0")]
    assert len(wire.day_of(changed(BASE, (shifts, [touching, first]))).technicians[0].shifts) == 2


def test_a_job_due_before_its_release_is_refused() -> None:
    job = {"release": day_at("10:00"), "due": day_at("09:00")}
    assert refusals(with_jobs(job)) == [(Code.WINDOW_INVERTED, "/jobs/0/due")]


def test_two_jobs_with_one_pinned_order_are_refused() -> None:
    pin = {"pin": {"technician": "t1", "order": 3}}
    assert refusals(with_jobs(pin, {"id": "j2", **pin})) == [(Code.PIN_CONFLICT, "/jobs/1/pin/order")]


def test_a_pinned_order_says_which_of_several_shifts() -> None:
    raw = changed(
        with_jobs({"pin": {"technician": "t1", "order": 0}}), (("technicians", 0, "shifts"), [shift(8, 12), shift(13, 17)])
    )
    assert refusals(raw) == [(Code.REQUIRED, "/jobs/0/pin/shift")]


def shift(start: int, end: int) -> Raw:
    return {"start": day_at(f"{start:02}:00"), "end": day_at(f"{end:02}:00")}


def test_a_window_to_finish_by_may_touch_only_what_comes_before() -> None:
    finish = {"start": day_at("09:00"), "finish_by": day_at("12:00")}
    start = {"start": day_at("12:00"), "end": day_at("14:00")}
    assert refusals(with_jobs({"windows": [finish, start]})) == [(Code.WINDOWS_OVERLAP, "/jobs/0/windows/1")]


# ---------------------------------------------------------------- all at once


def test_every_independent_finding_is_in_one_answer() -> None:
    jobs = [{"id": "a", "priority": 11}, {"id": "b", "kind": "nope"}, {"id": "b"}, {"id": "c", "name": 7, "site": "x"}]
    raw = changed(with_jobs(*jobs), (("technicians", 0, "shifts", 0, "end"), day_at("07:00")), (("options", "seed"), "1"))
    assert set(refusals(raw)) == {
        (Code.OUT_OF_RANGE, "/jobs/0/priority"),
        (Code.UNKNOWN_REFERENCE, "/jobs/1/kind"),
        (Code.DUPLICATE_ID, "/jobs/2/id"),
        (Code.WRONG_TYPE, "/jobs/3/name"),
        (Code.WINDOW_INVERTED, "/technicians/0/shifts/0/end"),
        (Code.WRONG_TYPE, "/options/seed"),
    }


def test_a_broken_record_can_still_be_referred_to() -> None:
    raw = changed(with_jobs({"technicians": {"required": ["t1"]}}), (("technicians", 0, "pace_percent"), 0))
    assert refusals(raw) == [(Code.OUT_OF_RANGE, "/technicians/0/pace_percent")]


def test_a_hundred_findings_are_listed_and_the_rest_counted() -> None:
    with pytest.raises(InputError, match=r"… and 30 more") as refused:
        wire.day_of(with_jobs(*({"id": f"j{n}", "priority": 11} for n in range(130))))
    assert len(refused.value.findings) == 100
    assert refused.value.more == 30


# ---------------------------------------------------------------- what is echoed


def echo(raw: object) -> object:
    with pytest.raises(InputError) as refused:
        wire.day_of(raw)
    return refused.value.findings[0].value


def test_values_are_echoed_up_to_a_hundred_characters() -> None:
    assert echo(changed(BASE, (("jobs", 0, "id"), "x" * 10**5))) == "x" * 100
    assert echo(changed(BASE, (("jobs", 0, "priority"), 2**63))) == "9223372036854775808"
    assert echo(changed(BASE, (("jobs", 0, "location"), [1, 2]))) is None


@pytest.mark.parametrize("field", ["name", "address", "customer", "note"])
def test_personal_fields_are_never_echoed(field: str) -> None:
    raw = changed(BASE, (("jobs", 0, field), {"Ada": "Lovelace" * 2000}), (("technicians", 0, "name"), 4711))
    with pytest.raises(InputError) as refused:
        wire.day_of(raw)
    assert [finding.value for finding in refused.value.findings] == [None, None]
    assert "Lovelace" not in str(refused.value)
    assert "4711" not in str(refused.value)


# ---------------------------------------------------------------- size


def test_twenty_thousand_jobs_are_read_and_one_more_is_refused() -> None:
    many = with_jobs(*({"id": f"j{n}"} for n in range(20_000)))
    assert len(wire.day_of(many).jobs) == 20_000
    many["jobs"].append({**BASE["jobs"][0], "id": "one more"})
    assert refusals(many) == [(Code.TOO_MANY_ITEMS, "/jobs")]


def test_a_hundred_thousand_jobs_are_refused_at_once() -> None:
    # About 7 MB, below the limit of 8 MiB: it is the count that is refused, before any job is looked at.
    jobs = ",".join(f'{{"id":"{n}","location":{{"lat":52.5,"lon":13.4}},"duration_min":9}}' for n in range(100_000))
    data = (json.dumps({**BASE, "jobs": []})[:-1].replace('"jobs": []', f'"jobs": [{jobs}]') + "}").encode()
    assert 6_000_000 < len(data) < 8_000_000
    with pytest.raises(InputError) as refused:
        wire.read_day(data)
    assert [finding.code for finding in refused.value.findings] == [Code.TOO_MANY_ITEMS]


@pytest.mark.parametrize(
    ("value", "said"),
    [(True, "true"), (False, "false"), (-5, "-5"), (1.5, "1.5"), ("x", '"x"'), ('say "가"\n', '"say \\"가\\"\\n"')],
)
def test_values_are_said_as_json_says_them(value, said):
    assert str(Finding("/jobs/0", "out_of_range", "must be one", value)) == f"/jobs/0: must be one [out_of_range] (value: {said})"
