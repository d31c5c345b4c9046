"""``fellestorg demo`` and ``fellestorg run``: a whole installation, with invented data or for real use."""

from __future__ import annotations

import argparse
import os
import shutil
import time
from datetime import date
from pathlib import Path

from fellestorg import embedded
from fellestorg.server import DEFAULT_HOST, DEFAULT_PORT, free_port, say, serve, start
from fellestorg.starting import Standing, prepare_database, standing, start_database
from fellestorg.values import BadInput, Refused

DEFAULT_DAY = date(2023, 11, 1)
# A competition that stands in the demo began months before its day, and thresholds are known from May 2018.
EARLIEST_DAY = date(2019, 5, 2)


def demo(argv: list[str]) -> int:
    """``fellestorg demo``: a whole installation with invented data, on the demo's own clock."""
    options = _demo_options(argv)
    if options.data_dir:
        os.environ["FELLESTORG_DATA_DIR"] = str(Path(options.data_dir).resolve())
    data_dir = embedded.default_data_dir()
    if options.fresh and os.environ.get("DATABASE_URL"):
        raise BadInput.of("--fresh", "not_ours", "a database that DATABASE_URL names is not emptied by this command")
    if options.fresh:
        if (data_dir / "postgres").exists():
            start_database()
            _require_demo()
        embedded.erase(data_dir)
        for name in ("mail", "root-heads.log"):
            path = data_dir / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    data_dir.mkdir(parents=True, exist_ok=True)
    port = free_port(options.port)
    os.environ.setdefault("FELLESTORG_BASE_URL", f"http://127.0.0.1:{port}")  # what links in mail begin with
    register = _register_beside(data_dir)
    start_database()
    found = _require_demo()
    # Where nothing is to be made, the web server loads its program while this process loads its own.
    web = start(["web", str(port)]) if not options.no_serve and found.kind and found.current else None
    try:
        prepare_database(empty_allowed=True)
        _load_demo(options.date)
    except BaseException:
        if web is not None:
            web.terminate()
        raise
    if options.no_serve:
        return 0
    _write_register(data_dir)
    return serve(port, web or start(["web", str(port)]), _announce_demo, beside=register)


def _register_beside(data_dir: Path) -> dict[str, list[str]]:
    """A register of its own that the demo asks, since no other knows its organisations; none where one is named."""
    if os.environ.get("FELLESTORG_BRREG_URL"):
        return {}
    from fellestorg.organisations.registry.local import ROOT

    port = free_port(0)
    os.environ["FELLESTORG_BRREG_URL"] = f"http://127.0.0.1:{port}{ROOT}"
    return {"register": ["fellestorg.organisations.registry.local", str(data_dir / "register.json"), str(port)]}


def _write_register(data_dir: Path) -> None:
    from fellestorg.demo_data.marketplace import registry_book
    from fellestorg.kernel import clock

    registry_book.write(data_dir / "register.json", clock.now())


def run(argv: list[str]) -> int:
    """``fellestorg run``: an installation for real use. It starts empty; the first start prints a link for whoever is to
    be its first administrator."""
    options = _run_options(argv)
    if not os.environ.get("FELLESTORG_DATA_DIR"):
        # Never the demo's folder.
        os.environ["FELLESTORG_DATA_DIR"] = str(embedded.default_data_dir() / "run")
    data_dir = embedded.default_data_dir()
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = free_port(options.port, options.host)
    os.environ.setdefault("FELLESTORG_BIND", f"{options.host}:{port}")
    os.environ.setdefault("FELLESTORG_BASE_URL", f"http://{options.host}:{port}")
    if options.host != DEFAULT_HOST and os.environ.get("FELLESTORG_HTTPS") != "1":
        say("passwords travel unprotected on the network: put HTTPS in front and set FELLESTORG_HTTPS=1")
    start_database()
    found = standing()
    if found.kind == "demo":
        raise Refused(
            "is_a_demo",
            f"the data here ({_where(data_dir)}) are a demo's, and a demo never becomes real; "
            "name another folder with --data-dir, or another database",
        )
    web = start(["web", str(port)]) if found.kind and found.current else None
    try:
        prepare_database(empty_allowed=True)
        _make_real()
    except BaseException:
        if web is not None:
            web.terminate()
        raise
    return serve(port, web or start(["web", str(port)]), _announce_run, options.host)


def admin_link(argv: list[str]) -> int:
    """``fellestorg admin-link``: a new link for the first administrator; an older one is worth nothing from then on.

    Raises Refused where there is an administrator, or the installation is a demo.
    """
    argparse.ArgumentParser("fellestorg admin-link", description="A new link for the first administrator.").parse_args(
        argv
    )
    from fellestorg.organisations.first_administrator import first_administrator_link

    print(first_administrator_link())
    return 0


