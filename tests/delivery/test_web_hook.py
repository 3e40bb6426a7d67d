"""A real webhook on loopback: its forms, 500, redirects, inner addresses, no answer."""

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hook_servers import Hook, hook_server

from bochiso.delivery.outgoing import ChannelDownError, Delivery, MessageFate, OutgoingMessage
from bochiso.delivery.secrets_of_machine import WEBHOOK_SECRET, secret_of
from bochiso.delivery.web_hook import WebHook
from bochiso.errors import StoreError
from bochiso.followup.delivery_settings import WebhookForm, WebhookSettings
from bochiso.text import Lang

MESSAGE = OutgoingMessage(
    "digest:1", "", "Bộ chỉ số 766", "Tổng điểm 74,33", datetime(2026, 10, 7, tzinfo=UTC)
)


def posted(hook: Hook, form: WebhookForm = WebhookForm.PLAIN, path: str = "/", secret: str = "") -> Delivery:
    way = WebHook(WebhookSettings(f"{hook.url}{path}", form, "42", inner=True), secret, 1)
    try:
        return way.send(MESSAGE, lambda: None)
    finally:
        way.close()


def test_each_form_is_as_its_receiver_takes_it_and_the_secret_is_where_it_belongs() -> None:
    with hook_server() as hook:
        for form in WebhookForm:
            assert posted(hook, form, "/bot{secret}/x", "12:ab").fate is MessageFate.SENT
    (plain, telegram, zalo) = hook.calls
    assert {call[0] for call in hook.calls} == {"/bot12:ab/x"}
    assert plain[1] == {"key": MESSAGE.key, "subject": MESSAGE.subject, "text": MESSAGE.body}
    assert (telegram[1]["chat_id"], telegram[1]["text"]) == ("42", "Bộ chỉ số 766\n\nTổng điểm 74,33")
    assert zalo[1]["recipient"] == {"user_id": "42"}
    assert (zalo[2]["access_token"], "access_token" in telegram[2]) == ("12:ab", False)
    assert plain[2]["idempotency-key"] == MESSAGE.key


@pytest.mark.parametrize(
    ("status", "fate"),
    [
        (500, MessageFate.LATER), (429, MessageFate.LATER), (404, MessageFate.REFUSED),
        (302, MessageFate.REFUSED), (307, MessageFate.REFUSED), (204, MessageFate.SENT),
    ],
)  # fmt: skip
def test_an_answer_says_what_becomes_of_the_message_and_no_redirect_is_followed(
    status: int, fate: MessageFate
) -> None:
    with hook_server(Hook(status=status)) as hook:
        found = posted(hook)
    assert (found.fate, len(hook.calls)) == (fate, 1)
    assert found.why is None or str(status) in found.why.render(Lang.VI)


def test_a_call_that_was_taken_and_not_answered_is_unsure_and_one_that_never_went_is_not() -> None:
    with hook_server(Hook(die=True)) as hook:
        assert posted(hook).fate is MessageFate.UNSURE
    assert posted(hook).fate is MessageFate.LATER


def test_an_answer_that_never_ends_holds_nothing_up_and_its_body_is_not_waited_for() -> None:
    with hook_server(Hook(dribble="body")) as hook:
        assert posted(hook).fate is MessageFate.SENT
    with hook_server(Hook(dribble="head")) as hook:
        found = WebHook(WebhookSettings(hook.url, inner=True), None, 0.2).send(MESSAGE, lambda: None)
        assert found.fate is MessageFate.UNSURE


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "10.0.0.5",
        "169.254.169.254",
        "[::1]",
        "0x7f.1",
        "2130706433",
        "017700000001",
        "[::ffff:10.0.0.5]",
        "[::10.0.0.5]",
        "[2002:a00:5::1]",
        "[64:ff9b::a00:5]",
        "0",
        "localhost.",
    ],
)
def test_an_inner_address_is_refused_whatever_it_is_called_unless_it_is_allowed(host: str) -> None:
    handed: list[int] = []
    with pytest.raises(ChannelDownError, match=r"inside the network|no host"):
        WebHook(WebhookSettings(f"https://{host}/x"), None, 1).send(MESSAGE, lambda: handed.append(1))
    assert handed == []


def test_a_name_that_means_an_inner_address_alone_or_beside_an_outer_one_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for meant in (
        ("1.1.1.1", "10.0.0.5"),
        ("10.0.0.5",),
        ("2606:4700::1111", "fe80::1%eth0"),
        ("::ffff:0:a00:5",),
    ):
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, 443)) for each in meant]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, found=found, **__: found)
        with pytest.raises(ChannelDownError, match="inside the network"):
            WebHook(WebhookSettings("https://chat.example.vn/x"), None, 1).send(MESSAGE, lambda: None)


def test_a_secret_comes_from_the_environment_or_a_file_that_is_read_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ChannelDownError, match="BOCHISO_WEBHOOK_SECRET"):
        WebHook(WebhookSettings("https://1.1.1.1/{secret}"), None, 1).send(MESSAGE, lambda: None)
    kept = tmp_path / "khóa"
    monkeypatch.setenv(f"{WEBHOOK_SECRET}_FILE", str(kept))
    with pytest.raises(StoreError, match="password's file"):
        secret_of(WEBHOOK_SECRET)
    for token in ("một", "hai"):
        kept.write_text(f"{token}\n", "utf-8")
        assert secret_of(WEBHOOK_SECRET) == token
    monkeypatch.setenv(WEBHOOK_SECRET, "ba")
    assert secret_of(WEBHOOK_SECRET) == "ba"
