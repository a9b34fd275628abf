"""The columns of the tables: what they are called, where they go in a day file, how their cells are read."""

from dataclasses import dataclass

from dispatch.imports import cells
from dispatch.imports.cells import Reader

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    name : its English name
    aliases : other headers that mean it
    path : the field of the record it fills
    read : how its cells are read
    """

    name: str
    aliases: tuple[str, ...]
    path: Path
    read: Reader = cells.text


@dataclass(frozen=True, slots=True)
class Layout:
    """What a table looks like.

    Attributes
    ----------
    section : the list of the day file it fills
    columns : what may be in it, in any order
    needed : of each group one has to be there, all of its columns
    """

    section: str
    columns: tuple[Column, ...]
    needed: tuple[tuple[tuple[str, ...], ...], ...]


_LABELS = (
    Column("id", ("번호", "아이디", "코드"), ("id",)),
    Column("name", ("이름", "성명", "명칭"), ("name",)),
)

_WORK_WORDS = (
    Column("tags", ("tag", "태그", "자격"), ("tags",), cells.words),
    Column("tools", ("tool", "공구", "장비"), ("tools",), cells.words),
    Column("parts", ("part", "부품", "자재"), ("parts",), cells.counted),
)

JOBS = Layout(
    "jobs",
    (
        *_LABELS[:1],
        Column("name", ("title", "작업명", "제목"), ("name",)),
        Column("kind", ("type", "종류", "유형", "작업유형"), ("kind",)),
        Column("customer", ("고객", "고객명"), ("customer",)),
        Column("address", ("주소",), ("address",)),
        Column("note", ("notes", "비고", "메모"), ("note",)),
        Column("lat", ("latitude", "위도"), ("location", "lat"), cells.coordinate),
        Column("lon", ("lng", "longitude", "경도"), ("location", "lon"), cells.coordinate),
        Column("site", ("현장", "거점"), ("site",)),
        Column("duration_min", ("duration", "소요시간", "소요시간(분)", "작업시간"), ("duration_min",), cells.number),
        Column("setup_min", ("setup", "준비시간", "준비시간(분)"), ("setup_min",), cells.number),
        Column("priority", ("우선순위",), ("priority",), cells.number),
        Column("value", ("가치", "금액"), ("value",), cells.number),
        Column("mandatory", ("필수",), ("mandatory",), cells.flag),
        Column("skills", ("skill", "기술", "필요기술", "보유기술"), ("skills",), cells.counted),
        *_WORK_WORDS,
        Column("wishes", ("희망조건",), ("wishes",), cells.words),
        Column("window_start", ("earliest", "시작", "희망시작", "방문시작"), ("windows", 0, "start"), cells.instant),
        Column("window_end", ("latest", "종료", "희망종료", "방문종료"), ("windows", 0, "end"), cells.instant),
        Column("finish_by", ("완료기한",), ("windows", 0, "finish_by"), cells.instant),
        Column("due", ("deadline", "기한", "마감"), ("due",), cells.instant),
        Column("release", ("접수", "접수시각"), ("release",), cells.instant),
        Column("required", ("필수기사", "지정기사"), ("technicians", "required"), cells.words),
        Column("excluded", ("제외기사",), ("technicians", "excluded"), cells.words),
        Column("preferred", ("선호기사",), ("technicians", "preferred"), cells.words),
        Column("technician", ("기사", "담당기사"), ("pin", "technician")),
        Column("start", ("확정시작",), ("pin", "start"), cells.instant),
    ),
    ((("id",),), (("lat", "lon"), ("site",)), (("duration_min",), ("kind",))),
)

TECHNICIANS = Layout(
    "technicians",
    (
        *_LABELS,
        Column("skills", ("skill", "기술", "보유기술"), ("skills",), cells.counted),
        *_WORK_WORDS,
        Column("lat", ("latitude", "위도"), ("home", "lat"), cells.coordinate),
        Column("lon", ("lng", "longitude", "경도"), ("home", "lon"), cells.coordinate),
        Column("site", ("거점", "출발지"), ("home", "site")),
        Column("pace_percent", ("pace", "속도"), ("pace_percent",), cells.number),
        Column("date", ("day", "날짜", "근무일"), ("shifts", 0, "date"), cells.day),
        Column("shift_start", ("start", "근무시작", "출근"), ("shifts", 0, "local_start"), cells.clock),
        Column("shift_end", ("end", "근무종료", "퇴근"), ("shifts", 0, "local_end"), cells.clock),
        Column("overtime_limit_min", ("overtime", "연장근무", "연장근무(분)"), ("shifts", 0, "overtime_limit_min"), cells.number),
        Column("break_start", ("휴게시작",), ("shifts", 0, "breaks", 0, "local_start"), cells.clock),
        Column("break_latest", ("휴게최종시작",), ("shifts", 0, "breaks", 0, "local_end"), cells.clock),
        Column("break_min", ("휴게시간", "휴게시간(분)"), ("shifts", 0, "breaks", 0, "duration_min"), cells.number),
        Column("per_hour", ("시급",), ("costs", "per_hour"), cells.number),
        Column("per_km", ("km당비용",), ("costs", "per_km"), cells.number),
    ),
    ((("id",),), (("lat", "lon"), ("site",)), (("shift_start", "shift_end"),)),
)
