"""Translations: what is said where, is it said in all languages, and is it compiled.

Source texts are bokmål and stand in the code; each room keeps ``locale/nn`` and ``locale/en``. ::

    python -m fellestorg.ui.messages collect   # bring the .po files in line with the texts in code and templates
    python -m fellestorg.ui.messages check     # say what is missing, wrong or unused; exit 1 when something is
    python -m fellestorg.ui.messages compile   # .po -> .mo where the .po is newer (done at every start)
"""

from __future__ import annotations

import ast
import io
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

HOUSE = Path(__file__).resolve().parents[1]
TRANSLATED = ("nn", "en")
SKIPPED_FOLDERS = {"tests", "migrations", "static", "locale", "__pycache__"}


@dataclass(frozen=True, slots=True)
class Places:
    """Which arguments of a translating function are texts, and which one is the context."""

    texts: tuple[int, ...]
    context: int | None = None

    @property
    def all(self) -> tuple[int, ...]:
        return self.texts if self.context is None else (self.context, *self.texts)


CALLS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), Places((0,))),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), Places((0, 1))),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), Places((1,), context=0)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), Places((1, 2), context=0)),
}
_MAY_CALL = re.compile(rf"\b(?:{'|'.join(CALLS)})\s*\(")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
HEADER = "# Translations of Fellestorg's texts; see fellestorg.ui.messages."
# Header lines that say when and by what the file was written; without them, writing it again changes nothing.
NOISE = tuple(
    f'"{name}'.encode() for name in ("Project", "Report", "POT-", "PO-", "Last-", "Language-Team", "Generated")
)

Id = str | tuple[str, str]


@dataclass(slots=True)
class Text:
    """A text in the code: singular and perhaps plural, its context, and the files it stands in."""

    id: Id
    context: str | None = None
    files: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.id if isinstance(self.id, str) else self.id[0]


def compile_all(house: Path = HOUSE) -> int:
    """Compile every .po that is newer than its .mo; the number compiled. Only looks at dates when nothing is to do."""
    stale = [(po, mo) for po in _po_files(house) if not (mo := po.with_suffix(".mo")).is_file() or _newer(po, mo)]
    for po, mo in stale:
        from babel.messages.mofile import write_mo

        written = io.BytesIO()
        write_mo(written, _read(po))
        # Two starts at once may compile the same file; each replaces it whole.
        temporary = mo.with_name(f"{mo.name}.{os.getpid()}")
        temporary.write_bytes(written.getvalue())
        temporary.replace(mo)
    return len(stale)


def collect(house: Path = HOUSE) -> list[Path]:
    """Bring each room's .po files in line with its texts; the files that changed.

    Existing translations stay, new texts come in empty, texts no longer used are kept as comments. Nothing is guessed.
    """
    from babel.messages.pofile import write_po

    changed = []
    for room in rooms(house):
        found = texts(room)
        for language in TRANSLATED:
            path = _po(room, language)
            if not found and not path.is_file():
                continue
            written = io.BytesIO()
            write_po(written, _merged(found, path, language), width=118, include_lineno=False, sort_by_file=True)
            lines = [line for line in written.getvalue().splitlines(keepends=True) if not line.startswith(NOISE)]
            if not path.is_file() or path.read_bytes() != b"".join(lines):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(b"".join(lines))
                changed.append(path)
    return changed


def check(house: Path = HOUSE) -> list[str]:
    """Every problem with the translations, each naming its file: missing, empty, unused, fuzzy, placeholders that
    differ, bokmål in nynorsk, and one text translated in two ways by two rooms."""
    problems: list[str] = []
    said: dict[tuple[str, str | None, str], tuple[object, str]] = {}
    for room in rooms(house):
        found = {text.key: text for text in texts(room)}
        for language in TRANSLATED:
            path = _po(room, language)
            name = path.relative_to(house).as_posix()
            if not path.is_file():
                if found:
                    problems.append(f"{name}: is missing, with {len(found)} texts to translate")
                continue
            catalog = {_key(message): message for message in _read(path) if message.id}
            for key, text in found.items():
                if key not in catalog:
                    problems.append(f"{name}: is missing {key[1]!r} (in {text.files[0]})")
                elif isinstance(text.id, tuple) and not isinstance(catalog[key].id, (tuple, list)):
                    problems.append(f"{name}: {key[1]!r} has no plural")
            for key, message in catalog.items():
                if key not in found:
                    problems.append(f"{name}: {key[1]!r} is used nowhere")
                    continue
                problems += [f"{name}: {key[1]!r} {fault}" for fault in _faults(message, language)]
                before = said.setdefault((language, *key), (message.string, name))
                if before[0] != message.string:
                    problems.append(f"{name}: {key[1]!r} is translated otherwise in {before[1]}")
    return problems


def rooms(house: Path = HOUSE) -> list[Path]:
    """The folders that may hold texts of their own."""
    return sorted(path for path in house.iterdir() if path.is_dir() and path.name not in SKIPPED_FOLDERS)


def texts(room: Path) -> list[Text]:
    """Every text of a room, from its Python files and its templates, in the order of their files."""
    found: dict[tuple[str | None, str], Text] = {}
    for path in _sources(room):
        name = path.relative_to(room.parent).as_posix()
        for id_, context in _extract(path):
            text = Text(id_, context)
            known = found.setdefault(text.key, text)
            if isinstance(id_, tuple):
                known.id = id_
            if name not in known.files:
                known.files.append(name)
    return list(found.values())


