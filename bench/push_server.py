"""`bochiso serve` that writes down, at its end, for how many seconds facts were behind the journal at most.

python -m bench.push_server DATA PORT FILE
"""

import sys
import time
from collections import deque
from pathlib import Path
from threading import Event, Thread

from bochiso.store.dossiers.ingest import DossierIngest
from bochiso.store.folder import DataFolder
from bochiso.web.app import open_application
from bochiso.web.server import Server, listen


def main() -> None:
    """Serve until a signal, then write the seconds."""
    data, port, file = sys.argv[1:]
    stop, found = Event(), [0.0]
    with listen("127.0.0.1", int(port)) as listening, open_application(DataFolder(Path(data))) as application:
        watch = Thread(target=_watch, args=(application.sync.ingest, stop, found))
        watch.start()
        Server(application.app, application.live).run_until_signal(listening)
        stop.set()
        watch.join()
    Path(file).write_text(str(found[0]))


def _watch(receiver: DossierIngest, stop: Event, found: list[float]) -> None:
    """Ends of the journal that facts haven't reached, each with when it was first seen; every 25 ms."""
    ahead: deque[tuple[int, float]] = deque()
    seen = receiver.journal.end.items
    while not stop.wait(0.025):
        now, end = time.perf_counter(), receiver.journal.end.items
        if end > seen:
            seen = end
            ahead.append((end, now))
        while ahead and ahead[0][0] <= receiver.settled.items:
            ahead.popleft()
        if ahead:
            found[0] = max(found[0], now - ahead[0][1])


if __name__ == "__main__":
    main()
