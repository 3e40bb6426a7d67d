"""A command that is killed anywhere leaves the previous state or the new one, and the next one catches up."""

import json
import sys
from pathlib import Path

import loaded_python
import pytest
from reading_samples import DEPARTMENTS, LATER, answers, keep, totals
from thoroughness import tries
from waiting import PATIENCE

from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder

DRIVER = r"""
import json, os, shutil, signal, sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
from reading_samples import LATER, QD766, answers, keep
import bochiso.store.figures.reread_evidence
from bochiso.errors import StoreError
from bochiso.store.folder import DataFolder

base, work, step = Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
bochiso.store.figures.reread_evidence.rules_of(QD766)  # read once, for every child
IN_STORE = os.sep + os.path.join("bochiso", "store") + os.sep


def fork(action):
    # The parent never opens a database, so a child starts as a fresh process would.
    child = os.fork()
    if child == 0:
        try:
            action()
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(3)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def import_and_die_at(line):
    left = line

    def trace(frame, event, argument):
        nonlocal left
        if IN_STORE not in frame.f_code.co_filename:
            return None
        if event == "line":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    keep(DataFolder(work / "data"), LATER, hour=1)
    sys.settrace(None)


def look():
    try:
        found = answers(DataFolder(work / "data"))
    except StoreError:
        found = []
    (work / "seen.json").write_text(json.dumps(found))


def finish():
    keep(DataFolder(work / "data"), LATER, hour=1)
    look()
    (work / "left.json").write_text(json.dumps(sorted(p.name for p in (work / "data").rglob("*"))))


line, ended = 1, None
while ended != 0:
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    if base.exists():
        shutil.copytree(base, work / "data")
    ended = fork(lambda: import_and_die_at(line))
    assert ended in (0, -signal.SIGKILL), ended
    assert fork(look) == 0
    seen = (work / "seen.json").read_text()
    assert fork(finish) == 0
    print(json.dumps({
        "line": line,
        "seen": json.loads(seen),
        "finished": json.loads((work / "seen.json").read_text()),
        "left": json.loads((work / "left.json").read_text()),
    }))
    line += step
"""


def killed_everywhere(tmp_path: Path, base: Path, step: int) -> list[dict[str, object]]:
    command = [
        sys.executable,
        "-c",
        DRIVER,
        str(Path(__file__).parents[1]),
        base,
        tmp_path / "work",
        str(step),
    ]
    done = loaded_python.run(command, text=True, timeout=10 * PATIENCE)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
@pytest.mark.parametrize("first", [False, True], ids=["on top of another reading", "in a new folder"])
def test_killed_at_any_step_leaves_a_whole_state_and_the_next_command_catches_up(
    tmp_path: Path, first: bool
) -> None:
    before = DataFolder(tmp_path / "before")
    if not first:
        keep(before, DEPARTMENTS)
    after = DataFolder(tmp_path / "after")
    if not first:
        keep(after, DEPARTMENTS)
    keep(after, LATER, hour=1)
    whole = {"before": [] if first else answers(before), "after": answers(after)}
    names = sorted(path.name for path in after.root.rglob("*"))

    cases = killed_everywhere(tmp_path, before.root, step=tries(29, 127 if first else 251))

    assert len(cases) > 4
    for case in cases:
        assert case["seen"] in whole.values(), case["line"]
        assert case["finished"] == whole["after"], case["line"]
        assert case["left"] == names, case["line"]
    seen = [case["seen"] for case in cases]
    assert seen[0] == whole["before"]
    assert seen[-1] == whole["after"]


def test_what_a_killed_command_staged_is_gone_after_the_next_one(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep(folder, DEPARTMENTS)
    (folder.evidence / ".new").mkdir()
    (folder.evidence / ".new" / "001.csv").write_text("half")
    folder.next_facts().with_suffix(".new").write_bytes(b"half")
    keep(folder, LATER, hour=1)
    assert sorted(path.name for path in folder.evidence.iterdir()) == ["000001", "000002"]
    assert list(folder.root.glob("facts*")) == [folder.facts]


def test_readings_whose_facts_are_missing_are_caught_up_in_order(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep(folder, DEPARTMENTS)
    behind = folder.facts.read_bytes()
    keep(folder, LATER, hour=1)
    keep(folder, DEPARTMENTS, hour=2)
    keep(folder, LATER, hour=3)
    folder.facts.write_bytes(behind)
    with open_store(folder) as store:
        (snapshot,) = store.snapshots()
        assert snapshot.seqs == (1, 2, 3, 4)
        assert totals(store, snapshot)["H21.17"] == "79.090000"
