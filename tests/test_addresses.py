"""An address that may be called is read strictly, and lies under a prefix or doesn't."""

from __future__ import annotations

import pytest

from gipdocs.addresses import read_address

PREFIX = "https://oa.example.gov.cn/hooks"
UNDER = {
    "another case of the host": "https://OA.Example.gov.cn/hooks/a",
    "below": "https://oa.example.gov.cn/hooks/a/b",
    "itself": "https://oa.example.gov.cn/hooks",
    "query": "https://oa.example.gov.cn/hooks?token=a/../b",
    "slash": "https://oa.example.gov.cn/hooks/",
    "usual port": "https://oa.example.gov.cn:443/hooks/a",
}
ELSEWHERE = {
    "another host": "https://oa.example.gov.cn.evil.example/hooks/a",
    "another path": "https://oa.example.gov.cn/hook",
    "another port": "https://oa.example.gov.cn:8443/hooks/a",
    "longer segment": "https://oa.example.gov.cn/hooksevil",
    "no tls": "http://oa.example.gov.cn/hooks/a",
    "root": "https://oa.example.gov.cn",
    "subdomain": "https://a.oa.example.gov.cn/hooks",
    "trailing dot": "https://oa.example.gov.cn./hooks",
}
NOTHING = {
    "backslash": "https://oa.example.gov.cn\\hooks/a",
    "blank": "https://oa.example.gov.cn/hooks/a b",
    "chinese": "https://oa.example.gov.cn/hooks/甲",
    "disguised dots": "https://oa.example.gov.cn/hooks/%2E%2e/a",
    "disguised slash": "https://oa.example.gov.cn/hooks/..%2fa",
    "dots": "https://oa.example.gov.cn/hooks/../a",
    "empty": "",
    "file": "file:///etc/passwd",
    "fragment": "https://oa.example.gov.cn/hooks#a",
    "line break": "https://oa.example.gov.cn/hooks\r\nX: y",
    "line break at the end": "https://oa.example.gov.cn/hooks\n",
    "no host": "https:///hooks",
    "port": "https://oa.example.gov.cn:99999/hooks",
    "two slashes": "https://oa.example.gov.cn//hooks",
    "user": "https://oa.example.gov.cn@evil.example/hooks",
}


def lies_under(url: str) -> bool:
    address, prefix = read_address(url), read_address(PREFIX)
    assert prefix is not None
    return address is not None and address.lies_under(prefix)


@pytest.mark.parametrize("case", UNDER)
def test_what_lies_under_a_prefix(case: str) -> None:
    assert lies_under(UNDER[case])


@pytest.mark.parametrize("case", ELSEWHERE)
def test_what_only_looks_so(case: str) -> None:
    assert read_address(ELSEWHERE[case]) is not None and not lies_under(ELSEWHERE[case])


@pytest.mark.parametrize("case", NOTHING)
def test_what_could_mean_several_things_is_no_address(case: str) -> None:
    assert read_address(NOTHING[case]) is None


def test_a_prefix_without_a_path_permits_a_whole_host() -> None:
    host, below = read_address("https://a.example:8443"), read_address("https://a.example:8443/x?y=1")
    assert host and below and below.lies_under(host) and below.target == "/x?y=1" and host.target == "/"
