"""What a miss is, and when it can still be mended: the words alone, for whoever lists nothing."""

from enum import StrEnum


class Why(StrEnum):
    """What a miss is, where an indicator has several ways to miss."""

    OPEN_LATE = "open_late"
    ENDED_LATE = "ended_late"
    LATE = "late"
    COMPLAINED = "complained"
    DISLIKED = "disliked"
    REPEATED = "repeated"
    NO_COMPONENT = "no_component"
    NO_RESULT = "no_result"
    NO_FILE = "no_file"
    NOT_ENTERED = "not_entered"


class Mend(StrEnum):
    """Whether what was missed can still be mended: always, while a dossier is open, or never."""

    ALWAYS = "always"
    WHILE_OPEN = "while_open"
    NEVER = "never"
