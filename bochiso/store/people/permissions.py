"""Who may what: the roles, and one table of what each may do and with whose figures."""

from collections.abc import Container
from enum import StrEnum

from bochiso.text import Text
from bochiso.units.codes import is_at_or_below


class Role(StrEnum):
    """What an account is for. Who isn't signed in has none: the public."""

    UNIT = "unit"
    DEPARTMENT = "department"
    LEADER = "leader"
    OFFICE = "office"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.UNIT: Text("Cán bộ đơn vị", "Unit officer"),
    Role.DEPARTMENT: Text("Đầu mối thủ tục của sở", "Department's office of procedures"),
    Role.LEADER: Text("Lãnh đạo", "Leader"),
    Role.OFFICE: Text("Văn phòng", "Office"),
    Role.ADMINISTRATOR: Text("Quản trị", "Administrator"),
}


UNIT_ROLES = (Role.UNIT, Role.DEPARTMENT)
"""Roles of one unit; the others are of the whole province."""


class Action(StrEnum):
    """What someone may want to do."""

    SEE_PUBLISHED = "see-published"
    SEE_UNPUBLISHED = "see-unpublished"
    SEE_DOSSIERS = "see-dossiers"
    EXPORT_DOSSIERS = "export-dossiers"
    SEE_DATA = "see-data"
    IMPORT = "import"
    DOCUMENTS = "documents"
    PUBLISH = "publish"
    SEE_OWN = "see-own"
    ANSWER = "answer"
    STEER = "steer"
    ACCOUNTS = "accounts"
    KEYS = "keys"
    SETTINGS = "settings"
    AUDIT = "audit"


_OF_ALL = (Action.SEE_PUBLISHED, Action.SEE_OWN)
"""What everyone does who signs in: SEE_OWN, what waits for oneself."""

_OF_A_UNIT = (Action.SEE_UNPUBLISHED, Action.SEE_DOSSIERS, Action.EXPORT_DOSSIERS, Action.ANSWER)
"""What officers do with the figures, dossiers and tasks of their own unit and those below it."""


class Reach(StrEnum):
    """Whose figures a right covers: one's own unit and those below it, or everyone's."""

    OWN = "own"
    ALL = "all"


RIGHTS: dict[Role | None, dict[Action, Reach]] = {
    None: {Action.SEE_PUBLISHED: Reach.ALL},
    Role.UNIT: {
        **dict.fromkeys(_OF_ALL, Reach.ALL),
        **dict.fromkeys(_OF_A_UNIT, Reach.OWN),
    },
    Role.DEPARTMENT: {
        **dict.fromkeys(_OF_ALL, Reach.ALL),
        **dict.fromkeys(_OF_A_UNIT, Reach.OWN),
    },
    Role.LEADER: {
        **dict.fromkeys(_OF_ALL, Reach.ALL),
        Action.SEE_UNPUBLISHED: Reach.ALL,
        Action.SEE_DOSSIERS: Reach.ALL,
        Action.EXPORT_DOSSIERS: Reach.ALL,
    },
    Role.OFFICE: {
        **dict.fromkeys(_OF_ALL, Reach.ALL),
        Action.SEE_UNPUBLISHED: Reach.ALL,
        Action.SEE_DOSSIERS: Reach.ALL,
        Action.EXPORT_DOSSIERS: Reach.ALL,
        Action.SEE_DATA: Reach.ALL,
        Action.IMPORT: Reach.ALL,
        Action.DOCUMENTS: Reach.ALL,
        Action.PUBLISH: Reach.ALL,
        Action.STEER: Reach.ALL,
    },
    Role.ADMINISTRATOR: {
        **dict.fromkeys(_OF_ALL, Reach.ALL),
        Action.ACCOUNTS: Reach.ALL,
        Action.KEYS: Reach.ALL,
        Action.SETTINGS: Reach.ALL,
        Action.AUDIT: Reach.ALL,
    },
}
"""Who runs the accounts neither publishes nor reads dossiers, and the other way round; a leader reads all
that isn't published and changes nothing. Besides, a department's office of procedures sees the dossiers of
its fields of procedures at every unit, list by list (web/followup/work_pages.py)."""


def may(
    role: Role | None,
    unit: str | None,
    action: Action,
    subject: str | None = None,
    below: Container[str] = (),
) -> bool:
    """Whether someone of a role and unit may do something with the figures of a unit.

    `subject`: that unit's code; None for something that isn't one unit's, as the whole province. `below`:
    units that lists place below the own one, whatever their codes.

    >>> may(Role.UNIT, "H15.50", Action.SEE_DOSSIERS, "H15.50.03")
    True
    >>> may(Role.UNIT, "H15.50", Action.SEE_DOSSIERS), may(None, None, Action.PUBLISH)
    (False, False)
    >>> may(Role.UNIT, "H15.50", Action.ANSWER, "H15.99", {"H15.99"})
    True
    """
    reach = RIGHTS[role].get(action)
    if reach is Reach.OWN:
        return bool(unit and subject and (is_at_or_below(unit, subject) or subject in below))
    return reach is Reach.ALL
