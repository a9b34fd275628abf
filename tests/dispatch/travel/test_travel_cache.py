from dataclasses import dataclass, field, replace

import pytest

from dispatch.travel import Cached, Chain, GreatCircle, Note, NoteCode, Place, TravelError, TravelTable, TravelUnavailable
from dispatch.travel.cache import MOST_TABLES
from dispatch.travel.store import keep_arrays, read_arrays

A, B, C = Place(47.1, 9.5), Place(47.2, 9.6), Place(47.15, 9.55)


@dataclass
class Counting:
    """Great circles, and how often they were asked for."""

    name: str = "counting"
    version: str = "1"
    asked: list = field(default_factory=list)

    def matrix(self, places, *, hours=(8, 9)):
        self.asked.append((list(places), tuple(hours)))
        table = GreatCircle().matrix(places, hours=hours)
        return replace(table, notes=(Note(NoteCode.SNAPPED_FAR, "far off", 0), Note(NoteCode.ESTIMATE, "a guess")))


@dataclass
class Failing:
    error: Exception
    name: str = "failing"
    version: str = "1"

    def matrix(self, places, *, hours=(8,)):
        raise self.error


@pytest.fixture(params=["memory", "folder"])
def folder(request, tmp_path):
    return None if request.param == "memory" else tmp_path / "deep" / "cache"


def same(a, b):
    return (a.durations == b.durations).all() and (a.distances == b.distances).all() and a.bands == b.bands


def test_the_same_question_is_asked_once(folder):
    provider = Counting()
    cached = Cached(provider, folder)
    first, second = cached.matrix([A, B, C]), cached.matrix([A, B, C])
    assert len(provider.asked) == 1
    assert same(first, second)
    assert first.notes == second.notes
    assert (second.provider, second.version) == (first.provider, first.version)


def test_the_answer_is_the_providers(folder):
    cached, plain = Cached(Counting(), folder).matrix([B, A, C]), GreatCircle().matrix([B, A, C])
    assert same(cached, plain)


def test_another_order_and_repeated_places_are_the_same_question(folder):
    provider = Counting()
    cached = Cached(provider, folder)
    cached.matrix([A, B, C])
    again = cached.matrix([C, A, C, B])
    assert len(provider.asked) == 1
    assert same(again, GreatCircle().matrix([C, A, C, B]))


def test_points_that_differ_by_centimetres_are_the_same(folder):
    # 0.0000004° of latitude are 4 cm.
    provider = Counting()
    cached = Cached(provider, folder)
    cached.matrix([A, B])
    cached.matrix([Place(A.lat + 4e-7, A.lon), B])
    assert len(provider.asked) == 1


@pytest.mark.parametrize("change", [{"places": [A, C]}, {"hours": (9,)}, {"version": "2"}, {"name": "other"}])
def test_another_question_is_asked(folder, change):
    provider = Counting()
    cached = Cached(provider, folder)
    cached.matrix([A, B], hours=(8,))
    provider.version = change.get("version", "1")
    provider.name = change.get("name", "counting")
    cached.matrix(change.get("places", [A, B]), hours=change.get("hours", (8,)))
    assert len(provider.asked) == 2


def test_a_note_is_about_every_row_of_its_place(folder):
    # The provider is asked for A, C, B (sorted by latitude); its note about row 0 is about A, which is in rows 1 and 3 here.
    cached = Cached(Counting(), folder)
    for _ in range(2):
        notes = cached.matrix([B, A, C, A]).notes
        assert [(note.code, note.place) for note in notes] == [("estimate", None), ("snapped_far", 1), ("snapped_far", 3)]


