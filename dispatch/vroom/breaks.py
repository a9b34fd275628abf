"""Which of its windows a break is planned in, and in which order a vehicle holds its breaks."""

from dispatch.wire.vroom import Break, Vehicle

FAR = 2**33
"""Later than any second a document can name: the end of a vehicle that has none."""

Span = tuple[int, int]


def hours_of(vehicle: Vehicle) -> Span:
    """When a vehicle works."""
    return vehicle.time_window or (0, FAR)


def windows_of(vehicle: Vehicle, pause: Break) -> list[Span]:
    """The windows of a break, cut to the hours of its vehicle, the widest first."""
    start, end = hours_of(vehicle)
    cut = [(max(start, a), min(end - pause.service, b)) for a, b in pause.time_windows or ((0, FAR),)]
    return sorted((span for span in cut if span[0] <= span[1]), key=lambda span: (span[0] - span[1], span))


def breaks_of(vehicle: Vehicle) -> list[tuple[Break, Span]]:
    """The breaks that a vehicle can hold, each with its widest window, in the order of these."""
    found = [(pause, spans[0]) for pause in vehicle.breaks if (spans := windows_of(vehicle, pause))]
    return sorted(found, key=lambda held: held[1])
