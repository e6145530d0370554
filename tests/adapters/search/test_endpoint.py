"""An OpenAI-compatible endpoint on loopback: what it is asked, and what its troubles mean for an officer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_search_table import CUT, SCORE, patents, written

from matching_fakes import DIMENSIONS, CharacterTerms
from panhuo.adapters.search.build import SearchBuilder, SpaceRules
from panhuo.adapters.search.encoders import encoders
from panhuo.adapters.search.endpoint import (
    AT_ONCE,
    EndpointProblem,
    EndpointSettings,
    EndpointTerms,
    endpoint_settings,
)
from panhuo.engine.ports import Bag, MixedSpaces, Vectors
from panhuo.terms.errors import BadValue

SECRET = "sk-not-to-be-seen-anywhere"  # noqa: S105 - made up
RULES = SpaceRules(dimensions=8, vocabulary=500, min_texts=1, title_factor=2.0, refit_share=0.5)


class Service:
    """Answers as the scripted replies say, then as a good service; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None, dict[str, Any]]] = []
        self.replies: list[Callable[[dict[str, Any]], tuple[int, bytes]]] = []
        self.dimensions = DIMENSIONS
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append((self.path, self.headers["Authorization"], told))
                status, body = service.replies.pop(0)(told) if service.replies else service.good(told)
                if status:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def good(self, told: dict[str, Any]) -> tuple[int, bytes]:
        rows = (CharacterTerms().encode(told["input"]) * 3)[:, : self.dimensions]
        data = [{"index": place, "embedding": row.tolist()} for place, row in enumerate(rows)]
        return 200, json.dumps({"data": data[::-1]}).encode()  # an order of its own is allowed

    def terms(self, *, timeout: float = 5.0, pauses: list[float] | None = None) -> EndpointTerms:
        kept = [] if pauses is None else pauses
        return EndpointTerms(EndpointSettings(self.url, "bge-m3", SECRET, timeout), pause=kept.append)

    def environment(self) -> dict[str, str]:
        return {
            "PANHUO_EMBEDDINGS_URL": self.url,
            "PANHUO_EMBEDDINGS_MODEL": "bge-m3",
            "PANHUO_EMBEDDINGS_KEY": SECRET,
        }


@pytest.fixture
def service() -> Iterator[Service]:
    found = Service()
    yield found
    found.server.shutdown()
    found.server.server_close()


def failing(status: int, body: bytes = b"{}") -> Callable[[dict[str, Any]], tuple[int, bytes]]:
    return lambda _told: (status, body)


def test_texts_are_sent_in_batches_and_come_back_in_their_order(service: Service) -> None:
    terms = service.terms()
    words = [f"余热{place}" for place in range(AT_ONCE + 5)]
    found = terms.encode(words)
    assert np.allclose(found, CharacterTerms().encode(words), atol=1e-5)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert [len(told["input"]) for _, _, told in service.asked] == [1, AT_ONCE, 5]
    assert {path for path, _, _ in service.asked} == {"/v1/embeddings"}
    assert {key for _, key, _ in service.asked} == {f"Bearer {SECRET}"}
    assert terms.model == f"endpoint-127.0.0.1:{service.server.server_port}-bge-m3-{DIMENSIONS}"


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "PANHUO_EMBEDDINGS_KEY"), (403, "PANHUO_EMBEDDINGS_KEY"), (404, "PANHUO_EMBEDDINGS_MODEL"), (400, "bge-m3")],
)
def test_a_refusal_says_what_to_do_and_is_not_repeated(service: Service, status: int, advice: str) -> None:
    service.replies = [failing(status, SECRET.encode())]
    with pytest.raises(EndpointProblem) as caught:
        service.terms()
    assert advice in caught.value.message
    assert len(service.asked) == 1


def test_a_busy_endpoint_is_tried_again_with_growing_pauses(service: Service) -> None:
    service.replies = [failing(503), failing(429)]
    pauses: list[float] = []
    assert service.terms(pauses=pauses).dimensions == DIMENSIONS
    assert pauses == [0.5, 1.0]
    service.replies = [failing(500)] * 4
    with pytest.raises(EndpointProblem, match="answered 500, 4 times"):
        service.terms(pauses=pauses)


def test_a_silent_endpoint_ends_in_a_plain_sentence(service: Service) -> None:
    hold = threading.Event()
    service.replies = [lambda _told: (hold.wait(2) and 0 or 0, b"")] * 4
    with pytest.raises(EndpointProblem, match="PANHUO_EMBEDDINGS_TIMEOUT"):
        service.terms(timeout=0.05)
    hold.set()


def test_an_endpoint_that_is_not_there_ends_in_a_plain_sentence(service: Service) -> None:
    service.server.shutdown()
    service.server.server_close()
    with pytest.raises(EndpointProblem, match="could not be reached"):
        service.terms()


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"data": []}', b'{"data": [{"index": 0, "embedding": []}]}', b"[" * 100_000,
     b'{"data": [{"index": 0, "embedding": [NaN]}]}', b'{"data": [{"index": 1, "embedding": [1.0]}]}',
     b'{"data": [{"index": 0, "embedding": [1e39, 1.0]}]}', b'{"data": [{"index": 0, "embedding": [-Infinity]}]}',
     b'{"data": [{"index": Infinity, "embedding": [1.0]}]}', b'{"data": [{"index": "0", "embedding": [[1.0]]}]}',
     b'{"data": [{"index": 0, "embedding": [1' + b"0" * 400 + b"]}]}",
     b'{"data": [{"index": 1' + b"0" * 5_000 + b', "embedding": [1.0]}]}'],
)  # fmt: skip
def test_an_answer_that_holds_no_vectors_is_refused(service: Service, body: bytes) -> None:
    service.replies = [failing(200, body)]
    with pytest.raises(EndpointProblem, match="OpenAI-compatible"):
        service.terms()


