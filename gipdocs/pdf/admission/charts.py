"""Replaces the charts of a DOCX by vector pictures of them, which LibreOffice draws in a fraction of the time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, MutableMapping

from lxml import etree

from gipdocs.markup import parse_own
from gipdocs.ooxml import CONTENT_TYPES, EMU, URIS, WP, A, C, R, declare
from gipdocs.plots.drawing import draw, is_roomy
from gipdocs.plots.reading import is_drawn, read_plot
from gipdocs.relationships import TYPES, read_links, rels_of

FAMILY = "宋体"
"""The font of all text in a chart that is drawn here."""

TIMES = 10
"""How many times as large as its place a picture says to be: LibreOffice 25.2 rounds its size to whole pixels."""

SVG = "image/svg+xml"
IMAGE = f"{URIS['r']}/image"

Parts = MutableMapping[str, bytes]


def replace_charts(
    parts: Parts,
    types: MutableMapping[str, str],
    *,
    stories: Mapping[str, etree._Element],
    charts: Mapping[str, etree._Element],
) -> list[str]:
    """Replace every chart that can be drawn here, and return the texts of the pictures.

    `stories` are the parsed parts with paragraphs, `charts` the parsed charts. A chart of another kind stays as it is,
    and so does one that is shown twice.
    """
    found = [(story, *one) for story in stories for one in _find_charts(story, stories[story], parts)]
    shown = Counter(name for *_, name in found)
    texts: list[str] = []
    for story, holder, link, name in found:
        picture = _draw(charts[name], holder) if name in charts and shown[name] == 1 else None
        if picture is not None:
            _replace(parts, types, story=story, link=link, name=name, picture=picture)
            _show_picture(holder, link)
            texts += [text.text or "" for text in parse_own(picture).iter("{*}text")]
    return texts


def _find_charts(story: str, root: etree._Element, parts: Parts) -> Iterator[tuple[etree._Element, str, str]]:
    """The drawings of a part that hold a chart, with the relationship to it and its name."""
    holders = [one for one in root.iter(f"{WP}inline", f"{WP}anchor") if one.find(f".//{C}chart") is not None]
    targets = {link.id: link.target for link in read_links(parts[rels_of(story)], story)} if holders else {}
    for holder in holders:
        charts = list(holder.iter(f"{C}chart"))
        link = charts[0].get(f"{R}id", "")
        if len(charts) == 1 and link in targets:
            yield holder, link, targets[link]


def _draw(chart: etree._Element, holder: etree._Element) -> bytes | None:
    """The picture of a chart in the size of its drawing; None if it can't be drawn here."""
    extent = holder.find(f"{WP}extent")
    sides = [extent.get(side, "") for side in ("cx", "cy")] if extent is not None else [""]
    if not all(side.isdecimal() and 0 < int(side) < 10_000 * EMU for side in sides) or not is_drawn(chart):
        return None
    width, height = (int(side) / EMU for side in sides)
    plot = read_plot(chart, width_mm=width, height_mm=height)
    return draw(plot, family=FAMILY, times=TIMES).encode() if is_roomy(plot) else None


def _replace(
    parts: Parts, types: MutableMapping[str, str], *, story: str, link: str, name: str, picture: bytes
) -> None:
    """Put the picture in the place of the chart, in the list of types and in the relationships of its story."""
    new = f"{name}.svg"
    del parts[name], types[name]
    parts.pop(rels_of(name), None)
    types.pop(rels_of(name), None)
    parts[new], types[new] = picture, SVG
    listed = parse_own(parts[TYPES])
    for one in listed.iter(f"{{{CONTENT_TYPES}}}Override"):
        if one.get("PartName") == f"/{name}":
            one.set("PartName", f"/{new}")
            one.set("ContentType", SVG)
    parts[TYPES] = etree.tostring(listed)
    links = parse_own(parts[rels_of(story)])
    for one in links:
        if one.get("Id") == link:
            one.set("Type", IMAGE)
            one.set("Target", f"/{new}")
    parts[rels_of(story)] = etree.tostring(links)


def _show_picture(holder: etree._Element, link: str) -> None:
    """Make a drawing that held a chart show the picture of a relationship, in the same size."""
    data = next(holder.iter(f"{A}graphicData"))
    extent = holder.find(f"{WP}extent")
    assert extent is not None, "only a drawing with a size gets a picture"
    width, height = extent.get("cx"), extent.get("cy")
    picture = (
        f'<pic:pic {declare("pic", "a", "r")}><pic:nvPicPr><pic:cNvPr id="0" name=""/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{link}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    )
    data.set("uri", URIS["pic"])
    data[:] = [parse_own(picture)]