def _sources(room: Path) -> Iterator[Path]:
    for path in sorted(room.rglob("*")):
        if path.suffix in (".py", ".html", ".txt") and not SKIPPED_FOLDERS & set(path.relative_to(room).parts[:-1]):
            yield path


def _extract(path: Path) -> Iterator[tuple[Id, str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        # The syntax tree, because it sees into f-strings, which tokens do not before Python 3.12.
        if _MAY_CALL.search(source):
            for call in sorted(_calls(ast.parse(source)), key=lambda call: (call.lineno, call.col_offset)):
                yield from _texts_of(call)
        return
    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    # What is left of a template is Python enough for the extractor once nothing is indented.
    stripped = "\n".join(line.strip() for line in templatize(source).splitlines())
    keywords = {
        name: tuple((at + 1, "c") if at == place.context else at + 1 for at in place.all)
        for name, place in CALLS.items()
    }
    for _line, message, _comments, context in extract("python", io.BytesIO(stripped.encode()), keywords, (), {}):
        yield (message if isinstance(message, str) else (message[0], message[1])), context


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    # What ast.walk does, and in its order, in half the time: it asks every node for its fields by name.
    waiting: list[object] = [tree]
    for node in waiting:
        if isinstance(node, ast.Call):
            yield node
        for child in vars(node).values():
            if isinstance(child, list):
                waiting += [one for one in child if isinstance(one, ast.AST)]
            elif isinstance(child, ast.AST):
                waiting.append(child)


def _texts_of(call: ast.Call) -> Iterator[tuple[Id, str | None]]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    place = CALLS.get(name)
    if place is None or len(call.args) <= max(place.all):
        return
    words = {at: arg.value for at, arg in enumerate(call.args) if isinstance(arg, ast.Constant)}
    said = [words.get(at) for at in place.texts]
    if all(isinstance(word, str) for word in said):
        id_: Id = (str(said[0]), str(said[1])) if len(said) == 2 else str(said[0])
        yield id_, None if place.context is None else str(words[place.context])


def _merged(found: list[Text], path: Path, language: str) -> Catalog:
    from babel.messages.catalog import Catalog

    before = _read(path) if path.is_file() else Catalog(language)
    known = {_key(message): message for message in (*before.obsolete.values(), *before) if message.id}
    merged = Catalog(
        locale=language,
        domain="django",
        header_comment=HEADER,
        fuzzy=False,
    )
    for text in found:
        old = known.pop(text.key, None)
        string = old.string if old is not None and _fits(text.id, old.string) else None
        places = [(file, 0) for file in text.files]
        merged.add(text.id, string, locations=places, context=text.context, flags=old.flags - {"fuzzy"} if old else ())
    for message in known.values():
        if message.string and any(message.string):
            message.locations = []
            merged.obsolete[merged._key_for(message.id, message.context)] = message
    return merged


def _fits(id_: Id, string: object) -> bool:
    return isinstance(string, str) == isinstance(id_, str)


def _faults(message: Message, language: str) -> Iterator[str]:
    from fellestorg.ui.nynorsk import bokmal_words

    if message.fuzzy:
        yield "is marked fuzzy"
    source = message.id if isinstance(message.id, str) else message.id[-1]
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ("",))
    if not all(strings):
        yield "is not translated"
        return
    wanted = Counter(PLACEHOLDER.findall(source.replace("%%", "")))
    for index, string in enumerate(strings):
        has = Counter(PLACEHOLDER.findall(string.replace("%%", "")))
        # The singular may leave the number out ("one message").
        if set(has) != set(wanted) and not (len(strings) > 1 and index == 0 and set(has) <= set(wanted)):
            yield f"has other placeholders in its translation: {string!r}"
        elif string[:1].isspace() != source[:1].isspace() or string[-1:].isspace() != source[-1:].isspace():
            yield f"begins or ends with other space in its translation: {string!r}"
        if language == "nn" and (words := bokmal_words(string)):
            yield f"has bokmål in its nynorsk ({', '.join(words)}): {string!r}"


def _key(message: Message) -> tuple[str | None, str]:
    return message.context, message.id if isinstance(message.id, str) else message.id[0]


def _read(path: Path) -> Catalog:
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name, domain="django")


def _po(room: Path, language: str) -> Path:
    return room / "locale" / language / "LC_MESSAGES" / "django.po"


def _po_files(house: Path) -> list[Path]:
    return sorted(house.glob("*/locale/*/LC_MESSAGES/django.po"))


def _newer(po: Path, mo: Path) -> bool:
    return po.stat().st_mtime_ns > mo.stat().st_mtime_ns


def main(words: list[str]) -> int:
    """``compile``, ``collect`` or ``check``; 1 when the check finds something, 2 for anything else asked."""
    if words == ["compile"]:
        compile_all()
    elif words == ["collect"]:
        for path in collect():
            print(path.relative_to(HOUSE).as_posix())
    elif words == ["check"]:
        problems = check()
        print("\n".join(problems) or "translations: complete")
        return 1 if problems else 0
    else:
        print("usage: python -m fellestorg.ui.messages compile|collect|check", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
