"""Where sample days take place: real neighbourhoods, roughly where they are, and depots among them.

A coordinate is that of the middle of a neighbourhood, to about a hundred metres; points are drawn near it, so that they fall
neither into a river nor into the sea. The weight is how much work there is beside the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dispatch.generate.dice import Dice

METRES_PER_DEGREE = 111_195
"""Of latitude."""


class Area(NamedTuple):
    """A neighbourhood: the district it is in and its own name, as an address says them."""

    district: str
    name: str
    lat: float
    lon: float
    weight: int = 2


@dataclass(frozen=True, slots=True)
class Region:
    """A city or a stretch of country.

    Attributes
    ----------
    name : as an address says it
    areas : its neighbourhoods, neighbouring ones near each other in the list
    depots : names of the areas that have a depot
    spread_m : how far around the middle of an area points lie, a standard deviation
    narrowing : length of a degree of longitude as a share of one of latitude: the cosine of the latitude
    address : how an address is written
    """

    name: str
    areas: tuple[Area, ...]
    depots: tuple[str, ...]
    spread_m: int
    narrowing: float
    address: str = "{region} {district} {name}"

    def point(self, area: Area, dice: Dice) -> dict[str, float]:
        """A point in an area, to about a metre."""
        north, east = dice.bell() * self.spread_m, dice.bell() * self.spread_m
        lat = area.lat + north / METRES_PER_DEGREE
        return {"lat": round(lat, 5), "lon": round(area.lon + east / METRES_PER_DEGREE / self.narrowing, 5)}

    def address_of(self, area: Area) -> str:
        """What the area is called in an address."""
        return self.address.format(region=self.name, district=area.district, name=area.name)

    def apart(self, one: Mapping[str, float], other: Mapping[str, float]) -> float:
        """How far two points are apart, squared, in degrees of latitude: good enough to tell the nearer one."""
        return (one["lat"] - other["lat"]) ** 2 + ((one["lon"] - other["lon"]) * self.narrowing) ** 2

    def depot_areas(self) -> list[Area]:
        """The areas that have a depot."""
        return [area for area in self.areas if area.name in self.depots]


def busy(areas: Sequence[Area], dice: Dice) -> list[float]:
    """How much work each area has on a day: some have little, a few have a lot."""
    return [area.weight * (0.1 + 3 * dice.unit() ** 4) for area in areas]


SEOUL = Region(
    "서울",
    (
        Area("강서구", "마곡동", 37.5602, 126.8270, 3),
        Area("강서구", "화곡동", 37.5416, 126.8404, 3),
        Area("강서구", "등촌동", 37.5507, 126.8620),
        Area("양천구", "목동", 37.5265, 126.8750, 3),
        Area("양천구", "신정동", 37.5200, 126.8561),
        Area("구로구", "개봉동", 37.4945, 126.8586),
        Area("구로구", "구로동", 37.4952, 126.8875, 3),
        Area("금천구", "가산동", 37.4775, 126.8840, 3),
        Area("금천구", "독산동", 37.4690, 126.8960),
        Area("영등포구", "당산동", 37.5300, 126.9010),
        Area("영등포구", "여의도동", 37.5216, 126.9243, 4),
        Area("영등포구", "신길동", 37.5070, 126.9137),
        Area("동작구", "상도동", 37.5029, 126.9479),
        Area("관악구", "신림동", 37.4842, 126.9297, 3),
        Area("관악구", "봉천동", 37.4824, 126.9500, 3),
        Area("동작구", "사당동", 37.4806, 126.9780),
        Area("서초구", "방배동", 37.4835, 126.9950),
        Area("서초구", "서초동", 37.4919, 127.0130, 4),
        Area("서초구", "양재동", 37.4790, 127.0380, 2),
        Area("강남구", "역삼동", 37.5006, 127.0364, 5),
        Area("강남구", "논현동", 37.5120, 127.0280, 3),
        Area("강남구", "대치동", 37.4980, 127.0600, 3),
        Area("강남구", "개포동", 37.4850, 127.0620),
        Area("송파구", "잠실동", 37.5090, 127.0860, 3),
        Area("송파구", "방이동", 37.5110, 127.1160),
        Area("송파구", "가락동", 37.4960, 127.1200, 2),
        Area("송파구", "문정동", 37.4859, 127.1225, 3),
        Area("강동구", "천호동", 37.5440, 127.1290),
        Area("강동구", "길동", 37.5380, 127.1430),
        Area("강동구", "고덕동", 37.5560, 127.1560, 1),
        Area("은평구", "불광동", 37.6150, 126.9280),
        Area("은평구", "응암동", 37.5970, 126.9190),
        Area("마포구", "상암동", 37.5794, 126.8900, 3),
        Area("마포구", "서교동", 37.5560, 126.9210, 4),
        Area("마포구", "공덕동", 37.5443, 126.9515, 3),
        Area("서대문구", "신촌동", 37.5600, 126.9380),
        Area("서대문구", "홍제동", 37.5888, 126.9440),
        Area("종로구", "평창동", 37.6080, 126.9700, 1),
        Area("종로구", "청진동", 37.5716, 126.9790, 4),
        Area("중구", "을지로동", 37.5660, 126.9920, 4),
        Area("용산구", "후암동", 37.5500, 126.9770),
        Area("용산구", "한강로동", 37.5310, 126.9680, 2),
        Area("용산구", "이태원동", 37.5370, 126.9930, 3),
        Area("종로구", "혜화동", 37.5850, 127.0010),
        Area("중구", "신당동", 37.5620, 127.0150),
        Area("성동구", "성수동", 37.5446, 127.0530, 4),
        Area("성동구", "행당동", 37.5580, 127.0300),
        Area("광진구", "화양동", 37.5450, 127.0700),
        Area("광진구", "구의동", 37.5430, 127.0880),
        Area("광진구", "중곡동", 37.5640, 127.0840),
        Area("동대문구", "장안동", 37.5700, 127.0660),
        Area("동대문구", "회기동", 37.5894, 127.0530),
        Area("중랑구", "면목동", 37.5830, 127.0880),
        Area("중랑구", "묵동", 37.6120, 127.0790),
        Area("성북구", "안암동", 37.5862, 127.0250),
        Area("성북구", "길음동", 37.6050, 127.0220),
        Area("강북구", "수유동", 37.6400, 127.0200),
        Area("도봉구", "쌍문동", 37.6500, 127.0310),
        Area("도봉구", "방학동", 37.6660, 127.0390, 1),
        Area("노원구", "상계동", 37.6590, 127.0680, 3),
        Area("노원구", "하계동", 37.6390, 127.0680),
        Area("노원구", "공릉동", 37.6256, 127.0760),
    ),
    depots=("구로동", "성수동"),
    spread_m=450,
    narrowing=0.793,
)
"""Seoul, south of the Han river from west to east, then north of it."""

BUSAN = Region(
    "부산",
    (
        Area("강서구", "명지동", 35.0970, 128.9080, 2),
        Area("사하구", "하단동", 35.1070, 128.9690, 3),
        Area("사하구", "괴정동", 35.1000, 128.9900),
        Area("서구", "서대신동", 35.1120, 129.0140),
        Area("중구", "대청동", 35.1035, 129.0320, 2),
        Area("영도구", "청학동", 35.0930, 129.0620),
        Area("동구", "초량동", 35.1200, 129.0370, 3),
        Area("사상구", "주례동", 35.1510, 129.0050, 2),
        Area("사상구", "모라동", 35.1850, 128.9930),
        Area("북구", "덕천동", 35.2110, 129.0080, 2),
        Area("부산진구", "부전동", 35.1600, 129.0590, 4),
        Area("부산진구", "전포동", 35.1540, 129.0680, 2),
        Area("남구", "대연동", 35.1370, 129.0880, 3),
        Area("수영구", "광안동", 35.1580, 129.1120, 3),
        Area("연제구", "연산동", 35.1830, 129.0860, 3),
        Area("동래구", "온천동", 35.2130, 129.0750, 3),
        Area("동래구", "명륜동", 35.2080, 129.0850, 2),
        Area("금정구", "장전동", 35.2330, 129.0870, 2),
        Area("금정구", "구서동", 35.2490, 129.0930),
        Area("해운대구", "재송동", 35.1870, 129.1230, 2),
        Area("해운대구", "우동", 35.1680, 129.1390, 4),
        Area("해운대구", "좌동", 35.1710, 129.1750, 3),
    ),
    depots=("주례동", "재송동"),
    spread_m=350,
    narrowing=0.817,
)
"""Busan from west to east."""

BERLIN = Region(
    "Berlin",
    (
        Area("Spandau", "Wilhelmstadt", 52.5270, 13.1930, 2),
        Area("Reinickendorf", "Tegel", 52.5850, 13.2930, 1),
        Area("Reinickendorf", "Wittenau", 52.5900, 13.3270),
        Area("Mitte", "Wedding", 52.5500, 13.3600, 3),
        Area("Mitte", "Moabit", 52.5290, 13.3410, 4),
        Area("Charlottenburg-Wilmersdorf", "Westend", 52.5140, 13.2650, 2),
        Area("Charlottenburg-Wilmersdorf", "Charlottenburg", 52.5090, 13.3080, 4),
        Area("Charlottenburg-Wilmersdorf", "Wilmersdorf", 52.4870, 13.3180, 3),
        Area("Tempelhof-Schöneberg", "Schöneberg", 52.4850, 13.3520, 3),
        Area("Steglitz-Zehlendorf", "Zehlendorf", 52.4340, 13.2590, 1),
        Area("Steglitz-Zehlendorf", "Steglitz", 52.4560, 13.3240, 2),
        Area("Tempelhof-Schöneberg", "Mariendorf", 52.4400, 13.3870),
        Area("Friedrichshain-Kreuzberg", "Kreuzberg", 52.4970, 13.4060, 4),
        Area("Mitte", "Mitte", 52.5250, 13.3950, 5),
        Area("Pankow", "Prenzlauer Berg", 52.5400, 13.4240, 3),
        Area("Pankow", "Pankow", 52.5680, 13.4030, 2),
        Area("Pankow", "Weißensee", 52.5560, 13.4600),
        Area("Friedrichshain-Kreuzberg", "Friedrichshain", 52.5150, 13.4540, 4),
        Area("Lichtenberg", "Lichtenberg", 52.5180, 13.4950, 3),
        Area("Marzahn-Hellersdorf", "Marzahn", 52.5430, 13.5480, 2),
        Area("Neukölln", "Neukölln", 52.4790, 13.4370, 3),
        Area("Neukölln", "Rudow", 52.4230, 13.4850, 1),
        Area("Treptow-Köpenick", "Adlershof", 52.4350, 13.5410, 3),
        Area("Treptow-Köpenick", "Köpenick", 52.4570, 13.5850, 1),
    ),
    depots=("Moabit", "Lichtenberg"),
    spread_m=500,
    narrowing=0.609,
    address="{name}, {region}",
)
"""Berlin from north-west to south-east."""

GANGWON = Region(
    "강원",
    (
        Area("춘천시", "퇴계동", 37.8600, 127.7290, 5),
        Area("춘천시", "후평동", 37.8830, 127.7520, 4),
        Area("화천군", "화천읍", 38.1060, 127.7080, 1),
        Area("양구군", "양구읍", 38.1060, 127.9900, 1),
        Area("인제군", "인제읍", 38.0690, 128.1700, 1),
        Area("홍천군", "홍천읍", 37.6970, 127.8880, 3),
        Area("홍천군", "서면", 37.6830, 127.6700, 1),
        Area("횡성군", "횡성읍", 37.4910, 127.9850, 2),
        Area("횡성군", "둔내면", 37.5130, 128.2140, 1),
        Area("원주시", "단계동", 37.3450, 127.9300, 5),
        Area("원주시", "명륜동", 37.3390, 127.9510, 4),
        Area("원주시", "문막읍", 37.3120, 127.8170, 2),
        Area("평창군", "평창읍", 37.3700, 128.3900, 1),
        Area("평창군", "진부면", 37.6340, 128.5560, 1),
        Area("영월군", "영월읍", 37.1840, 128.4620, 2),
        Area("정선군", "정선읍", 37.3800, 128.6610, 1),
    ),
    depots=("퇴계동", "단계동"),
    spread_m=900,
    narrowing=0.792,
)
"""The inland of Gangwon: two towns with a depot each, and villages an hour and more away."""
