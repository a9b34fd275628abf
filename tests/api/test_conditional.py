"""No edit is lost, and nothing is read twice for nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.service import Service


def path(service: Service) -> str:
    return f"/users/{service.users['reader']}"  # type: ignore[index]


def test_a_change_names_the_version_it_changes(service: Service) -> None:
    read = service.get(path(service), role="administrator")
    changed = service.patch(path(service), {"role": "planner"}, role="administrator", version=read.headers["ETag"])
    assert (changed.status, changed.json["version"]) == (200, 2)


@pytest.mark.parametrize("weak", ["", "W/"])
def test_an_old_version_is_refused(service: Service, weak: str) -> None:
    etag = service.get(path(service), role="administrator").headers["ETag"]
    service.patch(path(service), {"role": "planner"}, role="administrator", version=1)
    answer = service.patch(path(service), {"role": "dispatcher"}, role="administrator", version=weak + etag)
    assert (answer.status, answer.code) == (412, "version_mismatch")
    assert service.get(path(service), role="administrator").json["role"] == "planner"


@pytest.mark.parametrize(("header", "status"), [(None, 428), ("*", 428), ("7", 400), ('"x"', 400), ('"1", "2"', 400), ('"²"', 400)])
def test_no_version_is_428_and_none_of_ours_400(service: Service, header: str | None, status: int) -> None:
    assert service.patch(path(service), {"role": "planner"}, role="administrator", version=header).status == status


def test_what_has_not_changed_is_not_sent_again(service: Service) -> None:
    first = service.get("/users", role="administrator")
    again = service.get("/users", role="administrator", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    service.patch(path(service), {"role": "planner"}, role="administrator", version=1)
    assert service.get("/users", role="administrator", headers={"If-None-Match": first.headers["ETag"]}).status == 200


def test_of_fifty_racing_editors_none_overwrites_another(service: Service) -> None:
    """Each reads, changes, and tries again if somebody was faster: 50 changes, hence version 51."""

    def edit(number: int) -> int:
        for tries in range(1, 500):
            read = service.get(path(service), role="administrator")
            body = {"role": "planner" if read.json["role"] == "reader" else "reader"}
            answer = service.patch(path(service), body, role="administrator", version=read.headers["ETag"])
            if answer.status == 200:
                return tries
            assert answer.status in {412, 503}  # somebody was faster, or has held the lock for long
        raise AssertionError("no luck")

    with ThreadPoolExecutor(50) as pool:
        tries = list(pool.map(edit, range(50)))
    user = service.get(path(service), role="administrator").json
    assert (user["version"], user["role"]) == (51, "reader")  # 50 flips lead back
    assert sum(tries) >= 50