def test_tables_in_a_folder_outlive_the_process(tmp_path):
    provider = Counting()
    first = Cached(provider, tmp_path).matrix([A, B])
    assert same(first, Cached(provider, tmp_path).matrix([A, B]))
    assert len(provider.asked) == 1


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 nonsense", b"\x93NUMPY"])
def test_a_damaged_file_is_as_if_it_was_not_there(tmp_path, damage):
    provider = Counting()
    Cached(provider, tmp_path).matrix([A, B])
    for file in tmp_path.iterdir():
        file.write_bytes(damage)
    assert same(Cached(provider, tmp_path).matrix([A, B]), GreatCircle().matrix([A, B], hours=range(8, 18)))
    assert len(provider.asked) == 2


def test_a_changed_byte_of_a_file_is_noticed(tmp_path):
    provider = Counting()
    right = Cached(provider, tmp_path).matrix([A, B])
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    for at in range(0, len(whole), 37):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :])
        assert same(Cached(provider, tmp_path).matrix([A, B]), right)
    assert len(provider.asked) == 1 + len(range(0, len(whole), 37))


def test_no_half_written_file_stays_behind(tmp_path):
    Cached(Counting(), tmp_path).matrix([A, B])
    assert [file.suffix for file in tmp_path.iterdir()] == [".npz"]


def test_a_folder_that_cannot_be_written_to_costs_only_time(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    provider = Counting()
    cached = Cached(provider, blocked)
    cached.matrix([A, B])
    assert cached.matrix([A, B]).places == 2
    assert len(provider.asked) == 2


def test_memory_is_bounded():
    provider = Counting()
    cached = Cached(provider)
    for k in range(MOST_TABLES + 1):
        cached.matrix([A, Place(48, k)])
    cached.matrix([A, Place(48, 0)])
    assert len(provider.asked) == MOST_TABLES + 2


def test_no_places_are_a_question_too(folder):
    assert Cached(Counting(), folder).matrix([]).places == 0


def test_what_the_provider_raises_is_raised_and_not_kept(folder):
    failing = Failing(TravelUnavailable("down"))
    with pytest.raises(TravelUnavailable, match="down"):
        Cached(failing, folder).matrix([A, B])


def test_the_first_provider_that_answers_is_not_called_an_estimate():
    table = Chain(Counting(), (GreatCircle(),)).matrix([A, B])
    assert table.provider == "great circle × 1.3"
    assert len(table.notes) == 2


def test_an_estimate_names_every_failure_before_it():
    chain = Chain(Failing(TravelUnavailable("down"), "north"), (Failing(TravelUnavailable("slow"), "south"), GreatCircle()))
    note = chain.matrix([A, B]).notes[0]
    assert note.code == NoteCode.ESTIMATE
    assert "north: down; south: slow" in note.message
    assert chain.name == "north → south → great circle × 1.3"


def test_a_wrong_answer_is_no_reason_to_estimate():
    with pytest.raises(TravelError, match="wrong shape"):
        Chain(Failing(TravelError("wrong shape")), (GreatCircle(),)).matrix([A, B])


def test_a_chain_that_fails_says_all_reasons():
    chain = Chain(Failing(TravelUnavailable("down"), "north"), (Failing(TravelUnavailable("slow"), "south"),))
    with pytest.raises(TravelUnavailable, match="north: down; south: slow"):
        chain.matrix([A, B])


def test_estimates_do_not_get_into_a_cache_within_a_chain(tmp_path):
    down = Failing(TravelUnavailable("down"))
    chain = Chain(Cached(down, tmp_path), (GreatCircle(),))
    chain.matrix([A, B])
    assert list(tmp_path.iterdir()) == []


def test_a_stored_table_breaks_no_rule(tmp_path):
    # A file of the right make whose cells are negative is not believed.
    provider = Counting()
    Cached(provider, tmp_path).matrix([A, B], hours=(8,))
    (file,) = tmp_path.iterdir()
    arrays = read_arrays(file)
    keep_arrays(file, arrays | {"durations": arrays["durations"] - 1})
    assert isinstance(Cached(provider, tmp_path).matrix([A, B], hours=(8,)), TravelTable)
    assert len(provider.asked) == 2
