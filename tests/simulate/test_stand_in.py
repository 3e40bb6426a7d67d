"""The stand-in as a server: it records, moves on to another day, misbehaves when told, and ends cleanly."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from http.client import RemoteDisconnected
from typing import Any
from urllib.error import HTTPError, URLError

import pytest
from plain_portal_client import data, path_of, post, question, rows, whole_province
from thoroughness import spread
from waiting import PATIENCE, until

from bochiso.intake.portal.answers import read_answers
from bochiso.rules.loader import load_rules
from bochiso.simulate.fault_injection import FaultKind, InjectedFault
from bochiso.simulate.portal import StandIn, main
from bochiso.simulate.portal_figures import simulate_portal
from bochiso.simulate.query import GROUPS, RESULTS
from bochiso.text import Lang

RULES = load_rules("qd766")
FIGURES = simulate_portal("H15", 1, date(2026, 10, 6))
DIGITISED = "dossier-digitized"


def status(portal: StandIn, service: str = RESULTS) -> int:
    """The HTTP status of one answer."""
    try:
        return post(portal.url, service, question(service))[0]
    except HTTPError as error:
        error.close()
        return error.code


def reasons(portal: StandIn) -> list[str]:
    """Why the intake refuses what it reads, in Vietnamese."""
    intake = read_answers(whole_province(portal.url), RULES)
    return [refusal.render(Lang.VI) for refusal in intake.refusals]


def test_requests_are_recorded_in_order() -> None:
    with StandIn(FIGURES) as portal:
        status(portal)
        status(portal, DIGITISED)
    first, second = portal.requests
    assert (first.path, second.path) == (path_of(RESULTS), path_of(DIGITISED))
    assert first.body == question(RESULTS)
    assert first.user_agent == "test"
    assert first.time < second.time
    assert first.time.utcoffset() == timedelta(0)


def test_the_next_day_has_other_figures_and_the_day_before_the_same() -> None:
    with StandIn(FIGURES) as portal:
        first = data(portal.url, RESULTS)
        portal.day = date(2026, 10, 7)
        second = data(portal.url, RESULTS)
        portal.day = date(2026, 10, 6)
        assert data(portal.url, RESULTS) == first
    assert portal.day == FIGURES.day
    assert second["evaluation"] != first["evaluation"]


def test_two_stand_ins_answer_the_same_bytes() -> None:
    with StandIn(FIGURES) as one, StandIn(simulate_portal("H15", 1, FIGURES.day)) as other:
        assert whole_province(one.url) == whole_province(other.url)


def test_an_unknown_path_is_404() -> None:
    with StandIn(FIGURES) as portal, pytest.raises(HTTPError) as caught:
        post(portal.url + "/x", RESULTS, {})
    with caught.value as error:
        assert error.code == 404


def test_errors_pass_after_their_times() -> None:
    with StandIn(FIGURES, faults=[InjectedFault(FaultKind.ERROR, status=502, times=2)]) as portal:
        assert [status(portal) for _ in range(3)] == [502, 502, 201]


def test_a_fault_can_wait_and_keep_to_one_service() -> None:
    with StandIn(FIGURES) as portal:
        portal.fail(InjectedFault(FaultKind.ERROR, service=DIGITISED, skip=1, times=1))
        assert [status(portal) for _ in range(3)] == [201, 201, 201]
        assert [status(portal, DIGITISED) for _ in range(3)] == [201, 500, 201]


def test_forbidden_is_403() -> None:
    with StandIn(FIGURES, faults=[InjectedFault(FaultKind.FORBIDDEN)]) as portal:
        assert status(portal) == 403


@pytest.mark.parametrize("after", [None, 30])
def test_too_many_says_when_to_come_back_or_not(after: int | None) -> None:
    with StandIn(FIGURES, faults=[InjectedFault(FaultKind.TOO_MANY, retry_after=after)]) as portal:
        with pytest.raises(HTTPError) as caught:
            post(portal.url, RESULTS, question(RESULTS))
        with caught.value as error:
            assert error.code == 429
            assert error.headers["Retry-After"] == (None if after is None else str(after))


def test_the_firewalls_page_comes_with_200() -> None:
    with StandIn(FIGURES, faults=[InjectedFault(FaultKind.HTML, service=DIGITISED)]) as portal:
        code, body = post(portal.url, DIGITISED, question(DIGITISED))
        assert code == 200
        assert b"Request Rejected" in body
        (reason,) = reasons(portal)
    assert reason.startswith("dossier-digitized-1.json: ")
    assert "Request Rejected" in reason


def test_slow_is_right_in_the_end() -> None:
    with StandIn(FIGURES, faults=[InjectedFault(FaultKind.SLOW, seconds=0.2, times=1)]) as portal:
        assert status(portal) == 201


def test_a_client_that_gives_up_waiting_disturbs_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    with StandIn(FIGURES, faults=[InjectedFault(FaultKind.SLOW, seconds=0.2, times=1)]) as portal:
        with pytest.raises((TimeoutError, URLError)):
            post(portal.url, RESULTS, question(RESULTS), timeout=0.05)
        assert status(portal) == 201
        time.sleep(0.2)
    assert capfd.readouterr().err == ""


def test_a_slow_answer_is_waited_for_by_no_other_client_and_not_at_the_end() -> None:
    with StandIn(FIGURES, faults=[InjectedFault(FaultKind.SLOW, seconds=1000, times=1)]) as portal:
        caught: list[BaseException] = []

        def ask() -> None:
            try:
                post(portal.url, RESULTS, question(RESULTS))
            except (OSError, RemoteDisconnected) as error:
                caught.append(error)

        client = threading.Thread(target=ask)
        client.start()
        until(lambda: bool(portal.requests))
        assert status(portal) == 201
        assert client.is_alive()
    client.join(PATIENCE)
    assert len(caught) == 1


def test_a_dropped_connection_answers_nothing() -> None:
    with (
        StandIn(FIGURES, faults=[InjectedFault(FaultKind.DROPPED)]) as portal,
        pytest.raises((RemoteDisconnected, ConnectionError)),
    ):
        post(portal.url, RESULTS, question(RESULTS))


def test_truncated_is_no_json() -> None:
    with StandIn(FIGURES, faults=[InjectedFault(FaultKind.TRUNCATED)]) as portal:
        _, body = post(portal.url, RESULTS, question(RESULTS))
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


@pytest.mark.parametrize("service", spread([RESULTS, *GROUPS], 3))
def test_a_score_as_text_is_text(service: str) -> None:
    with StandIn(FIGURES, faults=[InjectedFault(FaultKind.SCORE_AS_TEXT, service=service)]) as portal:
        row = rows(data(portal.url, service))[0]
        found = reasons(portal)
    scores = [holder.get("score", holder.get("totalScore")) for holder in row.get("metrics", [row])]
    assert [type(score) for score in scores].count(str) == 1
    assert len(found) in (1, 2)  # one on each page
    assert found[0].startswith(f"{service}-1.json, dòng 1, cột ")


@pytest.mark.parametrize("service", spread([RESULTS, *GROUPS], 3))
def test_a_numerator_as_an_object_is_refused_with_its_place(service: str) -> None:
    with StandIn(FIGURES, faults=[InjectedFault(FaultKind.NUMERATOR_AS_OBJECT, service=service)]) as portal:
        found = reasons(portal)
    assert found[0].startswith(f"{service}-1.json, dòng 1, cột ")
    assert '{"value":' in found[0]


def test_a_missing_group_is_missing_from_the_totals() -> None:
    with StandIn(FIGURES, faults=[InjectedFault(FaultKind.MISSING_GROUP, service=RESULTS)]) as portal:
        found = data(portal.url, RESULTS, root=None)
    assert all("MDSH" not in row["groupScores"] for row in found["evaluation"])


@pytest.mark.parametrize("service", list(GROUPS))
def test_a_missing_group_leaves_its_service_empty(service: str) -> None:
    with StandIn(FIGURES, faults=[InjectedFault(FaultKind.MISSING_GROUP, service=service)]) as portal:
        found = data(portal.url, service)
    assert list(found.values()) in ([None, []], [[], None])


def test_a_new_field_changes_no_figure() -> None:
    with StandIn(FIGURES) as portal:
        before = read_answers(whole_province(portal.url), RULES)
        portal.fail(InjectedFault(FaultKind.NEW_FIELD))
        assert "rankingNote" in rows(data(portal.url, DIGITISED))[0]
        assert read_answers(whole_province(portal.url), RULES) == before


def test_a_renamed_unit_keeps_its_code() -> None:
    def names(found: dict[str, Any]) -> dict[str, str]:
        return {row["departmentCode"]: row["departmentName"] for row in rows(found)}

    with StandIn(FIGURES) as portal:
        before = names(data(portal.url, DIGITISED, size=200))
        portal.fail(InjectedFault(FaultKind.RENAMED_UNIT))
        after = names(data(portal.url, DIGITISED, size=200))
    assert before.keys() == after.keys()
    ((old, new),) = [(before[code], after[code]) for code in before if before[code] != after[code]]
    assert (old, new) == ("UBND xã Hòa Phú", "UBND phường Hòa Phú")


def test_torn_totals_are_those_of_the_day_before() -> None:
    def totals(found: dict[str, Any]) -> dict[str, float]:
        return {row["departmentCode"]: row["totalScore"] for row in rows(found)}

    with StandIn(FIGURES) as portal:
        today = totals(data(portal.url, RESULTS, size=200))
        portal.fail(InjectedFault(FaultKind.TORN))
        torn = totals(data(portal.url, RESULTS, size=200))
        found = reasons(portal)
        portal.day = FIGURES.day - timedelta(days=1)
    yesterday = {each.unit.code: float(each.total or 0) for each in portal.figures.units}
    differing = {code for code in today if torn[code] != today[code]}
    assert 5 < len(differing) < 60
    assert {code: torn[code] for code in differing} == {code: yesterday[code] for code in differing}
    # Of the three units that one service lacks a tear can't be seen.
    assert len(found) == len(differing - FIGURES.absent["TTTT"])
    assert all("Cổng đang tính lại" in reason for reason in found)


def test_it_runs_from_the_command_line_until_interrupted() -> None:
    command = [sys.executable, "-m", "bochiso.simulate.portal", "--port", "0", "--day", "06/10/2026"]
    # Tests that a shell runs in the background ignore an interruption, and so would what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = line.split(" đang chạy tại ")[1].split(". Nhấn")[0]
            assert line.startswith("Cổng mô phỏng của UBND tỉnh Đắk Lắk (H15), số liệu ngày 06/10/2026,")
            assert data(url, RESULTS)["overview"]["totalScore"] == float(FIGURES.province.total or 0)
            os.kill(process.pid, signal.SIGINT)
            assert process.wait(timeout=PATIENCE) == 0
        finally:
            process.kill()


def test_the_command_line_refuses_what_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--province", "H99", "--day", "2026-10-06"]) == 2
    assert capsys.readouterr().err == "ngày 06/10/2026 không có tỉnh, thành phố mã H99. Ghi mã như H15.\n"
    with StandIn(FIGURES) as portal:
        port = portal.url.rsplit(":", 1)[1]
        assert main(["--port", port]) == 2
    assert capsys.readouterr().err == f"không mở được cổng mạng {port}.\n"
