"""The generator of sample days: a function of its arguments, whose days can be read and planned."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from dispatch import day as days
from dispatch import generate, wire
from dispatch.cli import main
from dispatch.errors import InputError
from dispatch.generate.dice import Dice
from dispatch.wire.clock import shift_span

HOUR = 3_600
ROOT = Path(__file__).parents[2]


def planned(day: wire.Day) -> days.Planning:
    return days.problem_of(day, days.great_circle(day.travel))


def hours_of_shifts(day: wire.Day) -> list[float]:
    """By arithmetic in UTC."""
    spans = [shift_span(shift, ZoneInfo(day.timezone)) for technician in day.technicians for shift in technician.shifts]
    return [(span.end.astimezone(UTC) - span.start.astimezone(UTC)).total_seconds() / HOUR for span in spans]


# ---------------------------------------------------------------- chance


def test_the_numbers_of_a_seed_are_those_of_numpys_generator_and_stay_what_they_are():
    assert Dice(7, 1).unit() == np.random.default_rng((7, 1)).random()
    # written down once: a fixture would change with it
    assert [round(Dice(7, stream).unit(), 9) for stream in (1, 2)] == [0.770140951, 0.277970282]


def test_every_number_of_a_range_comes_up_and_none_beside_it():
    dice = Dice(1)
    assert {dice.between(60, 120, 30) for _ in range(200)} == {60, 90, 120}


def test_a_bell_has_a_deviation_of_one_and_never_reaches_three():
    dice = Dice(2)
    drawn = [dice.bell() for _ in range(4_000)]
    # the sum of three uniform numbers has a variance of 3/12; doubled, 1
    assert abs(sum(drawn) / 4_000) < 0.06
    assert abs(sum(each**2 for each in drawn) / 4_000 - 1) < 0.06
    assert max(map(abs, drawn)) < 3


def test_some_of_a_few_are_all_of_them():
    assert sorted(Dice(3).some("abc", 9)) == ["a", "b", "c"]


# ---------------------------------------------------------------- a function of its arguments


@pytest.mark.parametrize("preset", generate.PRESETS)
def test_the_same_arguments_give_the_same_bytes_and_another_seed_gives_others(preset):
    first = wire.write(generate.day(preset, jobs=30, seed=5))
    assert wire.write(generate.day(preset, jobs=30, seed=5)) == first
    assert wire.write(generate.day(preset, jobs=30, seed=6)) != first


def test_another_process_with_another_hash_seed_gives_the_same_bytes():
    command = [sys.executable, "-m", "dispatch", "generate", "--jobs", "25", "--seed", "9"]
    made = subprocess.run(command, cwd=ROOT, env={"PYTHONHASHSEED": "77"}, capture_output=True, check=True).stdout
    assert made == wire.write(generate.day("city", jobs=25, seed=9))


def test_a_day_with_more_jobs_has_the_same_crew():
    few, many = (generate.day("city", jobs=jobs, technicians=8, seed=4) for jobs in (20, 80))
    assert few.technicians == many.technicians


# ---------------------------------------------------------------- days that can be read and planned


@pytest.mark.parametrize("preset", generate.PRESETS)
@pytest.mark.parametrize(("jobs", "technicians"), [(0, 0), (0, 3), (5, 0), (1, 1), (40, 5), (60, None), (120, None)])
def test_a_day_of_any_size_is_read_again_and_planned(preset, jobs, technicians):
    day = generate.day(preset, jobs=jobs, technicians=technicians, seed=2)
    assert wire.read_day(wire.write(day)) == day
    assert len(day.jobs) == jobs
    assert technicians is None or len(day.technicians) == technicians
    planning = planned(day)
    # the shift of the night that ends at 02:30 is the only thing worth a warning
    assert {warning.code for warning in planning.warnings} <= ({"ambiguous_time"} if preset == "night" else set())


def test_a_crew_grows_with_the_jobs_up_to_what_a_day_file_may_have():
    sizes = {jobs: len(generate.day("plain", jobs=jobs).technicians) for jobs in (9, 500, 2_000, 20_000)}
    # 9 jobs to a technician; 20,000 / 9 = 2,223 is more than 2,000
    assert sizes == {9: 1, 500: 56, 2_000: 222, 20_000: 2_000}


def test_five_thousand_jobs_are_a_day_file():
    assert len(wire.read_day(wire.write(generate.day("city", jobs=5_000, seed=3))).jobs) == 5_000


def test_more_jobs_than_a_day_file_may_have_are_refused():
    with pytest.raises(InputError):
        generate.day("plain", jobs=20_001, technicians=1)


def test_every_trade_has_a_master_where_the_crew_is_large_enough():
    for preset in ("city", "storm", "night", "rural"):
        trades = {trade.skill for trade in generate.PRESETS[preset].trades}
        crew = generate.day(preset, technicians=2 * len(trades), seed=8).technicians
        masters = {skill for technician in crew for skill, held in technician.skills.items() if held.level == 3}
        assert trades <= masters


def test_a_crew_is_asked_only_for_what_somebody_in_it_can_do():
    day = generate.day("city", jobs=200, technicians=3, seed=1)
    asked = {(skill, level) for job in day.jobs for skill, level in (job.skills or {}).items() if skill != "stairlift"}
    held = [(skill, each) for technician in day.technicians for skill, each in technician.skills.items()]
    valid = dict.fromkeys((skill for skill, _ in held), 0)
    for skill, each in held:
        if each.until is None or each.until > date(2026, 4, 14):
            valid[skill] = max(valid[skill], each.level)
    assert all(level <= valid.get(skill, 0) for skill, level in asked)


# ---------------------------------------------------------------- nights


@pytest.mark.parametrize(("night", "change"), [(date(2026, 10, 24), 1), (date(2026, 3, 28), -1), (date(2026, 11, 7), 0)])
def test_a_night_shift_is_as_long_as_it_really_is(night, change):
    day = generate.day("night", seed=3, date=night)
    # 22:00–06:00 and 21:00–05:00 are eight hours by the wall. 20:00–02:30 is six and a half: in autumn the second 02:30 is meant,
    # an hour later; in spring the clocks skip 02:30, and the shift ends when they do, at 02:00 = 03:00, after six hours
    short = 6.0 if change < 0 else 6.5 + change
    assert set(hours_of_shifts(day)) <= {8.0 + change, short}
    assert 8.0 + change in hours_of_shifts(day)


def test_the_horizon_of_the_night_is_as_long_as_it_really_is():
    autumn, spring = (generate.day("night", date=night).horizon for night in (date(2026, 10, 24), date(2026, 3, 28)))
    assert [(each.end - each.start).total_seconds() / HOUR for each in (autumn, spring)] == [25, 23]


def test_windows_of_the_night_lie_on_both_sides_of_the_change():
    day = generate.day("night", jobs=200, seed=3)
    starts = {window.start for job in day.jobs for window in job.windows}
    # 02:00 comes twice, at UTC midnight and at one
    first, second = (datetime(2026, 10, 25, hour, tzinfo=UTC) for hour in (0, 1))
    assert {first, second} <= starts


# ---------------------------------------------------------------- the command


def test_the_command_writes_the_day_and_says_how_large_it_is(tmp_path, capsys):
    out = tmp_path / "day.json"
    assert main(["generate", "--preset", "rural", "--jobs", "12", "--technicians", "3", "--seed", "2", "--out", str(out)]) == 0
    assert out.read_bytes() == wire.write(generate.day("rural", jobs=12, technicians=3, seed=2))
    assert "12 jobs, 3 technicians" in capsys.readouterr().err


def test_the_note_of_a_day_is_the_command_that_made_it():
    day = generate.day("night", jobs=10, technicians=2, seed=6, date=date(2026, 3, 28))
    command = "dispatch generate --preset night --jobs 10 --technicians 2 --seed 6 --date 2026-03-28"
    assert (day.note or "").endswith(command)


def test_a_preset_that_does_not_exist_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["generate", "--preset", "moon"])
    assert ended.value.code == 2
    assert "moon" in capsys.readouterr().err
