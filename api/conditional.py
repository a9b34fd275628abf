"""Entity tags: which version is answered, which one is to be changed."""

import hashlib
import re

from dispatch.errors import Code, Finding, InputError, VersionMissing

_TAG = re.compile(r'(?:W/)?"(\d{1,9})(?:-[0-9a-f]{1,64})?"', re.ASCII)


def tag(version: int | None, body: bytes) -> str:
    """The entity tag of an answer: its version, if it has one, and what it says.

    What it says is part of it, because an answer may also show what changes without its version.
    """
    digest = hashlib.sha256(body).hexdigest()[:16]
    return digest if version is None else f"{version}-{digest}"


def wanted_version(header: str | None) -> int:
    """The version that `If-Match` names: `"7"`, or a whole tag. A proxy that compresses may have made it weak.

    Raises
    ------
    VersionMissing : there is no such header, or it says that any version will do
    InputError : it is no entity tag of ours
    """
    if header is None or header.strip() in {"", "*"}:
        raise VersionMissing('If-Match must say which version is meant, as the ETag of what was read does: If-Match: "7"')
    found = _TAG.fullmatch(header.strip())
    if found is None:
        raise InputError([Finding("If-Match", Code.VERSION_INVALID, "is no entity tag of ours", header[:100])])
    return int(found[1])
