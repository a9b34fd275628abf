"""Small road networks written as OpenStreetMap files.

Points are given in thousandths of a degree (east, north) of the place where equator and prime meridian meet: 111.195 m each way.
"""

from xml.sax.saxutils import quoteattr

from dispatch.travel import Place
from dispatch.travel.roads import HourProfile, Roads, open_extract

STEP_M = 111.1950802
"""A thousandth of a degree on a sphere of 6,371,008.8 m: radius · π / 180,000."""

STEADY = HourProfile((1.0,) * 24, (1.0,) * 24)


def at(east, north):
    return Place(north / 1000, east / 1000)


def write_osm(path, points, ways, tagged=None, restrictions=()):
    """Write a network: `points` {name: (east, north)}, `ways` [(names, tags)], `tagged` {name: tags}.

    `restrictions` are [(kind, way, point, way)]. A point a way names and `points` has not is one the extract has left out.
    """
    numbers = {name: row for row, name in enumerate(sorted({*points, *(name for names, _ in ways for name in names)}), start=1)}
    lines = ["<osm version='0.6'>"]
    for name, number in numbers.items():
        if name in points:
            east, north = points[name]
            inner = _tags((tagged or {}).get(name, {}))
            lines.append(f"<node id='{number}' version='1' lat='{north / 1000:.7f}' lon='{east / 1000:.7f}'>{inner}</node>")
    for row, (names, tags) in enumerate(ways, start=1):
        inner = "".join(f"<nd ref='{numbers[name]}'/>" for name in names) + _tags(tags)
        lines.append(f"<way id='{row}' version='1'>{inner}</way>")
    for row, (kind, origin, via, target) in enumerate(restrictions, start=1):
        members = f"<member type='way' ref='{origin + 1}' role='from'/><member type='node' ref='{numbers[via]}' role='via'/>"
        members += f"<member type='way' ref='{target + 1}' role='to'/>"
        lines.append(f"<relation id='{row}' version='1'>{members}{_tags({'type': 'restriction', 'restriction': kind})}</relation>")
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def roads_of(folder, *network, profile=STEADY, **more) -> Roads:
    return open_extract(write_osm(folder / "small.osm", *network, **more), profile=profile)


def _tags(tags):
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
