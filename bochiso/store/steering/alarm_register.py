"""Which alarms somebody looked at, and what they found; the last finding of each holds."""

import json

import sqlalchemy as sa

from bochiso.errors import ComputeError
from bochiso.followup.alarms import Alarm, AlarmFinding, AlarmVerdict
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import Ledger
from bochiso.store.people.tables.steering_tables import ALARMS
from bochiso.text import Lang, Text, say


def known_verdicts(ledger: Ledger) -> list[AlarmVerdict]:
    """What was found of every alarm that somebody looked at, the newest first."""
    with ledger.read() as db:
        rows = db.execute(sa.select(ALARMS).order_by(ALARMS.c.at.desc(), ALARMS.c.key)).all()
    return [
        AlarmVerdict(
            row.key, row.unit, row.day, _text(row.text), AlarmFinding(row.verdict), row.note, row.who, row.at
        )
        for row in rows
    ]


def judge_alarm(ledger: Ledger, alarm: Alarm, finding: AlarmFinding, note: str, by: By) -> None:
    """Keep what somebody found of an alarm. Raises ComputeError where the cause, or the addressee, lacks."""
    note = " ".join(note.split())[:1000]
    if finding is not AlarmFinding.NOTHING and not note:
        raise ComputeError(
            say("thiếu nguyên nhân, hoặc nơi đã báo lỗi số liệu.", "the cause, or who was told, is missing.")
        )
    said = json.dumps([alarm.text.render(lang) for lang in Lang], ensure_ascii=False)
    row = {
        "key": alarm.key, "unit": alarm.unit or "", "day": alarm.day, "text": said,
        "verdict": finding.value, "note": note, "who": by.who, "at": by.at,
    }  # fmt: skip
    with ledger.write() as db:
        db.execute(sa.delete(ALARMS).where(ALARMS.c.key == alarm.key))
        db.execute(sa.insert(ALARMS), row)
        audit.append(db, by, "alarm.judge", alarm.key, finding=finding.value, note=note[:300])


def _text(kept: str) -> Text:
    vi, en = json.loads(kept)
    return Text("{vi}", "{en}", {"vi": vi, "en": en})
