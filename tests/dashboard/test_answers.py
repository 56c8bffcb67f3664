"""What many ask for at once is made once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.answers import Answers


def test_readers_who_ask_the_same_at_the_same_time_wait_for_one_answer() -> None:
    answers: Answers[str, int] = Answers(10)
    asked, may_go = [], threading.Event()

    def make() -> int:
        asked.append(1)
        may_go.wait(10)
        return 42

    with ThreadPoolExecutor(6) as readers:
        found = [readers.submit(answers.get, "question", make) for _ in range(6)]
        may_go.set()
        assert [one.result(10) for one in found] == [42] * 6
    assert len(asked) == 1


def test_who_asks_something_else_does_not_wait() -> None:
    answers: Answers[str, str] = Answers(10)
    may_go = threading.Event()

    def slow() -> str:
        return "slow" if may_go.wait(10) else "never"

    with ThreadPoolExecutor(1) as reader:
        waiting = reader.submit(answers.get, "one", slow)
        assert answers.get("other", lambda: "quick") == "quick"
        may_go.set()
        assert waiting.result(10) == "slow"


def test_a_failure_is_told_and_not_kept() -> None:
    answers: Answers[str, int] = Answers(10)
    with pytest.raises(ZeroDivisionError):
        answers.get("question", lambda: 1 // 0)
    assert answers.get("question", lambda: 7) == 7


def test_the_answers_longest_unused_go_first() -> None:
    answers: Answers[str, bytes] = Answers(10, len)
    for key in "abc":
        answers.get(key, lambda: b"1234")
    assert answers.get("c", lambda: b"anew") == b"1234"
    assert answers.get("a", lambda: b"anew") == b"anew", "ten bytes have no room for three answers of four"


def test_an_answer_larger_than_the_room_is_still_given() -> None:
    answers: Answers[str, bytes] = Answers(3, len)
    assert answers.get("large", lambda: b"123456") == b"123456"
