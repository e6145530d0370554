"""Outside witnesses on the loopback: an address that takes JSON, and a time stamp authority of the test's own."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from made_logs import KEY, made_bundle, made_head, made_lines

from panhuo.adapters.proofs import bundle_files as names
from panhuo.adapters.proofs.checking import verify_bundle
from panhuo.adapters.proofs.receipts import BadStamp, check_receipt, check_stamp, note_digest, stamp_request
from panhuo.adapters.proofs.witnesses import WitnessSilent, to_address, to_stamp_authority
from panhuo.engine.proof.findings import Fault
from panhuo.terms.errors import DomainError

LINES = made_lines(20)
NOTE = made_head(LINES)
Answer = Callable[[str, bytes], tuple[int, bytes]]


@contextmanager
def served(answer: Answer) -> Iterator[str]:
    """An address on the loopback; answer: (content type, body) -> status, body."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, content = answer(self.headers["Content-Type"], body)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/heads"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Authority:
    """A time stamp authority made of the openssl command and a certificate of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "tsa.cnf").write_text(
            "[req]\ndistinguished_name=dn\n[dn]\n[tsa]\ndefault_tsa=one\n"
            f"[one]\nserial={folder}/serial\ndefault_policy=1.2.3.4\ndigests=sha256\nsigner_digest=sha256\n"
            "ess_cert_id_alg=sha256\n"
            "[leaf]\nextendedKeyUsage=critical,timeStamping\nbasicConstraints=CA:false\n"
            "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
            "[root]\nbasicConstraints=critical,CA:true\nsubjectKeyIdentifier=hash\n",
        )
        (folder / "serial").write_text("01\n")
        self._run("req -x509 -newkey rsa:2048 -nodes -keyout root.key -out root.pem -days 30 -subj /CN=root"
                  " -config tsa.cnf -extensions root")  # fmt: skip
        self._run("req -new -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.csr -subj /CN=stamps -config tsa.cnf")
        self._run("x509 -req -in leaf.csr -CA root.pem -CAkey root.key -CAcreateserial -days 30 -out leaf.pem"
                  " -extfile tsa.cnf -extensions leaf")  # fmt: skip
        self.root = (folder / "root.pem").read_bytes()

    def stamp(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        self._run("ts -reply -config tsa.cnf -queryfile query -signer leaf.pem -inkey leaf.key -out answer")
        return (self.folder / "answer").read_bytes()

    def _run(self, told: str) -> None:
        subprocess.run(["openssl", *told.split()], cwd=self.folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("the openssl command is not installed: it plays the time stamp authority")
    return Authority(tmp_path_factory.mktemp("authority"))


def test_an_address_gets_the_head_as_json_and_its_answer_is_kept() -> None:
    asked: list[Any] = []

    def answer(kind: str, body: bytes) -> tuple[int, bytes]:
        asked.append((kind, json.loads(body)))
        return 201, b'{"block": 7}'

    with served(answer) as address:
        receipt = to_address(NOTE, address)
    kind, told = asked[0]
    assert (kind, told["size"], told["note"]) == ("application/json", 20, NOTE)
    assert (receipt["status"], receipt["answer"], receipt["sha256"]) == (201, {"block": 7}, note_digest(NOTE))
    assert check_receipt(receipt, NOTE).is_sound
    assert not check_receipt(receipt, made_head(made_lines(20, seed=1))).is_sound


@pytest.mark.parametrize(("status", "body"), [(500, b"no"), (302, b""), (200, b"not json"), (200, b"[" * 2_000_000)])
def test_a_witness_that_does_not_take_the_head_is_one_sentence(status: int, body: bytes) -> None:
    with served(lambda kind, asked: (status, body)) as address, pytest.raises(WitnessSilent):
        to_address(NOTE, address)


def test_only_addresses_of_the_web_are_asked() -> None:
    with pytest.raises(DomainError) as caught:
        to_address(NOTE, "file:///etc/hostname")
    assert caught.value.code == "bad_address"


def test_a_stamp_is_kept_and_verified_with_the_bundle(authority: Authority, tmp_path: Path) -> None:
    with served(lambda kind, query: (200, authority.stamp(query))) as address:
        receipt = to_stamp_authority(NOTE, address)
    bundle = made_bundle(LINES, head=NOTE)
    bundle.files[names.RECEIPTS] = json.dumps([receipt]).encode()
    report = verify_bundle(bundle, key=KEY.public, tsa_roots=authority.root)
    assert report.findings == []
    assert [(one.standing, one.stamped_at is not None) for one in report.receipts] == [("authenticated", True)]
    assert verify_bundle(bundle, key=KEY.public).receipts[0].standing == "stamped"
    (tmp_path / "other").mkdir()
    told = verify_bundle(bundle, key=KEY.public, tsa_roots=Authority(tmp_path / "other").root)
    assert [one.fault for one in told.findings] == [Fault.BAD_RECEIPT]
    bundle.files[names.RECEIPTS] = json.dumps([{**receipt, "stamp": receipt["stamp"][:-40]}]).encode()
    assert [one.fault for one in verify_bundle(bundle, key=KEY.public).findings] == [Fault.BAD_RECEIPT]


def test_a_stamp_for_something_else_or_for_another_question_is_refused(authority: Authority) -> None:
    query, nonce = stamp_request(NOTE.encode())
    stamp = authority.stamp(query)
    assert nonce is not None
    check_stamp(stamp, NOTE.encode(), nonce=nonce, tsa_roots=authority.root)
    with pytest.raises(BadStamp):
        check_stamp(stamp, b"something else")
    with pytest.raises(BadStamp):
        check_stamp(stamp, NOTE.encode(), nonce=nonce + 1)
    with pytest.raises(BadStamp):
        check_stamp(b"no stamp", NOTE.encode())
