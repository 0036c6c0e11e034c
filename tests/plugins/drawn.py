"""The order in which the schemas want the elements of a drawing."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

# The order of elements in the schemas of ECMA-376 part 1 (DrawingML, WordprocessingML) and of Microsoft's wps and wpg.
ORDER = {
    "inline": ("extent", "effectExtent", "docPr", "cNvGraphicFramePr", "graphic"),
    "graphic": ("graphicData",),
    "wgp": ("cNvPr", "cNvGrpSpPr", "grpSpPr", "wsp"),
    "grpSpPr": ("xfrm",),
    "wsp": ("cNvPr", "cNvSpPr", "cNvCnPr", "spPr", "style", "txbx", "bodyPr"),
    "spPr": ("xfrm", "custGeom", "prstGeom", "noFill", "solidFill", "ln"),
    "xfrm": ("off", "ext", "chOff", "chExt"),
    "prstGeom": ("avLst",),
    "custGeom": ("avLst", "gdLst", "ahLst", "cxnLst", "rect", "pathLst"),
    "pathLst": ("path",),
    "path": ("moveTo", "lnTo"),
    "ln": ("noFill", "solidFill", "prstDash", "round", "headEnd", "tailEnd"),
    "solidFill": ("srgbClr",),
    "txbx": ("txbxContent",),
    "bodyPr": ("noAutofit",),
    "p": ("pPr", "r"),
    "pPr": ("pStyle", "keepNext", "snapToGrid", "spacing", "ind", "jc"),
    "r": ("rPr", "t"),
    "rPr": ("rFonts", "b", "color", "spacing", "w", "sz", "szCs"),
}
LEAVES = {child for children in ORDER.values() for child in children} | {
    "graphicData",
    "txbxContent",
    "moveTo",
    "lnTo",
    "pt",
}


def out_of_order(inline: etree._Element) -> Iterator[str]:
    """The elements of a drawing in the line that are unknown, or whose children stand otherwise than the schema says."""
    for element in inline.iter("{*}*"):
        name, children = _name(element), [_name(child) for child in element]
        order = ORDER.get(name)
        if order is None:
            if name not in LEAVES:
                yield f"{name} is unknown"
        elif set(children) - set(order):
            yield f"{name} holds {', '.join(set(children) - set(order))}"
        elif [order.index(child) for child in children] != sorted(order.index(child) for child in children):
            yield f"{name} holds {', '.join(children)}"


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname
