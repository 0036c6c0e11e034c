"""Findings explain themselves: one order and one name for each severity, whoever asks."""

from __future__ import annotations

from gipdocs.findings import GRADES, Finding, count_by_gravity, doubt, explain, fault, note, order_by_gravity

FOUND = [note("N", "甲。"), fault("F", "乙。", "/1", basis="《某法》第一条"), doubt("D", "丙。"), fault("G", "丁。")]


def test_the_gravest_come_first_and_equals_stay_in_their_order() -> None:
    assert [one.code for one in order_by_gravity(FOUND)] == ["F", "G", "D", "N"]
    assert list(GRADES) == ["error", "warning", "info"]


def test_every_severity_is_counted_also_if_there_is_none_of_it() -> None:
    assert count_by_gravity(FOUND) == "必须改正2处，请核实1处，供参考1处"
    assert count_by_gravity([]) == "必须改正0处，请核实0处，供参考0处"


def test_findings_are_explained_in_numbered_blocks_with_place_and_basis() -> None:
    def place(finding: Finding) -> str:
        return f"第{finding.pointer[1:]}段：" if finding.pointer else ""

    assert explain(FOUND, place) == (
        "【必须改正】2处\n1. [F] 第1段：乙。（依据：《某法》第一条）\n2. [G] 丁。"
        "\n\n【请核实】1处\n1. [D] 丙。\n\n【供参考】1处\n1. [N] 甲。"
    )
    assert explain([]) == "没有发现问题。"
