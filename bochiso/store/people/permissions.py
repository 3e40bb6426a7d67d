"""Who may what: the roles, and one table of what each may do and with whose figures."""

from enum import StrEnum

from bochiso.text import Text
from bochiso.units.codes import is_at_or_below


class Role(StrEnum):
    """What an account is for. Who isn't signed in has none: the public."""

    UNIT = "unit"
    OFFICE = "office"
    ADMINISTRATOR = "administrator"


ROLE_NAMES = {
    Role.UNIT: Text("Cán bộ đơn vị", "Unit officer"),
    Role.OFFICE: Text("Văn phòng", "Office"),
    Role.ADMINISTRATOR: Text("Quản trị", "Administrator"),
}


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
    ASK = "ask"
    ANSWER = "answer"
    ACCOUNTS = "accounts"
    KEYS = "keys"
    SETTINGS = "settings"
    AUDIT = "audit"


class Reach(StrEnum):
    """Whose figures a right covers: one's own unit and those below it, or everyone's."""

    OWN = "own"
    ALL = "all"


RIGHTS: dict[Role | None, dict[Action, Reach]] = {
    None: {Action.SEE_PUBLISHED: Reach.ALL},
    Role.UNIT: {
        Action.SEE_PUBLISHED: Reach.ALL,
        Action.SEE_UNPUBLISHED: Reach.OWN,
        Action.SEE_DOSSIERS: Reach.OWN,
        Action.EXPORT_DOSSIERS: Reach.OWN,
        Action.ANSWER: Reach.OWN,
    },
    Role.OFFICE: {
        Action.SEE_PUBLISHED: Reach.ALL,
        Action.SEE_UNPUBLISHED: Reach.ALL,
        Action.SEE_DOSSIERS: Reach.ALL,
        Action.EXPORT_DOSSIERS: Reach.ALL,
        Action.SEE_DATA: Reach.ALL,
        Action.IMPORT: Reach.ALL,
        Action.DOCUMENTS: Reach.ALL,
        Action.PUBLISH: Reach.ALL,
        Action.ASK: Reach.ALL,
        Action.ANSWER: Reach.ALL,
    },
    Role.ADMINISTRATOR: {
        Action.SEE_PUBLISHED: Reach.ALL,
        Action.ACCOUNTS: Reach.ALL,
        Action.KEYS: Reach.ALL,
        Action.SETTINGS: Reach.ALL,
        Action.AUDIT: Reach.ALL,
    },
}
"""Who runs the accounts neither publishes nor reads dossiers, and the other way round."""


def may(role: Role | None, unit: str | None, action: Action, subject: str | None = None) -> bool:
    """Whether someone of a role and unit may do something with the figures of a unit.

    `subject`: that unit's code; None for something that isn't one unit's, as the whole province.

    >>> may(Role.UNIT, "H15.50", Action.SEE_DOSSIERS, "H15.50.03")
    True
    >>> may(Role.UNIT, "H15.50", Action.SEE_DOSSIERS), may(None, None, Action.PUBLISH)
    (False, False)
    """
    reach = RIGHTS[role].get(action)
    if reach is Reach.OWN:
        return bool(unit and subject and is_at_or_below(unit, subject))
    return reach is Reach.ALL
