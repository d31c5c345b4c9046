"""The command line. It finds the verb, prepares what the verb needs and translates errors into exit codes.

Exit 0: done. 1: refused, and the answer says why. 2: bad input, named by place, field and what was expected.
"""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from fellestorg.values import BadInput, Refused


@dataclass(frozen=True, slots=True)
class Verb:
    """``target`` is ``module:function`` taking the remaining words and returning an exit code."""

    target: str
    summary: str
    database: bool = False


VERBS: dict[str, Verb] = {
    "demo": Verb("fellestorg.installations:demo", "start the demo: database, demo data, web server, worker"),
    "run": Verb("fellestorg.installations:run", "start an installation for real use: empty at first, with accounts"),
    "admin-link": Verb("fellestorg.installations:admin_link", "a new link for the first administrator", database=True),
    "web": Verb("fellestorg.server:web", "the web server alone, on a port"),
    "worker": Verb("fellestorg.kernel.worker:main", "the worker alone: documents, mail, sealing", database=True),
    "test": Verb("fellestorg.quality:test", "run the tests"),
    "check": Verb("fellestorg.quality:check", "lint, types, layers, translations, locks"),
    "doctor": Verb("fellestorg.embedded.doctor:main", "say in plain words what is wrong with this machine"),
    "dump": Verb("fellestorg.backup:dump", "write the whole installation to one file"),
    "restore": Verb("fellestorg.backup:restore", "bring an installation back from a file into an empty folder"),
    "psql": Verb("fellestorg.embedded.commands:psql", "open a database prompt"),
    "netprice": Verb("fellestorg.engines.commands:netprice", "cover a basket at the lowest net price"),
    "lifecycle": Verb(
        "fellestorg.engines.commands:lifecycle", "compare buying, renting, leasing, new and used over time"
    ),
    "evaluate": Verb("fellestorg.engines.evaluation.commands:evaluate_command", "score and rank tenders exactly"),
    "award": Verb("fellestorg.engines.award.command:award", "award lots to package tenders at the lowest total"),
    "competition": Verb(
        "fellestorg.competitions.interchange.commands:competition",
        "a competition's content, points and declarations to and from another tool",
        database=True,
    ),
    "deadline": Verb("fellestorg.law.commands:deadline", "compute a legal deadline"),
    "bench": Verb("fellestorg.bench:main", "run a benchmark beside its peer"),
    "catalogue": Verb(
        "fellestorg.catalogues.commands:catalogue", "find items; import and export price lists", database=True
    ),
    "calloff": Verb("fellestorg.calloffs.commands:calloff", "plan or commit a call-off", database=True),
    "index": Verb("fellestorg.catalogues.regulation.commands:index", "import and show price indexes", database=True),
    "regulation": Verb(
        "fellestorg.catalogues.regulation.commands:regulation", "preview and propose a price regulation", database=True
    ),
    "currency": Verb(
        "fellestorg.catalogues.currency.commands:currency", "exchange rates, and adjustment by them", database=True
    ),
    "ceiling": Verb("fellestorg.agreements.commands:ceiling", "show and register under a ceiling", database=True),
    "reuse": Verb("fellestorg.calloffs.reuse.commands:reuse", "settlements of equipment handed in", database=True),
    "policy": Verb("fellestorg.calloffs.trying.commands:policy", "show and try a call-off policy", database=True),
    "travel": Verb("fellestorg.travel.commands:travel", "rank flights; show and import routes", database=True),
    "decision": Verb("fellestorg.calloffs.commands:decision", "replay a decision", database=True),
    "registry": Verb(
        "fellestorg.organisations.registry.commands:registry",
        "ask Enhetsregisteret; read its file and its changes",
        database=True,
    ),
    "guidance": Verb(
        "fellestorg.marketplace.guidance.commands:guidance", "articles that come with the product", database=True
    ),
    "shortlist": Verb(
        "fellestorg.marketplace.shortlists.commands:shortlist", "a fixed shortlist, checked and exported", database=True
    ),
    "search": Verb(
        "fellestorg.marketplace.search.commands:search_command",
        "search across everything public; try questions on services of a file",
        database=True,
    ),
    "market": Verb(
        "fellestorg.marketplace.overview.commands:market", "the market in figures; studies and surveys", database=True
    ),
    "setup": Verb("fellestorg.organisations.setup_commands:setup", "set up by sheets; what is missing", database=True),
    "audit": Verb("fellestorg.kernel.commands:audit", "verify the event log", database=True),
    "screenshots": Verb("fellestorg.quality.screenshots:main", "make the documents' pictures anew"),
    "messages": Verb("fellestorg.quality:messages", "collect and compile translations"),
}


def main(argv: list[str] | None = None) -> int:
    """Run one verb. Every error a user can mend comes out as plain words on standard error."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in ("-h", "--help", "help"):
        print(_usage())
        return 0 if words else 2
    try:
        words = _take_data_dir(words)
    except BadInput as error:
        print(f"fellestorg: {error}", file=sys.stderr)
        return 2
    verb = VERBS.get(words[0])
    if verb is None:
        print(f"fellestorg: there is no command {words[0]!r}\n\n{_usage()}", file=sys.stderr)
        return 2
    try:
        if verb.database:
            from fellestorg.starting import prepare_database, setup_django

            # Help is for whoever has nothing yet.
            setup_django() if {"-h", "--help"} & set(words) else prepare_database()
        module, _, function = verb.target.partition(":")
        code: int = getattr(importlib.import_module(module), function)(words[1:])
        return code
    except BadInput as error:
        for problem in error.problems:
            print(f"fellestorg {words[0]}: {problem}", file=sys.stderr)
        return 2
    except Refused as error:
        print(f"fellestorg {words[0]}: {error.text}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read our output has gone; point it nowhere so that closing it at exit does not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _take_data_dir(words: list[str]) -> list[str]:
    """``--data-dir DIR`` means the same after every verb; it must be known before settings are read."""
    for index, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name != "--data-dir":
            continue
        rest = words[index + 1 :]
        if not equals:
            if not rest:
                raise BadInput.of("--data-dir", "missing", "expected a folder")
            value, rest = rest[0], rest[1:]
        os.environ["FELLESTORG_DATA_DIR"] = str(Path(value).resolve())
        return words[:index] + rest
    return words


def _usage() -> str:
    width = max(map(len, VERBS))
    lines = [f"  {name:<{width}}  {verb.summary}" for name, verb in VERBS.items()]
    return "\n".join(["usage: fellestorg COMMAND [OPTIONS]", "", *lines])
