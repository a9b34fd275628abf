"""Links that open a map or the telephone."""

import re
from functools import lru_cache
from urllib.parse import quote, urlencode

from dispatch.wire.visits import MapLinks

NAME = "dispatch"
"""What Naver Map is told who opens it."""


@lru_cache(maxsize=4_096)
def map_links(lat: float, lon: float, label: str) -> MapLinks:
    """A place in map programs."""
    point, text = f"{lat:.6f},{lon:.6f}", quote(label, safe="")
    naver = urlencode({"dlat": f"{lat:.6f}", "dlng": f"{lon:.6f}", "dname": label, "appname": NAME}, quote_via=quote)
    return MapLinks(
        geo=f"geo:{point}?q={point}({text})",
        google=f"https://www.google.com/maps/dir/?api=1&destination={quote(point, safe='')}",
        apple=f"https://maps.apple.com/?daddr={quote(point, safe='')}",
        naver=f"nmap://route/car?{naver}",
        kakao=f"https://map.kakao.com/link/to/{text},{point}",
    )


def call_link(phone: str) -> str | None:
    """A number as a link; None if there is no digit in it."""
    digits = re.sub(r"[^\d]", "", phone)
    return f"tel:{'+' if phone.strip().startswith('+') else ''}{digits}" if digits else None
