"""The official tables as grids of cells: labels with spans, figures with paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gipdocs.writing import quote

Kind = Literal["count", "signed", "money"]
Scope = Literal["", "col", "colgroup", "row", "rowgroup"]
Tree = Mapping[str, Any]
"""A node of the data file: `label` with either `key` or deeper `rows`."""

TABLE_NAMES: Mapping[str, str] = {"table2": "表二", "table3": "表三", "table4": "表四"}
"""What the tables are called, by their keys."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number required by the form.

    `path` is its name in a record ("table3.granted.total"), `pointer` its JSON pointer there. `kind`: a count from 0,
    a signed count, or an amount of money with decimals. The labels are those of its row and of its column.
    """

    path: str
    pointer: str
    kind: Kind
    row_label: str
    column_label: str
    place: str


@dataclass(frozen=True, kw_only=True)
class FormCell:
    """A cell of the grid: a label, or the place of a figure; `scope` as in an HTML header cell."""

    text: str = ""
    figure: Figure | None = None
    rows: int = 1
    columns: int = 1
    scope: Scope = ""


@dataclass(frozen=True, kw_only=True)
class FormTable:
    """One table as printed: rows of cells, each cell only in the row and column where it begins.

    `head_rows` repeat on every page; `widths` are the column widths in twips, or empty for equal columns.
    """

    key: str
    columns: int
    rows: tuple[tuple[FormCell, ...], ...]
    head_rows: int = 0
    widths: tuple[int, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure in the order of the form."""
        return tuple(cell.figure for row in self.rows for cell in row if cell.figure)


def build_table2(data: Mapping[str, Any]) -> FormTable:
    """Table 2: blocks of a title, a header and rows; the value columns of a block share the width evenly."""
    rows: list[tuple[FormCell, ...]] = []
    for block in data["blocks"]:
        first, *labels = block["header"]
        wide = (data["columns"] - 1) // len(labels)
        rows.append((FormCell(text=block["title"], columns=data["columns"], scope="colgroup"),))
        rows.append(
            (FormCell(text=first, scope="col"), *(FormCell(text=label, columns=wide, scope="col") for label in labels))
        )
        for key, label in block["rows"]:
            figures = [
                Figure(
                    path=f"table2.{key}.{field}",
                    pointer=f"/table2/{key}/{field}",
                    kind=kind,
                    row_label=label,
                    column_label=column,
                    place=f"表二{quote(label)}{column}",
                )
                for (field, kind), column in zip(block["fields"], labels, strict=True)
            ]
            rows.append(
                (FormCell(text=label, scope="row"), *(FormCell(figure=figure, columns=wide) for figure in figures))
            )
    return FormTable(key="table2", columns=data["columns"], rows=tuple(rows))


def build_table3(data: Mapping[str, Any], form: str) -> FormTable:
    """Table 3: a tree of row labels beside seven columns of figures."""
    labels, columns = data["label_columns"], data["columns"]
    *kinds, total = [label for _, label in columns]
    person, *organisations = kinds
    head: list[tuple[FormCell, ...]] = [
        (FormCell(text=data["corner"], rows=3, columns=labels), _over(data["applicants"], len(columns))),
        (
            FormCell(text=person, rows=2, scope="col"),
            _over(data["organisations"], len(organisations)),
            FormCell(text=total, rows=2, scope="col"),
        ),
        tuple(FormCell(text=label, scope="col") for label in organisations),
    ]
    body = [
        (*cells, *(FormCell(figure=_figure3(key, label, i, column)) for i, column in enumerate(columns)))
        for key, label, cells in _branches(data["rows"], form, labels)
    ]
    return FormTable(
        key="table3",
        columns=labels + len(columns),
        rows=(*head, *body),
        head_rows=len(head),
        widths=tuple(data["widths"]),
    )


def build_table4(data: Mapping[str, Any]) -> FormTable:
    """Table 4: groups, some of them in two levels, each with the same results; one row of figures."""
    results = data["results"]
    words = tuple(FormCell(text=label, scope="col") for _, label in results)
    first = tuple(_over(group["label"], len(results) * len(group.get("groups", [0]))) for group in data["groups"])
    second: list[FormCell] = []
    third: list[FormCell] = []
    figures: list[FormCell] = []
    for group in data["groups"]:
        for part in group.get("groups", [group]):
            if part is group:
                second += [FormCell(text=label, rows=2, scope="col") for _, label in results]
            else:
                second.append(_over(part["label"], len(results)))
                third += words
            figures += [FormCell(figure=_figure4(part, key, label)) for key, label in results]
    return FormTable(
        key="table4", columns=len(figures), rows=(first, tuple(second), tuple(third), tuple(figures)), head_rows=3
    )


def leaves(rows: Sequence[Tree], form: str) -> Iterator[tuple[str, str | None]]:
    """Every row key of table 3, with the letter of its group."""
    for node in rows:
        if form not in node.get("forms", [form]):
            continue
        for key, group in leaves(node["rows"], form) if "rows" in node else [(node["key"], None)]:
            yield key, group or node.get("group")


def _over(label: str, columns: int) -> FormCell:
    return FormCell(text=label, columns=columns, scope="colgroup")


def _branches(rows: Sequence[Tree], form: str, width: int) -> Iterator[tuple[str, str, tuple[FormCell, ...]]]:
    """(key, full label, label cells) of each row; a parent's cell is in the first row of its children."""
    for node in rows:
        if form not in node.get("forms", [form]):
            continue
        if "rows" not in node:
            yield node["key"], node["label"], (FormCell(text=node["label"], columns=width, scope="row"),)
            continue
        inner = list(_branches(node["rows"], form, width - 1))
        parent = FormCell(text=node["label"], rows=len(inner), scope="rowgroup")
        for i, (key, label, cells) in enumerate(inner):
            full = f"{node['label']}—{label}" if node.get("group") else label
            yield key, full, (parent, *cells) if i == 0 else cells


def _figure3(key: str, row: str, index: int, column: Sequence[str]) -> Figure:
    name, label = column
    return Figure(
        path=f"table3.{key}.{name}",
        pointer=f"/table3/rows/{key}/{index}",
        kind="count",
        row_label=row,
        column_label=label,
        place=f"表三{quote(row)}{label}",
    )


def _figure4(group: Tree, key: str, label: str) -> Figure:
    return Figure(
        path=f"table4.{group['key']}.{key}",
        pointer=f"/table4/{group['key']}/{key}",
        kind="count",
        row_label=group["label"],
        column_label=label,
        place=f"表四{quote(group['label'])}{label}",
    )
