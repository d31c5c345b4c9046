"""The documents tell the truth about what can be checked: links, files, commands, rooms, the version."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from fellestorg.cli import VERBS
from fellestorg.quality import screenshots

CHECKOUT = Path(__file__).resolve().parents[1]
HOUSE = CHECKOUT / "src" / "fellestorg"
# What ./fellestorg itself does, before there is a Python environment to do it in.
OF_THE_SCRIPT = {"lock"}
# Folders that a start makes, and files that belong to an installation.
MADE = re.compile(r"(var|\.venv|node_modules)(/|\Z)")
ENDINGS = r"py|toml|md|html|po|in|txt|csv|json|typ|png"
DOCUMENTS = sorted(
    [
        *(
            CHECKOUT / name
            for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
        ),
        *(CHECKOUT / "docs").rglob("*.md"),
    ]
)


def named(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def links(text: str) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith(("http:", "https:", "#", "mailto:")):
            yield target.partition("#")[0]


def paths(text: str) -> Iterator[str]:
    """File and folder names in code spans, as far as their ending tells what they are."""
    for span in re.findall(r"`([^`\n]+)`", text):
        is_path = re.fullmatch(rf"[\w.*-][\w.*/-]*/([\w.*-]*\.({ENDINGS}))?", span)
        if (is_path or re.fullmatch(r"\w+\.(py|toml|typ)", span)) and not MADE.match(span):
            yield span


def exists(name: str) -> bool:
    """From the checkout, from the house or from any room of it; ``*`` stands for what it does in a shell."""
    starts = [CHECKOUT, HOUSE, *(room for room in HOUSE.iterdir() if room.is_dir())]
    return any(next(iter(start.glob(name.rstrip("/"))), None) is not None for start in starts)


def verbs(text: str) -> set[str]:
    return set(re.findall(r"(?:\./|`)fellestorg ([a-z]+(?:-[a-z]+)*)\b", text)) | set(
        re.findall(r"\$ \./fellestorg ([a-z]+(?:-[a-z]+)*)\b", text)
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(document: Path) -> None:
    missing = [target for target in links(document.read_text()) if not (document.parent / target).exists()]
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_file_named_is_there(document: Path) -> None:
    assert not [name for name in paths(document.read_text()) if not exists(name)]


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_command_named_is_one(document: Path) -> None:
    assert verbs(document.read_text()) <= set(VERBS) | OF_THE_SCRIPT


def test_the_command_table_of_the_readme_leaves_nothing_a_user_needs_out() -> None:
    inner = {"web", "worker"}  # explained to operators
    assert set(VERBS) - inner <= verbs((CHECKOUT / "README.md").read_text())


@pytest.mark.usefixtures("demo")
def test_the_example_of_the_readme_answers_as_it_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from fellestorg.calloffs.commands import calloff

    block = (CHECKOUT / "README.md").read_text().partition("```console\n")[2].partition("```")[0].splitlines()
    need = tmp_path / "need.json"
    need.write_text(block[block.index("$ cat need.json") + 1])
    assert calloff(["plan", str(need)]) == 0
    said = block[block.index("$ ./fellestorg calloff plan need.json") + 1 : block.index("  …")]
    assert said
    assert capsys.readouterr().out.splitlines()[: len(said)] == said


def test_everybody_who_can_sign_in_is_in_the_readme_and_nobody_else() -> None:
    from fellestorg.demo_data.people import DEMO_PEOPLE

    table = (CHECKOUT / "README.md").read_text().partition("| on the page |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", table)) == {person.username for person in DEMO_PEOPLE}
    assert not [person.name for person in DEMO_PEOPLE if person.name not in table]


def test_operators_are_told_of_every_setting() -> None:
    told = (CHECKOUT / "docs/operator.md").read_text()
    told_short = set(re.findall(r"`(_[A-Z]+)`", told))
    inner = {"FELLESTORG_PARENT", "FELLESTORG_TEST_RUN"}  # between processes of ours
    read = set()
    for source in HOUSE.rglob("*.py"):
        if "tests" not in source.parts:
            read |= set(
                re.findall(r"environ(?:\.get\(|\.setdefault\(|\[)\"(FELLESTORG_\w+|DATABASE_URL)\"", source.read_text())
            )
    assert not {
        name
        for name in read - inner
        if f"`{name}`" not in told and not any(name.endswith(short) for short in told_short)
    }


def test_every_room_is_in_the_architecture() -> None:
    architecture = (CHECKOUT / "ARCHITECTURE.md").read_text()
    rooms = [room.name for room in HOUSE.iterdir() if (room / "__init__.py").is_file()]
    assert rooms
    assert not [room for room in rooms if f"{room}/ " not in architecture]


def test_every_decision_is_in_their_list() -> None:
    notes = sorted(path.name for path in (CHECKOUT / "docs/decisions").glob("0*.md"))
    listed = (CHECKOUT / "docs/decisions/README.md").read_text()
    assert not [name for name in notes if f"]({name})" not in listed]
    assert [name[:4] for name in notes] == [f"{number:04d}" for number in range(1, len(notes) + 1)]


def test_the_changelog_tells_of_this_version() -> None:
    version = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["version"]
    changes = (CHECKOUT / "CHANGELOG.md").read_text()
    assert f"\n## {version}\n" in changes
    assert "\n## Unreleased\n" in changes


def test_every_picture_is_one_that_the_command_makes_and_is_shown() -> None:
    kept = {path.stem for path in screenshots.PICTURES.glob("*.png")}
    assert kept == set(screenshots.SCENES)
    shown = (screenshots.PICTURES / "README.md").read_text()
    assert not [name for name in kept if f"]({name}.png)" not in shown]
    assert sum(path.stat().st_size for path in screenshots.PICTURES.glob("*.png")) <= screenshots.LARGEST


def test_no_document_names_a_place_on_somebodys_machine() -> None:
    for document in DOCUMENTS:
        assert not re.search(r"/(work|home|root|Users)/", document.read_text()), named(document)
