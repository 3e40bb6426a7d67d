"""Letters to a real mail server: over TLS, refused, hung up on, never answered."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from mail_servers import Mailbox, certificate, mail_server

from bochiso.delivery.mail_server import MailServer, letter
from bochiso.delivery.outgoing import ChannelDownError, Delivery, MessageFate, OutgoingMessage
from bochiso.followup.delivery_settings import MailSecurity, MailSettings
from bochiso.text import Lang

AT = datetime(2026, 10, 7, 0, 0, tzinfo=UTC)
STOP = "https://chiso.example.vn/thoi-nhan-tin/lan/abc"
BODY = "Việc đang chờ đơn vị:\n.một dòng bắt đầu bằng dấu chấm\n- 12 hồ sơ quá hạn"


def message(n: int = 1) -> OutgoingMessage:
    return OutgoingMessage(f"unit:{n}", f"lan{n}@example.vn", "Bộ chỉ số 766:\r\nSở Y tế", BODY, AT, STOP)


def settings(
    box: Mailbox, security: MailSecurity = MailSecurity.NONE, user: str | None = None
) -> MailSettings:
    return MailSettings("127.0.0.1", "chiso@example.vn", box.port, security, user)


def sent(box: Mailbox, n: int = 1, wait: float = 5.0) -> Delivery:
    server = MailServer(settings(box), None, wait)
    handed: list[int] = []
    try:
        found = server.send(message(n), lambda: handed.append(len(box.letters)))
        assert handed == [0] or found.fate is not MessageFate.SENT
        return found
    finally:
        server.close()


def test_a_letter_arrives_as_it_was_written_and_its_number_is_that_of_its_key() -> None:
    with mail_server() as box:
        assert sent(box).fate is MessageFate.SENT
    (found,) = box.letters
    assert box.people == ["lan1@example.vn"]
    assert found.get_content().replace("\r\n", "\n").strip() == BODY
    assert found["Subject"] == "Bộ chỉ số 766: Sở Y tế"
    assert found["List-Unsubscribe"] == f"<{STOP}>"
    assert found["Message-ID"] == letter(message(), "chiso@example.vn")["Message-ID"]
    assert found["Message-ID"] != letter(message(2), "chiso@example.vn")["Message-ID"]


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_the_password_goes_over_tls_alone_and_a_strangers_certificate_is_not_believed(
    security: MailSecurity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, context = certificate(tmp_path)
    with mail_server(Mailbox(context=context, wrapped=security is MailSecurity.TLS)) as box:
        server = MailServer(settings(box, security, "chiso"), "mật khẩu", 5)
        with pytest.raises(ChannelDownError, match="certificate"):
            server.send(message(), lambda: None)
        assert box.logins == []
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        assert [server.send(message(n), lambda: None).fate for n in (1, 2)] == [MessageFate.SENT] * 2
        server.close()
        assert (box.logins, len(box.letters), box.connections) == (["chiso:mật khẩu"], 2, 2)
        wrong = MailServer(settings(box, security, "chiso"), "sai", 5)
        with pytest.raises(ChannelDownError, match="wrong account or password"):
            wrong.send(message(), lambda: None)


@pytest.mark.parametrize(
    ("answers", "fate"),
    [
        ({"RCPT": "550 no such user"}, MessageFate.REFUSED),
        ({"RCPT": "451 try later"}, MessageFate.LATER),
        ({"MAIL": "452 full"}, MessageFate.LATER),
        ({"DATA": "554 no"}, MessageFate.REFUSED),
        ({"END": "554 spam"}, MessageFate.REFUSED),
        ({"END": "452 full"}, MessageFate.LATER),
    ],
)
def test_a_refusal_says_whether_it_is_for_ever_and_the_next_letter_goes(
    answers: dict[str, str], fate: MessageFate
) -> None:
    with mail_server(Mailbox(answers=dict(answers))) as box:
        server = MailServer(settings(box), None, 5)
        found = server.send(message(1), lambda: None)
        box.answers.clear()
        assert server.send(message(2), lambda: None).fate is MessageFate.SENT
        server.close()
    assert found.fate is fate
    assert found.why is not None
    assert next(iter(answers.values()))[:3] in found.why.render(Lang.VI)
    assert (box.people, box.connections) == (["lan2@example.vn"], 1)


@pytest.mark.parametrize("where", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_server_that_cuts_or_hangs_before_it_has_the_letter_is_down_and_nothing_was_handed_over(
    where: str,
) -> None:
    handed: list[int] = []
    for box in (Mailbox(die=where), Mailbox(hang=where)):
        with mail_server(box), pytest.raises(ChannelDownError):
            MailServer(settings(box), None, 0.2).send(message(), lambda: handed.append(1))
        assert (handed, box.letters) == ([], [])


@pytest.mark.parametrize("box", [Mailbox(die="END"), Mailbox(hang="END")])
def test_a_letter_that_was_taken_and_never_answered_for_is_unsure(box: Mailbox) -> None:
    with mail_server(box):
        found = sent(box, wait=0.2)
    assert found.fate is MessageFate.UNSURE


def test_a_server_that_ends_a_connection_after_some_letters_gets_the_rest_by_another() -> None:
    for word, said in (("MAIL", "421 too many letters"), ("MAIL", ""), ("RCPT", "")):
        box = Mailbox()

        def tired(_: str, box: Mailbox = box, word: str = word, said: str = said) -> None:
            ends = box.connections == 1 and len(box.letters) == 2
            box.answers = {word: said} if ends and said else {}
            box.die = word if ends and not said else ""

        box.at = tired
        with mail_server(box):
            server = MailServer(settings(box), None, 5)
            assert [server.send(message(n), lambda: None).fate for n in range(4)] == [MessageFate.SENT] * 4
            server.close()
        assert (len(box.letters), box.connections) == (4, 2)


def test_who_refuses_a_letter_and_hangs_up_has_refused_that_letter_and_no_other() -> None:
    with mail_server(Mailbox(answers={"RCPT": "550 no such user"}, die="RSET")) as box:
        server = MailServer(settings(box), None, 5)
        assert server.send(message(1), lambda: None).fate is MessageFate.REFUSED
        box.answers, box.die = {}, ""
        assert server.send(message(2), lambda: None).fate is MessageFate.SENT
        server.close()


@pytest.mark.parametrize(
    "answers", [{"MAIL": "550 not your address"}, {"RCPT": "530 sign in first"}, {"MAIL": "421 closing"}]
)
def test_what_is_said_against_the_sender_refuses_no_letter(answers: dict[str, str]) -> None:
    with mail_server(Mailbox(answers=answers)) as box:
        server = MailServer(settings(box), None, 5)
        with pytest.raises(ChannelDownError, match=next(iter(answers.values()))):
            server.send(message(), lambda: None)
        box.answers = {}
        assert server.send(message(), lambda: None).fate is MessageFate.SENT
        server.close()


def test_a_server_that_dribbles_its_answer_without_end_is_cut_off() -> None:
    with mail_server(Mailbox(dribble="RCPT")) as box, pytest.raises(ChannelDownError):
        MailServer(settings(box), None, 0.2).send(message(), lambda: None)
    with mail_server(Mailbox(dribble="END")) as box:
        assert sent(box, wait=0.2).fate is MessageFate.UNSURE


def test_a_server_that_is_not_there_is_down() -> None:
    with mail_server() as box:
        gone = settings(box)
    with pytest.raises(ChannelDownError, match="the mail server can't be used"):
        MailServer(gone, None, 1).send(message(), lambda: None)
