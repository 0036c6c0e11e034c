"""The namespaces of Office Open XML by their customary prefixes, and its unit of length."""

from __future__ import annotations

EMU = 36_000
"""English metric units in a millimetre."""
OPEN = "http://schemas.openxmlformats.org"
MICROSOFT = "http://schemas.microsoft.com/office"
URIS = {
    "w": f"{OPEN}/wordprocessingml/2006/main",
    "wp": f"{OPEN}/drawingml/2006/wordprocessingDrawing",
    "a": f"{OPEN}/drawingml/2006/main",
    "pic": f"{OPEN}/drawingml/2006/picture",
    "r": f"{OPEN}/officeDocument/2006/relationships",
    "c": f"{OPEN}/drawingml/2006/chart",
    "mc": f"{OPEN}/markup-compatibility/2006",
    "wps": f"{MICROSOFT}/word/2010/wordprocessingShape",
    "wpg": f"{MICROSOFT}/word/2010/wordprocessingGroup",
    "wpc": f"{MICROSOFT}/word/2010/wordprocessingCanvas",
}
LINKS = f"{OPEN}/package/2006/relationships"
"""The namespace of a file's relationships."""
CONTENT_TYPES = f"{OPEN}/package/2006/content-types"
W, WP, A, PIC, R, C, MC, WPS, WPG, WPC = (f"{{{uri}}}" for uri in URIS.values())
"""The prefixes as lxml writes them before a name."""
FALLBACK = f"{MC}Fallback"
"""The second copy of a drawing, for programs that can't show the first."""


def declare(*prefixes: str) -> str:
    """The attributes that declare these prefixes in XML."""
    return " ".join(f'xmlns:{prefix}="{URIS[prefix]}"' for prefix in prefixes)
