"""Sets of rules from where they are kept: those that come with the program, and a province's own files."""

from functools import cache
from pathlib import Path

from bochiso.errors import RuleError
from bochiso.rules.file.parse import EXTENDS, build, canonical, extend, parse_rules
from bochiso.rules.file.problems import Place, RuleFileError
from bochiso.rules.file.yaml_tree import LIMIT, Document, Node, not_text, place, read_document, too_long
from bochiso.rules.rule_set import RuleSet
from bochiso.text import say

__all__ = ["builtin_ids", "load_rules", "parse_rules", "read_rules_file", "rules_text"]

_HOME = Path(__file__).parent


@cache
def builtin_ids() -> tuple[str, ...]:
    """The ids of the sets that come with the program."""
    return tuple(sorted(path.stem for path in _HOME.glob("*.yaml")))


def load_rules(source: str | Path) -> RuleSet:
    """The set of a builtin id such as "qd766", or of a YAML file.

    Raises RuleFileError with every problem of the file, RuleError where it can't be read.
    """
    return _builtin(str(source)) if str(source) in builtin_ids() else _load(source)


@cache
def _builtin(name: str) -> RuleSet:
    """A set that comes with the program, read once: every command asks for it, some several times."""
    return _load(name)


def _load(source: str | Path) -> RuleSet:
    path, name = _locate(str(source), Path())
    document = _resolve(path, name, Place(), ())
    rules = build(document)
    builtin = _HOME / f"{rules.id}.yaml"
    if path != builtin and builtin.is_file() and rules != load_rules(rules.id):
        what = say("mã {id} là của bộ có sẵn, nội dung khác.", "{id} is a builtin set's id.", id=rules.id)
        do = say("Đặt mã khác cho bộ chỉ số này.", "Give this set another id.")
        raise RuleFileError([RuleError(what, where=place(document.root, ("id",)), do=do)])
    return rules


def rules_text(source: str | Path) -> str:
    """The complete set as YAML text, to be kept as evidence and read back by parse_rules.

    The same set gives the same text, whatever its file later becomes. Raises as load_rules.
    """
    return _builtin_text(str(source)) if str(source) in builtin_ids() else canonical(_load(source))


@cache
def _builtin_text(name: str) -> str:
    return canonical(_builtin(name))


def read_rules_file(path: Path, name: str) -> str:
    """The text of a file of rules; RuleError where it can't be read, is too long or no text."""
    return _read(path, name, Place())


def _locate(source: str, folder: Path) -> tuple[Path, str]:
    """The file of a builtin id or a path (taken from `folder`), and its name in messages."""
    if source in builtin_ids():
        return _HOME / f"{source}.yaml", f"{source}.yaml"
    path = folder / source
    return path, str(path)


def _resolve(path: Path, name: str, where: Place, trail: tuple[Path, ...]) -> Document:
    """The whole document of a file, with the sets that it extends beneath it.

    `where` asked for the file; `trail` are the files that led to it.
    """
    text = _read(path, name, where)
    real = path.resolve()
    if real in trail:
        raise RuleError(
            say("các bộ chỉ số kế thừa lẫn nhau thành vòng.", "the sets extend each other in a circle."),
            where=where,
            do=say("Bỏ mục extends ở một trong các tệp.", "Remove extends from one of the files."),
        )
    own = read_document(text, name)
    base = own.root.get(EXTENDS)
    if base is None:
        return own
    where = place(own.root, (EXTENDS,))
    parent, parent_name = _locate(_base_of(base, where), path.parent)
    return extend(_resolve(parent, parent_name, where, (*trail, real)), own)


def _base_of(base: Node, where: Place) -> str:
    if isinstance(base.value, str) and base.value:
        return base.value
    raise RuleError(
        say("chưa ghi bộ chỉ số gốc.", "no set is named."),
        where=where,
        do=say("Ghi mã bộ có sẵn hoặc đường dẫn tệp.", "Write a builtin id or the path of a file."),
    )


def _read(path: Path, name: str, where: Place) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
    except FileNotFoundError:
        raise RuleError(
            say("không có bộ chỉ số hoặc tệp {name}.", "there is no set or file {name}.", name=name),
            where=where,
            do=say(
                "Ghi mã bộ có sẵn ({known}) hoặc đường dẫn tới tệp .yaml.",
                "Give a builtin id ({known}) or the path of a .yaml file.",
                known=", ".join(builtin_ids()),
            ),
        ) from None
    except (OSError, ValueError):
        raise RuleError(
            say("không đọc được {name}.", "{name} can't be read.", name=name),
            where=where,
            do=say(
                "Kiểm tra đường dẫn có phải là tệp và có quyền đọc không.",
                "Check that the path is a file that you may read.",
            ),
        ) from None
    if len(content) > LIMIT:
        raise too_long(name)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise not_text(name) from None
