"""``bench closing-hour``: the last five minutes before a deadline. Thousands of suppliers save and deliver their tenders
at a server as the product runs it, while the load script shares the machine; and some come too late.

Every supplier has a session from before (nobody signs in in the last five minutes), saves five times and delivers once,
at six instants drawn evenly over the window, so that the last second is as busy as any and is deliveries alone. Two in a
hundred press the button after the deadline and must be refused. A few deliver before the window, untimed: a server has
been up for a while when a deadline comes. Afterwards the tenders are opened with two keys, and what comes out is compared
with what each supplier sent. The database is a throw-away one with fsync on.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from fellestorg.bench import keep
from fellestorg.bench.closing_load import EARLY, NUMBER, QUESTIONS, Heard, answers_of, deliver_early, load, price_of
from fellestorg.embedded.places import Folder
from fellestorg.values import Refused


def run(argv: list[str]) -> int:
    """Run it and print the figures. Returns 1 where a tender was lost, or accepted late, or came out otherwise than it
    was sent, or where a request failed."""
    parser = argparse.ArgumentParser("fellestorg bench closing-hour")
    parser.add_argument("--suppliers", type=int, default=4000)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--saves", type=int, default=5, help="how often each saves before delivering")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="a small run, to see that nothing is lost")
    options = parser.parse_args(argv)
    if options.quick:
        options.suppliers, options.minutes = min(options.suppliers, 20), 10.0
    folder = Path(tempfile.mkdtemp(prefix="fellestorg-bench-"))
    before = dict(os.environ)
    os.environ["FELLESTORG_DATA_DIR"] = str(folder)
    os.environ.pop("DATABASE_URL", None)
    context = multiprocessing.get_context("spawn")
    server: list[subprocess.Popen[bytes]] = []
    begun_at = time.perf_counter()

    def tell(what: str) -> None:
        print(f"  {time.perf_counter() - begun_at:6.1f} s  {what}", file=sys.stderr, flush=True)

    try:
        with context.Pool(1) as pool:
            tell(f"a database, a competition and {options.suppliers} suppliers who have signed in")
            sessions, secrets = pool.apply(_prepare, (options.suppliers + EARLY,))
            port = _free_port()
            tell("the web server and the worker")
            server = [_start(["web", str(port)]), _start(["worker"])]
            _wait_for(port)
            heard = asyncio.run(deliver_early(port, sessions, options))
            tell(f"the last {'seconds' if options.quick else f'{options.minutes:g} minutes'} before the deadline")
            deadline = pool.apply(_open_window, (options.minutes * 60,))
            roots = {"web": server[0].pid, "worker": server[1].pid, "database": _database(folder)}
            before_cpu, begun = _cpu(roots), time.process_time()

            def close() -> None:
                # A small run does not wait for its deadline.
                if options.quick:
                    pool.apply(_open_window, (0.0,))

            asyncio.run(load(port, sessions[: options.suppliers], deadline, options, close, heard, tell))
            spent = {name: seconds - before_cpu[name] for name, seconds in _cpu(roots).items()}
            spent["load script"] = time.process_time() - begun
            tell("the opening")
            found = pool.apply(_check, (heard.receipts, secrets, options.seed))
            _end(server)
            pool.apply(_stop)
    finally:
        _end(server)
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(folder, ignore_errors=True)
    return _report(options, heard, found, spent)


def _report(options: Any, heard: Heard, found: dict[str, Any], spent: dict[str, float]) -> int:
    requests = len(heard.saves) + len(heard.deliveries)
    lost, wrong = found["lost"], found["wrong"]
    print(f"closing-hour, {options.suppliers} suppliers, {options.minutes} minutes, {requests} requests, fsync on")
    figures: dict[str, Any] = {"suppliers": options.suppliers, "minutes": options.minutes, "requests": requests}
    for name, times in (("saves", heard.saves), ("deliveries", heard.deliveries)):
        times.sort()
        p50, p99 = (times[min(len(times) - 1, int(len(times) * share))] for share in (0.5, 0.99))
        figures[name] = {"count": len(times), "p50_ms": p50 * 1000, "p99_ms": p99 * 1000, "max_ms": times[-1] * 1000}
        print(f"  {name:10} {len(times):6}   p50 {p50 * 1000:7.1f} ms   p99 {p99 * 1000:7.1f} ms   "
              f"longest {times[-1] * 1000:7.1f} ms   (goal: p99 under 2000)")  # fmt: skip
    print(f"  errors {len(heard.errors)}   sent in time and refused {heard.in_time_refused}   lost {lost}   "
          f"changed {wrong}   late accepted {heard.late_accepted}   late refused {heard.late_refused}")  # fmt: skip
    for error in heard.errors[:5]:
        print(f"    {error}")
    print(f"  opened     {found['opened']} tenders in {found['seconds']:.1f} s, every one as it was sent: {not wrong}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    each = {name: seconds / max(1, requests) * 1000 for name, seconds in spent.items()}
    shares = ", ".join(f"{name} {milliseconds:.1f}" for name, milliseconds in each.items())
    print(f"  cpu        {sum(each.values()):.1f} ms a request ({shares}); peak memory {peak} MiB")
    figures |= {
        "errors": len(heard.errors), "lost": lost, "changed": wrong, "late_accepted": heard.late_accepted,
        "in_time_refused": heard.in_time_refused, "late_refused": heard.late_refused, "opened": found["opened"],
        "opening_seconds": found["seconds"], "cpu_ms_a_request": each,
    }  # fmt: skip
    keep("closing_hour", figures)
    return 0 if not (heard.errors or lost or wrong or heard.late_accepted) else 1


def _prepare(suppliers: int) -> tuple[list[str], list[str]]:
    """An installation with one competition, its keys, and suppliers who have signed in: session keys, opening keys."""
    from fellestorg.starting import prepare_database

    prepare_database(empty_allowed=True)
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.db import connection, transaction

    from fellestorg.competitions.models import Competition, CompetitionLot, PriceSheetLine, Question, TeamMember
    from fellestorg.competitions.tenders import keys, sealing
    from fellestorg.competitions.tenders.models import OpeningKey
    from fellestorg.kernel import clock
    from fellestorg.kernel.actors import SYSTEM
    from fellestorg.kernel.models import Installation
    from fellestorg.organisations.models import Account, Organisation, Person, RoleGrant
    from fellestorg.organisations.sessions import ACCOUNT_KEY, SESSION_KEY, begun

    now = clock.now()
    Installation.objects.create(kind="real", clock_offset=timedelta(0))
    buyer = Organisation.objects.create(number="200000008", name="Benchmark", kind="agency", fictional=True)
    openers = [Person.objects.create(username=f"o{n}", name=f"O {n}", email="o@demo.example") for n in (1, 2)]
    competition = Competition.objects.create(
        number=NUMBER, procedure="open", stage="published", title="Benchmark", language="nb", buyer=buyer,
        lead=openers[0], created_at=now, published_at=now, tenders_until=now + timedelta(days=1),
    )  # fmt: skip
    lot = CompetitionLot.objects.create(competition=competition, key="alt", number=1, title="Alt")
    PriceSheetLine.objects.create(lot=lot, key="time", number=1, title="Time", unit="time", quantity="1000")
    Question.objects.bulk_create(
        Question(competition=competition, key=f"q{place}", number=place, kind="text", text=f"Spørsmål {place}")
        for place in range(QUESTIONS)
    )
    secrets = []
    for holder in ({"person": openers[0]}, {"person": openers[1]}, {"organisation": buyer}):
        made = sealing.new_key()
        secrets.append(made.secret)
        OpeningKey.objects.create(recipient=made.recipient, made_at=now, confirmed_at=now, **holder)
    for person in openers:
        TeamMember.objects.create(competition=competition, person=person, task="opener", added_at=now)
    with transaction.atomic():
        keys.lock(competition, SYSTEM, now)
    organisations = Organisation.objects.bulk_create(
        Organisation(number=f"3{number:08d}", name=f"S {number}", kind="supplier", fictional=True)
        for number in range(suppliers)
    )
    people = Person.objects.bulk_create(
        Person(username=f"s{number}", name=f"S {number}", email=f"s{number}@demo.example")
        for number in range(suppliers)
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(person=person, organisation=one, role="supplier", valid_from=clock.local_day(now))
        for person, one in zip(people, organisations, strict=True)
    )
    Account.objects.bulk_create(
        Account(person=person, password="!", code_key="", made_at=now, password_at=now)  # noqa: S106 (none)
        for person in people
    )
    store = SessionStore()
    sessions = [f"bench{number:027d}" for number in range(suppliers)]
    Session.objects.bulk_create(
        Session(
            session_key=key,
            session_data=store.encode({SESSION_KEY: person.pk, ACCOUNT_KEY: begun(1, now)}),
            expire_date=now + timedelta(days=1),
        )
        for key, person in zip(sessions, people, strict=True)
    )
    with connection.cursor() as cursor:
        # What autovacuum has done long before, where suppliers came one by one.
        cursor.execute("ANALYZE")
    return sessions, secrets


def _open_window(seconds: float) -> float:
    """Set the deadline so far ahead, by the database's clock, and return it as the machine's time."""
    from fellestorg.competitions.models import Competition
    from fellestorg.kernel import clock

    deadline = clock.now() + timedelta(seconds=seconds)
    Competition.objects.update(tenders_until=deadline)
    return deadline.timestamp()


def _check(receipts: dict[int, str], secrets: Sequence[str], seed: int) -> dict[str, Any]:
    """Open the tenders with two keys, and compare each with what its supplier sent."""
    from fellestorg.competitions.models import Competition
    from fellestorg.competitions.tenders import opening, queries
    from fellestorg.competitions.tenders.models import Tender
    from fellestorg.kernel import clock
    from fellestorg.organisations.models import Person
    from fellestorg.organisations.queries import actor_for

    competition = Competition.objects.get()
    kept = set(Tender.objects.filter(received_at__lt=competition.tenders_until).values_list("receipt", flat=True))
    lost = sum(1 for receipt in receipts.values() if receipt not in kept) + abs(len(kept) - len(receipts))
    begun = time.perf_counter()
    for person, secret in zip(Person.objects.filter(username__in=("o1", "o2")), secrets, strict=False):
        now: datetime = clock.now()
        actor = actor_for(person, clock.local_day(now))
        try:
            opening.give_key(competition, secret.encode(), "", person=person, actor=actor, now=now)
        except Refused as refused:
            raise RuntimeError(f"{refused.code}: {refused.text}") from None
    seconds = time.perf_counter() - begun
    opened = {int(one.supplier_number[1:]): one for one in queries.opened(competition)}
    prices = queries.opened_prices(competition)
    wrong = sum(
        1
        for number in receipts
        if number not in opened
        or _digest(opened[number].answers) != _digest(answers_of(seed, number))
        or f"{prices[opened[number].id]['alt']['time']:.2f}".replace(".", ",") != price_of(number)
    )
    return {"lost": lost, "wrong": wrong, "opened": len(opened), "seconds": seconds}


def _digest(answers: Any) -> str:
    return sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()


def _end(server: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in server:
        process.terminate()
    for process in server:
        process.wait(15)


def _start(words: list[str]) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "FELLESTORG_PARENT": str(os.getpid())}
    # Those who come too late are refused, and the server would say so in the middle of the figures.
    with (Path(os.environ["FELLESTORG_DATA_DIR"]) / f"{words[0]}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "fellestorg", *words], env=environment, stderr=log, start_new_session=True
        )


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/helse", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server did not answer")


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _database(folder: Path) -> int:
    return int((Folder.of(folder).data / "postmaster.pid").read_text().split()[0])


def _cpu(roots: Mapping[str, int]) -> dict[str, float]:
    """Seconds of processor that each of these processes has used with those it started (Linux; elsewhere zero)."""
    whose, ticks = {pid: name for name, pid in roots.items()}, dict.fromkeys(roots, 0)
    for path in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda one: int(one.parent.name)):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        pid = int(path.parent.name)
        name = whose.get(pid) or whose.get(int(fields[1]))
        if name is not None:
            whose[pid] = name
            # Its own, and that of its children that have ended.
            ticks[name] += sum(map(int, fields[11:15]))
    return {name: count / os.sysconf("SC_CLK_TCK") for name, count in ticks.items()}


def _stop() -> None:
    from django.db import connection

    from fellestorg import embedded

    connection.close()
    embedded.erase(embedded.default_data_dir())
