"""The report is one file without a network, whatever people typed."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from dispatch import wire
from dispatch.report import figures
from dispatch.report.html import page, policy

VOID = {"meta", "br", "input", "link", "img", "hr"}


class Page(HTMLParser):
    """Elements, texts and tables of a page; checks that every element is closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)
        if "td" in self._open or "th" in self._open:
            self.rows[-1][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def seconds(cell: str) -> int:
    hours, minutes, *rest = map(int, cell.split(":"))
    return 3600 * hours + 60 * minutes + sum(rest)


def hostile(day_document, plan_document, name: str):
    day_document["name"] = name
    day_document["technicians"][0]["name"] = name
    day_document["jobs"][0] |= {"name": name, "customer": name, "note": name, "address": name}
    day_document["jobs"][3] |= {"name": name}
    plan_document["unassigned"][0]["message"] = name
    plan_document["warnings"][0]["message"] = name
    plan_document["travel"]["provider"] = name
    return figures.of(wire.Day.model_validate(day_document), wire.PlanFile.model_validate(plan_document))


def test_nothing_is_loaded_from_anywhere(facts):
    source = page(facts)
    parsed = Page(source)
    assert not {tag for tag, _ in parsed.elements} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
        "form",
        "foreignobject",
    }
    for _, attributes in parsed.elements:
        assert not attributes.keys() & {"src", "href", "xlink:href", "srcset", "style", "action", "data"}
        assert not [name for name in attributes if name.startswith("on")]
    assert re.findall(r"url\(([^)]*)\)", source) == [*re.findall(r"url\((#hatch[a-z-]*)\)", source)]
    assert "http:" not in source
    assert "https:" not in source


def test_the_policy_allows_this_style_sheet_and_nothing_else(facts):
    source = page(facts)
    style = re.search("<style>(.*)</style>", source, re.DOTALL)[1]
    meta = next(each for each in Page(source).all("meta") if each.get("http-equiv"))
    assert meta["content"] == policy(style)
    assert meta["content"].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in meta["content"]


def test_every_job_appears(facts):
    text = Page(page(facts)).text
    assert all(
        name in text for name in ("Boiler leak", "j2", "j3", "Chimney", "홍길동", "ring twice", "Nobody holds the skill sweep.")
    )


def test_the_seconds_of_the_table_add_up(facts):
    rows = [row for row in Page(page(facts)).rows if row and ("Ada" in row[0] or row[0] == "All") and len(row) == 13]
    assert len(rows) == 2
    for row in rows:
        travel, wait, setup, service, pause, total = map(seconds, row[4:10])
        assert travel + wait + setup + service + pause == total == 18300


def test_stops_at_stock_points_have_a_column_when_there_are_any(day_document, plan_document):
    totals = plan_document["routes"][0]["totals"]
    totals |= {"stock_s": 600, "duration_s": 18900}
    facts = figures.of(wire.Day.model_validate(day_document), wire.PlanFile.model_validate(plan_document))
    row = next(row for row in Page(page(facts)).rows if row and "Ada" in row[0] and len(row) == 14)
    assert sum(map(seconds, row[4:10])) == seconds(row[10]) == 18900


def test_late_and_unassigned_are_said_in_words_not_in_colour_only(facts):
    text = Page(page(facts)).text
    assert "late by 0:20" in text
    assert "impossible" in text
    assert "no skilled technician" in text


def test_tables_have_headers_and_pictures_have_names(facts):
    parsed = Page(page(facts))
    assert len(parsed.all("table")) == len(parsed.all("thead"))
    assert all(head.get("scope") in ("col", "row") for head in parsed.all("th"))
    for picture in parsed.all("svg"):
        assert picture.get("aria-hidden") == "true" or (picture["role"] == "img" and picture["aria-label"])
    ids = [attributes["id"] for _, attributes in parsed.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "name",
    [
        "عَبْدُ الله שלום 123",
        "Robert'); DROP TABLE jobs;--",
        "{{7*7}} {% raw %} ${jndi:x} %s%n %(a)s",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "javascript:alert(1)",
        "</style><script>alert(1)</script>",
        "]]></title></svg><b>",
        "=cmd|' /C calc'!A0",
        "null",
        "&amp; &lt;b&gt;",
    ],
)
def test_hostile_strings_are_shown_as_they_are(day_document, plan_document, name):
    source = page(hostile(day_document, plan_document, name))
    parsed = Page(source)
    assert name in parsed.text
    assert not {tag for tag, _ in parsed.elements} & {"script", "img", "b", "i", "a"}
    assert not [key for _, attributes in parsed.elements for key in attributes if key.startswith("on")]
    assert source.count("<style>") == 1


def test_a_kind_of_any_name_has_a_colour_and_no_say_in_the_markup(day_document, plan_document):
    day_document["kinds"] = {'x" onload="y': {"duration_min": 5}}
    day_document["jobs"][0]["kind"] = 'x" onload="y'
    facts = figures.of(wire.Day.model_validate(day_document), wire.PlanFile.model_validate(plan_document))
    parsed = Page(page(facts))
    assert 'x" onload="y' in parsed.text
    assert not [attributes for _, attributes in parsed.elements if "onload" in attributes]


def test_an_empty_day_has_a_report(facts):
    text = Page(page(replace(facts, lanes=(), unassigned=(), terms=(), warnings=()))).text
    assert "This day has no shifts." in text
    assert "Every job has its visit." in text


def test_road_data_is_attributed(facts):
    assert "© OpenStreetMap contributors, ODbL" in page(replace(facts, attribution=figures.ATTRIBUTION))
    assert "OpenStreetMap" not in page(facts)


def test_a_report_is_the_same_every_time(facts):
    assert page(facts) == page(facts)
