"""Requests to a region that is dark.

Every AWS API call whose signature names the region, calls of its REST APIs, and its user pools' tokens and keys are
refused, left without an answer, delayed, or answered 503. An answer that is ready when its region falls silent does
not leave it: what was done is done, and nobody is told.
"""

import asyncio
import base64
import binascii
import sys
import time
from urllib.parse import parse_qs

import regions
from replacing import replace

BLACKHOLE_LIMIT_SECONDS = 120
"""A connection into a black hole is closed after this long; clients give up much earlier."""

_HUNG_UP = "tenfold.hung-up"
_GLOBAL_TOKEN_PATH = "/oauth2/token"
_KEYS_PATH = "/.well-known/jwks.json"


def install() -> None:
    from hypercorn.protocol.http_stream import HTTPStream

    send_error = HTTPStream._send_error_response

    async def send_error_unless_hung_up(stream, status_code):
        # Without any answer hypercorn closes the connection, which is what is wanted.
        if not stream.scope.get(_HUNG_UP):
            await send_error(stream, status_code)

    replace(
        HTTPStream, "_send_error_response", send_error_unless_hung_up, "self", "status_code", mentions=("self.send",)
    )


async def serve(inner, scope, receive, send) -> None:
    """Serves a request as its region allows; `inner` is the emulator's application."""
    region = region_of(scope)
    if region is None:
        await inner(scope, receive, send)
        return
    ahead = _ReadAhead(receive)
    try:
        verdict = await _admit(region, ahead, may_delay=True)
        if verdict == "hang-up":
            scope[_HUNG_UP] = True
            return
        if verdict == "unavailable":
            await _send_unavailable(scope, send)
            return
        await inner(scope, ahead.receive, _Answer(region, scope, ahead, send).send)
    finally:
        ahead.stop()


async def _admit(region: str, ahead: "_ReadAhead", may_delay: bool) -> str:
    give_up_at = time.monotonic() + BLACKHOLE_LIMIT_SECONDS
    delayed = not may_delay
    while True:
        condition = regions.condition_of(region)
        if condition.mode == regions.REFUSED:
            return "hang-up"
        if condition.mode == regions.BLACKHOLE:
            left = give_up_at - time.monotonic()
            if left <= 0 or await ahead.gone_before(regions.change(left)):
                return "hang-up"
        elif condition.mode == regions.ERROR and may_delay:
            return "unavailable"
        elif condition.mode == regions.SLOW and not delayed:
            delayed = True
            await asyncio.sleep(condition.delay_milliseconds / 1000)
        else:
            return "pass"


class _ReadAhead:
    """Reads a request ahead while it is held, because only reading tells that its client has gone."""

    def __init__(self, receive) -> None:
        self._receive = receive
        self._events: asyncio.Queue = asyncio.Queue()
        self._gone = asyncio.Event()
        self._reader: asyncio.Task | None = None

    async def _read(self) -> None:
        while not self._gone.is_set():
            event = await self._receive()
            if event["type"] == "http.disconnect":
                self._gone.set()
            self._events.put_nowait(event)

    async def gone_before(self, happening) -> bool:
        """Whether the client went away before something else happened."""
        if self._reader is None:
            self._reader = asyncio.create_task(self._read())
        waits = (asyncio.ensure_future(self._gone.wait()), asyncio.ensure_future(happening))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            return self._gone.is_set()
        finally:
            for wait in waits:
                wait.cancel()

    async def receive(self):
        return await (self._receive() if self._reader is None else self._events.get())

    def stop(self) -> None:
        if self._reader is not None:
            self._reader.cancel()


class _Answer:
    """What is sent to the client, as long as the region can send anything."""

    def __init__(self, region: str, scope, ahead: _ReadAhead, send) -> None:
        self._region, self._scope, self._ahead, self._send = region, scope, ahead, send
        self._cut = False

    async def send(self, message) -> None:
        if message["type"] == "http.response.start" and regions.is_silent(self._region):
            if await _admit(self._region, self._ahead, may_delay=False) == "hang-up":
                self._cut = True
                self._scope[_HUNG_UP] = True
        if not self._cut:
            await self._send(message)


def region_of(scope) -> str | None:
    """The region that a request is for; None when it is for none, as the emulator's own pages are."""
    from ministack import app
    from ministack.core.router import extract_signed_region

    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in scope["headers"]
        if name.lower() in (b"authorization", b"host")
    }
    path, host = scope["path"], headers.get("host", "")
    called = app._parse_execute_api_url(host, path) or app._resolve_custom_domain_request(host, path)
    if called is not None:
        return _region_of_api(called[0])
    query = scope.get("query_string", b"")
    signed_by_query = parse_qs(query.decode("latin-1")) if b"X-Amz-Credential" in query else None
    return extract_signed_region(headers, signed_by_query) or _region_of_user_pool(path, headers)


def _region_of_api(api_id: str) -> str | None:
    from ministack import app

    for module in ("apigateway_v1", "apigateway"):
        found = app._get_module(module).find_api_scope(api_id)
        if found is not None:
            return found[1]
    return None


def _region_of_user_pool(path: str, headers: dict[str, str]) -> str | None:
    if path.endswith(_KEYS_PATH):
        region = path.lstrip("/").split("_", 1)[0]
        return region if regions.is_region_name(region) else None
    cognito = sys.modules.get("ministack.services.cognito")
    if path != _GLOBAL_TOKEN_PATH or cognito is None:
        return None
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id = base64.b64decode(credentials).decode().split(":", 1)[0]
    except (binascii.Error, UnicodeDecodeError):
        return None
    for (_, region, _), pool in cognito._user_pools.all_items():
        if client_id in pool["_clients"]:
            return region
    return None


_XML = (
    b"<ErrorResponse><Error><Type>Receiver</Type><Code>ServiceUnavailable</Code>"
    b"<Message>the region is out of service</Message></Error></ErrorResponse>"
)
_JSON = b'{"__type":"ServiceUnavailableException","message":"the region is out of service"}'


async def _send_unavailable(scope, send) -> None:
    asked = {name.lower(): value for name, value in scope["headers"]}
    in_xml = asked.get(b"content-type", b"").startswith(b"application/x-www-form-urlencoded") or any(
        service in asked.get(b"authorization", b"") for service in (b"/s3/aws4", b"/route53/aws4")
    )
    body, content_type = (_XML, b"text/xml") if in_xml else (_JSON, b"application/json")
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
