"""The two ports to others' programs, each against a local one that speaks the real protocol: clamd and a time stamping
authority."""

from __future__ import annotations

import shutil
import socketserver
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from fellestorg.competitions.tenders import scanning, stamping, uploads
from fellestorg.competitions.tenders.models import TenderFile, TenderStamp
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.kernel import audit, clock, events
from fellestorg.values import Refused

HARM = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class Clamd(socketserver.StreamRequestHandler):
    """INSTREAM as clamd speaks it: lengths in four bytes, a zero at the end, an answer with a null."""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        if content.startswith(b"for stor"):
            self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            self.wfile.write(b"stream: Eicar-Signature FOUND\0" if HARM in content else b"stream: OK\0")


@contextmanager
def serving(server: Any) -> Iterator[str]:
    """A server on loopback in a thread: its ``host:port``."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def test_a_harmful_file_never_counts(db: None, settings: Any) -> None:
    world = worlds.make()
    supplier, person = world.suppliers[0]

    def sent(content: bytes) -> str:
        file, _come = uploads.begin(
            world.competition, supplier, "attest", "f.pdf", len(content), person=person, now=clock.now()
        )
        file, facts = uploads.open_file(world.competition, supplier, file.pk)
        uploads.add_chunk(file, facts, 0, content)
        try:
            return uploads.finish(file, facts).name
        except Refused as refused:
            return refused.code

    with serving(socketserver.TCPServer(("127.0.0.1", 0), Clamd)) as address:
        settings.VIRUS_SCANNER = address
        assert sent(b"helt vanlig") == "f.pdf"
        assert sent(b"noe " + HARM) == "harmful"
        assert sent(b"for stor") == "no_scanner"
    assert sent(b"ingen svarer") == "no_scanner"
    assert TenderFile.objects.filter(complete=True).count() == 1
    with pytest.raises(scanning.ScannerError):
        scanning.scan([b"x"])


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[str]:
    """A time stamping authority of our own: openssl answers, a web server carries."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")

    def run(*words: str) -> None:
        subprocess.run([openssl, *words], cwd=tmp_path, check=True, capture_output=True)

    (tmp_path / "tsa.cnf").write_text(
        "[req]\ndistinguished_name = dn\nx509_extensions = ext\nprompt = no\n[dn]\nCN = Tidsstempler\n"
        "[ext]\nextendedKeyUsage = critical,timeStamping\nbasicConstraints = CA:FALSE\n"
        "[tsa]\ndir = .\nserial = serial\ncrypto_device = builtin\nsigner_cert = tsa.pem\nsigner_key = tsa.key\n"
        "signer_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256, sha512\naccuracy = secs:1\nordering = yes\n"
    )
    (tmp_path / "serial").write_text("01")
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.pem", "-config", "tsa.cnf")

    class Authority(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            (tmp_path / "q.tsq").write_bytes(self.rfile.read(int(self.headers["Content-Length"])))
            run("ts", "-reply", "-queryfile", "q.tsq", "-config", "tsa.cnf", "-section", "tsa", "-out", "r.tsr")
            answer = (tmp_path / ("old.tsr" if self.path == "/gammelt" else "r.tsr")).read_bytes()
            (tmp_path / "old.tsr").write_bytes(answer)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *given: object) -> None:
            pass

    with serving(HTTPServer(("127.0.0.1", 0), Authority)) as address:
        yield f"http://{address}"


def test_a_receipt_is_stamped_afterwards_and_the_stamp_is_of_its_hash(db: None, settings: Any, authority: str) -> None:
    from rfc3161_client import decode_timestamp_response

    world = worlds.make()
    tender = world.deliver().tender
    assert not TenderStamp.objects.exists()
    settings.STAMP_URL = authority
    assert stamping.stamp_waiting() == 1 and stamping.stamp_waiting() == 0
    stamp = TenderStamp.objects.get(tender=tender)
    assert abs(stamp.stamped_at - datetime.now(UTC)) < timedelta(minutes=5)
    decode_timestamp_response(bytes(stamp.token))
    assert audit.verify(events.seal()).faults == ()
    world.deliver(1)
    settings.STAMP_URL = f"{authority}/gammelt"  # the stamp of somebody else's hash
    assert stamping.stamp_waiting() == 0
    settings.STAMP_URL = "http://127.0.0.1:1"
    assert stamping.stamp_waiting() == 0 and TenderStamp.objects.count() == 1
