"""What there is to do: invented jobs of some trades, with the skills, parts and tools they need.

Minutes are those of an ordinary technician. The weight is how often a job comes up beside the others of its list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Task:
    """Something customers ask for.

    Attributes
    ----------
    name : what the job is called
    kind : which of the five kinds it is
    weight : how often it comes up
    minutes : the shortest and the longest it takes
    skill : what one has to be able to do, and `level` how well; nothing for a delivery
    parts : used up
    tools : needed
    priority : where it is not that of its kind
    """

    name: str
    kind: str
    weight: int
    minutes: tuple[int, int]
    skill: str | None = None
    level: int = 1
    parts: Mapping[str, int] = field(default_factory=lambda: _NONE)
    tools: tuple[str, ...] = ()
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Trade:
    """What a specialist has: parts and tools on the van, and whether the skill is a certificate that runs out."""

    skill: str
    parts: Mapping[str, int]
    tools: tuple[str, ...]
    certified: bool = False


BULKY = frozenset({"boiler", "air conditioner", "ventilation unit", "pump set"})
"""Parts too large for a van that leaves from home: they are at the depots."""

HOME_TRADES = (
    Trade("gas", {"igniter": 2, "thermostat": 3, "gas hose": 3}, ("leak detector",), certified=True),
    Trade("cooling", {"refrigerant": 4, "capacitor": 2}, ("vacuum pump",), certified=True),
    Trade("electric", {"breaker": 4, "socket": 8}, ("insulation tester",), certified=True),
    Trade("network", {"router": 3, "fibre plug": 6}, ("splicer",)),
    Trade("water", {"filter": 6, "valve": 3}, ("pipe camera",)),
)

HOME_TASKS = (
    Task("Boiler shows an error", "repair", 8, (25, 45), "gas", 2, {"igniter": 1}),
    Task("No hot water", "repair", 8, (20, 40), "gas", 1, {"thermostat": 1}),
    Task("Smell of gas", "repair", 1, (15, 30), "gas", 3, {"gas hose": 1}, ("leak detector",), 1),
    Task("Boiler check", "maintenance", 8, (15, 25), "gas"),
    Task("New boiler", "install", 3, (75, 100), "gas", 2, {"boiler": 1}, ("leak detector",)),
    Task("Heating advice", "consultation", 3, (20, 30), "gas", 2),
    Task("Air conditioner does not cool", "repair", 9, (25, 45), "cooling", 2, {"refrigerant": 1}, ("vacuum pump",)),
    Task("Air conditioner drips", "repair", 4, (20, 30), "cooling"),
    Task("Air conditioner cleaning", "maintenance", 8, (30, 45), "cooling"),
    Task("New air conditioner", "install", 4, (60, 90), "cooling", 2, {"air conditioner": 1}, ("vacuum pump",)),
    Task("Cold room check", "maintenance", 2, (30, 45), "cooling", 3, _NONE, ("vacuum pump",), 4),
    Task("Breaker trips", "repair", 8, (20, 35), "electric", 2, {"breaker": 1}, ("insulation tester",)),
    Task("Sockets dead", "repair", 6, (20, 35), "electric", 1, {"socket": 2}),
    Task("Installation test", "maintenance", 5, (20, 35), "electric", 2, _NONE, ("insulation tester",)),
    Task("Wall box", "install", 3, (60, 80), "electric", 2, {"breaker": 2}, ("insulation tester",)),
    Task("Lighting advice", "consultation", 2, (15, 30), "electric"),
    Task("No connection", "repair", 8, (20, 35), "network", 1, {"router": 1}),
    Task("Slow network", "repair", 5, (20, 40), "network", 2),
    Task("New fibre line", "install", 4, (45, 70), "network", 2, {"fibre plug": 2, "router": 1}, ("splicer",)),
    Task("Network advice", "consultation", 4, (20, 35), "network", 2),
    Task("Switch cabinet check", "maintenance", 3, (20, 40), "network", 2),
    Task("Purifier check", "maintenance", 12, (10, 20), "water", 1, {"filter": 1}),
    Task("Tap drips", "repair", 4, (15, 30), "water", 1, {"valve": 1}),
    Task("Blocked drain", "repair", 4, (25, 45), "water", 2, _NONE, ("pipe camera",), 2),
    Task("New purifier", "install", 4, (30, 45), "water", 1, {"filter": 1, "valve": 1}),
    Task("Filters to the door", "delivery", 10, (5, 10), None, 1, {"filter": 1}),
    Task("Replacement router to the door", "delivery", 3, (5, 10), None, 1, {"router": 1}),
    Task("Remote control to the door", "delivery", 3, (5, 5)),
)
"""A company that looks after homes and shops."""

UNSTAFFED = Task("Stairlift stuck", "repair", 1, (40, 60), "stairlift", 1, _NONE, (), 2)
"""What nobody in any crew can do: now and then a job comes in for another company."""

STORM_TRADES = (
    Trade("water", {"seal": 6, "valve": 4}, ("pump", "pipe camera"), certified=True),
    Trade("electric", {"breaker": 6, "socket": 8}, ("insulation tester",), certified=True),
    Trade("roof", {"tarpaulin": 4}, ("harness",), certified=True),
    Trade("network", {"router": 3, "fibre plug": 6}, ("splicer",)),
)

STORM_TASKS = (
    Task("Flooded cellar", "repair", 22, (45, 90), "water", 1, _NONE, ("pump",), 1),
    Task("Flooded switch room", "repair", 5, (60, 120), "electric", 3, {"breaker": 2}, ("insulation tester",), 1),
    Task("Backflow from the sewer", "repair", 8, (45, 75), "water", 2, {"seal": 1}, ("pipe camera",), 2),
    Task("Burst pipe", "repair", 7, (40, 70), "water", 2, {"valve": 1}, (), 2),
    Task("No power", "repair", 12, (30, 60), "electric", 2, {"breaker": 1}, ("insulation tester",), 2),
    Task("Roof torn open", "repair", 10, (45, 90), "roof", 2, {"tarpaulin": 1}, ("harness",), 2),
    Task("Loose sign over the street", "repair", 5, (30, 50), "roof", 1, _NONE, ("harness",), 1),
    Task("No connection", "repair", 10, (25, 50), "network", 1, {"router": 1}, (), 4),
    Task("Line down", "repair", 5, (60, 90), "network", 2, {"fibre plug": 2}, ("splicer",), 3),
    Task("Installation test", "maintenance", 6, (30, 45), "electric", 2, _NONE, ("insulation tester",)),
    Task("Drain check", "maintenance", 6, (30, 45), "water", 1, _NONE, ("pipe camera",)),
    Task("New pump set", "install", 4, (90, 120), "water", 2, {"pump set": 1}),
    Task("Advice on damage", "consultation", 6, (30, 45), "roof"),
    Task("Drying unit to the door", "delivery", 6, (10, 15)),
)
"""The day after a typhoon."""

NIGHT_TRADES = (
    Trade("electric", {"breaker": 4, "fuse": 8}, ("insulation tester",), certified=True),
    Trade("cooling", {"refrigerant": 4, "capacitor": 3}, ("vacuum pump",), certified=True),
    Trade("lift", {"door switch": 3, "roller": 4}, ("hoist",), certified=True),
    Trade("network", {"switch": 2, "fibre plug": 6}, ("splicer",)),
)

NIGHT_TASKS = (
    Task("Lift stuck", "repair", 6, (30, 60), "lift", 2, {"door switch": 1}, (), 1),
    Task("Lift check", "maintenance", 8, (45, 75), "lift", 1, {"roller": 1}, ("hoist",)),
    Task("Cold store too warm", "repair", 6, (40, 75), "cooling", 2, {"refrigerant": 1}, ("vacuum pump",), 1),
    Task("Server room cooling check", "maintenance", 8, (45, 60), "cooling", 2),
    Task("New ventilation unit", "install", 4, (90, 120), "cooling", 3, {"ventilation unit": 1}),
    Task("Emergency lighting test", "maintenance", 8, (40, 60), "electric", 1, {"fuse": 2}),
    Task("Switchgear check", "maintenance", 6, (45, 75), "electric", 3, _NONE, ("insulation tester",)),
    Task("No power", "repair", 5, (30, 60), "electric", 2, {"breaker": 1}, ("insulation tester",), 1),
    Task("Switch exchange", "install", 6, (45, 75), "network", 2, {"switch": 1}),
    Task("Line down", "repair", 5, (45, 75), "network", 2, {"fibre plug": 2}, ("splicer",), 2),
    Task("Network advice before the move", "consultation", 3, (30, 45), "network", 1),
    Task("Spare parts to the gate", "delivery", 8, (10, 15)),
)
"""Work in buildings that are busy by day."""

PLAIN_TASKS = (
    Task("Repair", "repair", 5, (30, 60)),
    Task("Installation", "install", 2, (60, 120)),
    Task("Consultation", "consultation", 2, (20, 45)),
    Task("Maintenance", "maintenance", 4, (20, 45)),
    Task("Delivery", "delivery", 3, (5, 15)),
)
"""Work that anybody can do."""
