"""`bochiso serve` with sessions for many listeners, that writes down at its end when facts settled.

python -m bench.live_server DATA PORT FOLDER SESSIONS
"""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bochiso.office.people import add_key
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import Position
from bochiso.store.people.audit import by_command_line
from bochiso.text import now
from bochiso.web.app import open_application
from bochiso.web.server import Server, listen
from bochiso.web.sync import live_events
from bochiso.web.sync.live_events import Live


def main() -> None:
    """Serve until a signal; the sessions' tokens stand in `tokens` before, the moments in `settled` after."""
    data, port, place, sessions = sys.argv[1:]
    folder, settled = Path(place), list[float]()
    told = Live.settled

    def noted(self: Live, position: Position) -> None:
        settled.append(time.time())
        told(self, position)

    Live.settled = noted  # type: ignore[method-assign]
    live_events.now = lambda: datetime.now(UTC)  # whole seconds are too coarse to measure by
    with listen("127.0.0.1", int(port)) as listening, open_application(DataFolder(Path(data))) as application:
        tokens: list[Any] = []
        for number in range(int(sessions)):
            name = f"nghe-{number}"
            add_key(application.sync.ledger, by_command_line(now()), name, "H15")
            tokens.append(application.sync.sessions.begin(name, "H15"))
        (folder / "making").write_text(json.dumps(tokens))
        (folder / "making").rename(folder / "tokens")
        Server(application.app, application.live).run_until_signal(listening)
    (folder / "settled").write_text(json.dumps(settled))


if __name__ == "__main__":
    main()
