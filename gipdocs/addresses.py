"""Addresses of other systems that this one may call: read strictly, and held against a list of prefixes."""

from __future__ import annotations

import re
from dataclasses import dataclass

ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*)(?P<query>\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
"""What an address may consist of: no name or password before the host, no backslash, no fragment, no other characters."""
DISGUISED = re.compile("%(?:2e|2f|5c|00)", re.IGNORECASE)
"""Dots and slashes in disguise, which a server may take for the real ones."""
USUAL_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, kw_only=True)
class CallableAddress:
    """An address: `segments` are the parts of its path, `target` is what follows host and port in a request."""

    scheme: str
    host: str
    port: int
    segments: tuple[str, ...]
    target: str

    def lies_under(self, prefix: CallableAddress) -> bool:
        """Whether it has the scheme, the host and the port of a prefix, and begins with the segments of its path."""
        same = (self.scheme, self.host, self.port) == (prefix.scheme, prefix.host, prefix.port)
        return same and self.segments[: len(prefix.segments)] == prefix.segments


def read_address(text: str) -> CallableAddress | None:
    """An address that can mean one thing only; None for anything else."""
    found = ADDRESS.fullmatch(text)
    if found is None or DISGUISED.search(text):
        return None
    segments = found["path"].removeprefix("/").removesuffix("/").split("/")
    port = int(found["port"] or USUAL_PORTS[found["scheme"]])
    if not 0 < port < 65536 or {".", ".."} & set(segments) or ("" in segments and len(segments) > 1):
        return None
    return CallableAddress(
        scheme=found["scheme"],
        host=found["host"].lower(),
        port=port,
        segments=tuple(filter(None, segments)),
        target=(found["path"] or "/") + (found["query"] or ""),
    )