def answering(*rows: list[float]) -> Callable[[dict[str, Any]], tuple[int, bytes]]:
    data = [{"index": place, "embedding": row} for place, row in enumerate(rows)]
    return failing(200, json.dumps({"data": data}).encode())


@pytest.mark.parametrize("size", [1e-44, 1e-30, 1.0, 1e19, 3e38])
def test_numbers_of_any_size_that_single_precision_holds_give_vectors_of_length_one(
    service: Service, size: float
) -> None:
    terms = service.terms()
    service.replies = [answering([size] * DIMENSIONS, [size, *[0.0] * (DIMENSIONS - 1)])]
    found = terms.encode(["余热", "锅炉"])
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1], abs=1e-6)
    assert found[0] == pytest.approx([DIMENSIONS**-0.5] * DIMENSIONS, abs=1e-6)


def test_a_vector_of_zeros_is_refused_for_a_text_and_taken_for_none(service: Service) -> None:
    terms = service.terms()
    nothing = [0.0] * DIMENSIONS
    service.replies = [answering([1.0] * DIMENSIONS, nothing)]
    with pytest.raises(EndpointProblem, match="zeros for '锅炉'"):
        terms.encode(["余热", "锅炉"])
    service.replies = [answering(nothing, nothing)]
    assert not terms.encode(["", "？！"]).any()
    service.replies = [answering([0.0])]
    with pytest.raises(EndpointProblem, match="zeros"):
        service.terms()


def test_a_change_of_dimensions_is_refused_and_explained(service: Service) -> None:
    terms = service.terms()
    service.dimensions = DIMENSIONS - 1
    with pytest.raises(EndpointProblem, match="another model answers"):
        terms.encode(["余热"])
    assert service.terms().model != terms.model, "a new call has another space"


def test_the_key_is_in_no_message_name_or_picture_of_the_settings(service: Service) -> None:
    terms = service.terms()
    shown = [repr(EndpointSettings(service.url, "bge-m3", SECRET)), terms.model, terms.host, repr(vars(terms))]
    for status in (401, 404, 400, 302):
        service.replies = [failing(status, SECRET.encode())]
        with pytest.raises(EndpointProblem) as caught:
            terms.encode(["余热"])
        shown += [str(caught.value), repr(caught.value.fields)]
    assert SECRET not in "".join(shown)


@pytest.mark.parametrize(
    ("name", "value"),
    [("URL", ""), ("URL", "gpu.example"), ("URL", "ftp://gpu.example/v1"), ("URL", "http://a:b@gpu.example"),
     ("URL", "http://gpu.example:port"), ("URL", "http://gpu example"), ("MODEL", " "), ("KEY", "a\r\nX: b"),
     ("TIMEOUT", "soon"), ("TIMEOUT", "-1"), ("TIMEOUT", "nan")],
)  # fmt: skip
def test_odd_settings_name_their_variable(service: Service, name: str, value: str) -> None:
    told = {**service.environment(), f"PANHUO_EMBEDDINGS_{name}": value}
    with pytest.raises(BadValue) as caught:
        endpoint_settings(told)
    assert f"PANHUO_EMBEDDINGS_{name}" in caught.value.message
    assert endpoint_settings(service.environment()).timeout == 60


def test_a_table_of_an_endpoint_is_searched_by_its_vectors_and_never_by_others(
    service: Service, tmp_path: Path
) -> None:
    chosen = encoders("endpoint", tmp_path / "cache", RULES, service.environment())
    assets = written(tmp_path / "one.parquet", patents())
    (tmp_path / "search").mkdir()
    builder = SearchBuilder(tmp_path / "search", CUT, chosen.terms, RULES, whole=chosen.whole)
    table = builder.refresh(assets, "one")
    encoder = builder.encoder(table)
    assert encoder.space == table.index.space == f"live-texts-{chosen.terms.model}"
    selection = table.index.in_memory(np.arange(1, 21), SCORE)
    asked = encoder.encode([Bag("余热回收锅炉装置5\n污泥干化。", {})])
    assert selection.nearest(asked, 1)[0].tolist() == [5]
    assert encoder.terms(["余热", "未知"]).shape == (2, 8)
    with pytest.raises(MixedSpaces):
        selection.nearest(Vectors(table.space.id, np.zeros((1, DIMENSIONS), np.float32)), 1)
    before = len(service.asked)
    again = encoders("endpoint", tmp_path / "cache", RULES, service.environment())
    builder = SearchBuilder(tmp_path / "search", CUT, again.terms, RULES, whole=again.whole)
    assert not builder.refresh(assets, "one").fitted
    assert len(service.asked) == before + 1, "only its dimensions are asked for: the rest is kept"