def _run_options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("fellestorg run", description="Start an installation for real use.")
    parser.add_argument("--port", type=int, help=f"port (default {DEFAULT_PORT}, else a free one)")
    parser.add_argument("--host", default=DEFAULT_HOST, help=f"address to listen on (default {DEFAULT_HOST})")
    parser.add_argument("--data-dir", help="folder for database, mail and keys (default var/run)")
    return parser.parse_args(argv)


def _make_real() -> None:
    from datetime import timedelta

    from fellestorg.kernel import clock
    from fellestorg.kernel.models import Installation
    from fellestorg.marketplace.guidance import product

    Installation.objects.get_or_create(
        id=1, defaults={"kind": Installation.Kind.REAL, "clock_offset": timedelta(0), "clock_started": True}
    )
    product.load(now=clock.now())


def _announce_run(address: str) -> None:
    from fellestorg.organisations.first_administrator import first_administrator_link, has_administrator

    print(f"ready {address}", flush=True)
    if not has_administrator():
        print(
            "\nNobody administers this installation yet. Open this link, which works once and for 24 hours,\n"
            f"or get another with ./fellestorg admin-link:\n\n  {first_administrator_link()}"
        )
    data_dir = embedded.default_data_dir()
    print(f"\nThe data are in {_where(data_dir)}. Other commands need --data-dir {data_dir}. Ctrl-C stops.", flush=True)


def _where(data_dir: Path) -> str:
    return "the database that DATABASE_URL names" if os.environ.get("DATABASE_URL") else str(data_dir)


def _require_demo() -> Standing:
    """What stands here, if it is a demo or nothing at all."""
    found = standing()
    if found.kind == "real":
        raise Refused(
            "not_a_demo",
            f"the data here ({_where(embedded.default_data_dir())}) are real, and the demo does not touch them; "
            "name another folder with --data-dir",
        )
    return found


def _demo_options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("fellestorg demo", description="Start the demo.")
    parser.add_argument("--port", type=int, help=f"port on 127.0.0.1 (default {DEFAULT_PORT}, else a free one)")
    parser.add_argument("--data-dir", help="folder for database, mail and keys (default var)")
    parser.add_argument("--fresh", action="store_true", help="throw the demo's data away and begin anew")
    shown = f"the day the demo's clock shows, from {EARLIEST_DAY} (default {DEFAULT_DAY})"
    parser.add_argument("--date", type=_day, help=shown)
    parser.add_argument("--no-serve", action="store_true", help="load the data and stop")
    return parser.parse_args(argv)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a date such as 2023-11-01, found {text!r}") from None
    if day < EARLIEST_DAY:
        raise argparse.ArgumentTypeError(f"the demo begins on {EARLIEST_DAY}; expected that day or later, found {text}")
    return day


def _load_demo(day: date | None) -> None:
    from datetime import datetime, timedelta

    from fellestorg import demo_data
    from fellestorg.kernel import clock, root_heads
    from fellestorg.kernel.models import Installation

    installation = Installation.objects.first()
    if installation is None:
        started = time.monotonic()
        # Fewer is for tests of the server itself, which need some call-offs and no more.
        call_offs = int(os.environ.get("FELLESTORG_DEMO_CALL_OFFS", "6000"))
        demo_data.load(day=day or DEFAULT_DAY, call_offs=call_offs, progress=say)
        root_heads.seal()
        say(f"the demo data is in place ({time.monotonic() - started:.0f} s)")
        return
    if day is not None:
        wanted = datetime.combine(day, clock.now().astimezone(clock.OSLO).time(), clock.OSLO)
        if clock.today() < day:
            clock.set_demo_clock(wanted)
        elif clock.today() - day > timedelta(0):
            raise Refused(
                "clock_only_forward",
                f"the demo's clock shows {clock.today()} and runs only forward; begin anew with --fresh --date {day}",
            )


def _announce_demo(address: str) -> None:
    from fellestorg.kernel import clock
    from fellestorg.organisations.queries import demo_people

    today = clock.today()
    print(f"ready {address}", flush=True)
    print(f"\nThe demo's clock shows {today}. You can sign in as:")
    for person in demo_people(today):
        roles = ", ".join(f"{role}, {organisation}" for role, organisation in person.roles)
        print(f"  {person.username:<14} {person.name} ({roles})")
    print(f"\nMail is kept as files in {embedded.default_data_dir() / 'mail'}. Ctrl-C stops the demo.", flush=True)
