"""Passwords: what is refused, how they are hashed, and that every verification is the same work."""

from __future__ import annotations

import threading
from typing import Any

import argon2
import pytest
from argon2 import extract_parameters

from gipdocs.access import passwords
from gipdocs.access.passwords import check_new, hash_password, is_common, is_outdated, verify_password
from gipdocs.errors import InvalidInput, TooManyRequests

GOOD = "台灯 kuangquanshui 7 号"


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P@ssw0rd2026!",
        "qwertyuiop12",
        "woaini1314520",
        "zhengfu@2026xx",
        "aaaaaaaaaaaa",
        "123456123456",
        "1qaz2wsx3edc",
        "Xinxigongkai#2025",
        "ｐａｓｓｗｏｒｄ１２３４",
        "lifang20260101",
        "fang-li.Li Fang",
        "20260101-20261231",
    ],
)
def test_what_many_would_try_is_common(password: str) -> None:
    assert is_common(password, name="lifang" if password.startswith("lifang") else "li fang")
    with pytest.raises(InvalidInput) as caught:
        check_new(password, name="lifang")
    assert password not in str(caught.value)


@pytest.mark.parametrize(
    "password", [GOOD, "correct horse battery staple", "Hj7#kdPw29xL", "晴川历历汉阳树芳草萋萋鹦鹉"]
)
def test_other_passwords_of_twelve_characters_may_be_set(password: str) -> None:
    check_new(password, name="lifang")


@pytest.mark.parametrize("password", ["", "Hj7#kdPw29x", "x7" * 129])
def test_a_password_has_a_length(password: str) -> None:
    with pytest.raises(InvalidInput, match="12至256个字符"):
        check_new(password, name="lifang")


def test_the_hash_is_argon2id_with_the_costs_that_were_measured() -> None:
    found = extract_parameters(hash_password(GOOD))
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (argon2.Type.ID, 19 * 1024, 2, 1)
    assert not is_outdated(hash_password(GOOD))
    assert is_outdated(argon2.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(GOOD))


def test_a_password_is_verified_however_its_characters_were_typed() -> None:
    known = hash_password("Ｈj7＃kdPw29xL")
    assert verify_password(known, "Hj7#kdPw29xL")
    assert not verify_password(known, "hj7#kdPw29xL") and not verify_password(known, "")
    assert not verify_password(None, "nobody's password") and not verify_password("no hash", GOOD)
    assert not verify_password(hash_password("长" * 256), "长" * 257)


def test_no_more_than_two_are_verified_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most, go = [0], [0], threading.Event()
    known, real = hash_password(GOOD), passwords._hasher

    class Watched:
        def verify(self, *given: Any) -> bool:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            go.wait(5)
            inside[0] -= 1
            return real.verify(*given)

        def hash(self, password: str) -> str:
            return real.hash(password)

    monkeypatch.setattr(passwords, "_hasher", Watched())
    monkeypatch.setattr(passwords, "PATIENCE_SECONDS", 0.2)
    threads = [threading.Thread(target=verify_password, args=(known, GOOD)) for _ in range(2)]
    for thread in threads:
        thread.start()
    while inside[0] < 2:
        pass
    with pytest.raises(TooManyRequests, match="稍后再试"):
        verify_password(known, GOOD)
    go.set()
    for thread in threads:
        thread.join()
    assert most[0] == 2
