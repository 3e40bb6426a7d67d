"""The house's own rules that no linter knows: who may write, one name a thing, no module too long."""

import ast
import builtins
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1] / "bochiso"
LONGEST = 400
FULLEST = 13

BRINGS_UP_TO_DATE = {"open_store", "open_dossiers", "open_ledger"}
"""What opens something to be read and first brings it up to what is kept: nothing that anyone decided."""

PLAIN = {name for kind in (str, bytes, list, dict, set, Path) for name in dir(kind)}
"""Methods that anything may have."""


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def modules(room: str = "") -> list[Path]:
    return sorted((HOME / room).rglob("*.py"))


def dotted(path: Path) -> str:
    inner = path.relative_to(HOME.parent).with_suffix("")
    return ".".join(inner.parent.parts if inner.name == "__init__" else inner.parts)


def calls(node: ast.AST) -> Iterator[tuple[str, str, int]]:
    """What is called inside: what stands before the dot ("" where nothing does), the name, and how many
    values it is given; many where some have names."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            given = len(each.args) + 100 * len(each.keywords)
            if isinstance(each.func, ast.Attribute):
                owner = each.func.value
                yield owner.id if isinstance(owner, ast.Name) else "?", each.func.attr, given
            elif isinstance(each.func, ast.Name):
                yield "", each.func.id, given


def writes(owner: str, name: str, given: int) -> bool:
    """Whether a call is one that all writing comes down to.

    A transaction of the ledger that writes and what stands in it, the folder's lock, a file put in its
    place, something given to the journal's thread.
    """
    return (
        (name == "write" and not given)
        or (owner == "sa" and name in {"insert", "update", "delete"})
        or name in {"writing", "rename", "write_bytes"}
        or (name == "replace" and given == 1)
        or name == "put"
    )


def functions() -> Iterator[tuple[str, str, str, ast.AST]]:
    """The store's functions and methods: module, class or "", name, node."""
    for path in modules("store"):
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef):
                yield dotted(path), "", node.name, node
            elif isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        yield dotted(path), node.name, inner.name, inner


@cache
def writers() -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """The store's functions that write, by module and name, classes by whose making something is written
    with them; and the names of methods that always do."""
    every = [each for each in functions() if each[2] not in BRINGS_UP_TO_DATE]
    stems = {"", *(path.stem for path in modules("store"))}
    names: set[str] = set()  # of functions and classes, imported by name in the store
    methods: set[str] = set()
    found: set[tuple[str, str, str]] = set()
    while True:
        before = len(found)
        for module, owner, name, node in every:
            if (module, owner, name) in found:
                continue
            if any(
                writes(*call)
                or (call[1] in names and call[0] in stems)
                or call[1] in methods
                or (
                    call[1] == name != "__init__" and any(each[2] == name for each in found)
                )  # it hands on to its like
                for call in calls(node)
            ):
                found.add((module, owner, name))
                if not owner:
                    names.add(name)
                elif name == "__init__":
                    names.add(owner)
        methods = {name for _, owner, name in found if owner} - PLAIN
        methods -= {name for module, owner, name, _ in every if (module, owner, name) not in found}
        if len(found) == before:
            break
    plain = {(module, owner if owner else name) for module, owner, name in found
             if not owner or name == "__init__"}  # fmt: skip
    return frozenset(plain), frozenset(methods)


def broken(path: Path) -> Iterator[str]:
    """What a module does itself that only the use cases may."""
    plain, methods = writers()
    aliases: dict[str, str] = {}
    cases: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module == "bochiso.office":
            cases |= {each.name for each in node.names}
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("bochiso.store"):
            for each in node.names:
                aliases[each.asname or each.name] = f"{node.module}.{each.name}"
                known = (str(node.module), each.name) in plain
                if known and not each.name[:1].isupper():
                    yield f"imports {node.module}.{each.name}"
    for owner, name, given in calls(tree(path)):
        if (aliases.get(owner, ""), name) in plain:
            yield f"calls {aliases[owner]}.{name}"
        module, _, own = aliases.get(name, "").rpartition(".")
        if not owner and (module, own) in plain:
            yield f"makes {name}"
        if name in methods and owner and owner not in cases:
            yield f"calls {owner}.{name}"
        if name == "write" and owner and not given:
            yield f"calls {owner}.write()"


def test_what_writes_is_found() -> None:
    plain, methods = writers()
    people, dossiers = "bochiso.store.people", "bochiso.store.dossiers"
    assert {
        (f"{people}.accounts", "add_account"),
        (f"{people}.audit", "append"),
        (f"{people}.login_throttle", "succeeded"),
        ("bochiso.store.decisions.publications", "propose"),
        (f"{people}.settings", "change_settings"),
        (f"{people}.totp", "check_code"),
        (f"{people}.user_sessions", "find_session"),
        (f"{dossiers}.code_mapping", "map_code"),
        (f"{dossiers}.file_import", "import_records"),
        (f"{dossiers}.ingest", "DossierIngest"),
        (f"{dossiers}.ingest", "rebuild_dossiers"),
        ("bochiso.store.measuring.measurement", "keep"),
        (f"{dossiers}.province_calendar", "keep_days"),
        ("bochiso.store.collection.collector", "collect"),
        ("bochiso.store.figures.office_eras", "keep_eras"),
        ("bochiso.store.figures.snapshot_store", "add_reading"),
    } <= plain
    assert {"record", "add_key", "revoke_key", "submit"} <= methods
    readers = {"accounts", "find_publication", "eras_of", "mapped", "open_store", "read_settings"}
    assert not readers & {name for _, name in plain}


@pytest.mark.parametrize("room", ["cli", "web"])
def test_commands_and_pages_change_nothing_themselves(room: str) -> None:
    found = {dotted(path): sorted(set(broken(path))) for path in modules(room)}
    assert {module: what for module, what in found.items() if what} == {}


def test_no_two_stemshave_one_name() -> None:
    """But a subject's word, which stands at every stage: dossiers, and what a room is called."""
    rooms = {path.parent.name for path in modules() if path.name == "__init__.py"}
    stems = Counter(path.stem for path in modules() if not path.stem.startswith("__"))
    twice = {stem for stem, n in stems.items() if n > 1}
    assert twice - rooms == set()


def test_no_two_classes_have_one_name() -> None:
    names = Counter(
        node.name
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert {name for name, n in names.items() if n > 1} == set()
    assert not names.keys() & set(dir(builtins))


def test_no_module_is_too_long() -> None:
    lengths = {dotted(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    assert {module: n for module, n in lengths.items() if n > LONGEST} == {}


@pytest.mark.parametrize("stage", ["intake", "store", "report", "web"])
def test_no_room_is_too_full(stage: str) -> None:
    """A room of more than thirteen modules holds two subjects."""
    rooms = Counter(path.parent for path in modules(stage) if path.name != "__init__.py")
    assert {dotted(room): n for room, n in rooms.items() if n > FULLEST and room.name != "versions"} == {}
