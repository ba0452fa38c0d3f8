"""The emulator's control of regions and of played time, at `/_tenfold/` on its own port and for this machine only.

- `GET /_tenfold/status`
- `PUT /_tenfold/regions/<region>` with `{"mode": "light|refused|blackhole|slow|error", "delayMilliseconds": 0}`
- `PUT /_tenfold/replication/<from>/<to>` with `{"lagMilliseconds": [0, 50], "partitioned": false}`; either is enough
- `PUT /_tenfold/throttling/<region>` with `{"keys": ["visit/1"]}`: partitions whose keys contain one of the texts are too busy to be
  written to; none is with an empty list
- `PUT /_tenfold/deployments` with `{"timesAsFast": 10}`: how much faster than on AWS time passes for CodeDeploy
"""

import asyncio
import ipaddress
import json
import logging
from datetime import datetime, timezone

import codedeploy_deployments
import dark_requests
import dark_work
import played_time
import regions
import replication
import throttled_keys

PREFIX = "/_tenfold/"
MAX_MILLISECONDS = 24 * 60 * 60 * 1000

logger = logging.getLogger("tenfold")


class BadRequest(Exception):
    """The request is not understood; the message says what is."""


def install() -> None:
    """Puts the control, and the regions it controls, before the emulator's application."""
    from ministack import app

    inner = app.app

    async def controlled(scope, receive, send):
        if scope["type"] == "lifespan":
            # Lives as long as the server does, as the emulator's own background work.
            sweep = asyncio.create_task(replication.sweep_expired())
            try:
                await inner(scope, receive, send)
            finally:
                codedeploy_deployments.abort_all()
                sweep.cancel()
        elif scope["type"] != "http":
            await inner(scope, receive, send)
        elif scope["path"].startswith(PREFIX):
            await _answer(scope, receive, send)
        else:
            await dark_requests.serve(inner, scope, receive, send)

    dark_requests.install()
    dark_work.install()
    replication.install()
    throttled_keys.install()
    app.app = controlled


async def _answer(scope, receive, send) -> None:
    if not ipaddress.ip_address((scope.get("client") or ("",))[0] or "::").is_loopback:
        await _send(send, 403, {"message": "only this machine controls its regions"})
        return
    try:
        await _send(send, 200, _do(scope["method"], scope["path"][len(PREFIX):].split("/"), await _body(receive)))
    except BadRequest as refused:
        await _send(send, 400, {"message": str(refused)})


async def _body(receive) -> bytes:
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if not event.get("more_body"):
            return body


async def _send(send, status: int, answer: dict) -> None:
    body = json.dumps(answer).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _do(method: str, parts: list[str], body: bytes) -> dict:
    match method, parts:
        case "GET", ["status"]:
            pass
        case "PUT", ["regions", region]:
            _put_region(_region(region), _wanted(body, {"mode", "delayMilliseconds"}))
        case "PUT", ["replication", source, target]:
            if source == target:
                raise BadRequest(f"replication goes from one region to another, not from {source} to itself")
            _put_link(_region(source), _region(target), _wanted(body, {"lagMilliseconds", "partitioned"}))
        case "PUT", ["throttling", region]:
            _put_throttling(_region(region), _wanted(body, {"keys"})["keys"])
        case "PUT", ["deployments"]:
            _put_pace(_wanted(body, {"timesAsFast"}))
        case _:
            raise BadRequest(f"{method} {PREFIX}{'/'.join(parts)} is not known:{__doc__.split(':', 1)[0]}")
    return _status()


def _region(text: str) -> str:
    if not regions.is_region_name(text):
        raise BadRequest(f"{text} is no name of a region; sa-east-1 is one")
    return text


def _wanted(body: bytes, known: set[str]) -> dict:
    try:
        wanted = json.loads(body)
    except json.JSONDecodeError as error:
        raise BadRequest(f"the body is not JSON: {error}") from error
    if not isinstance(wanted, dict) or not wanted or not wanted.keys() <= known:
        raise BadRequest(f"the body is an object with some of {', '.join(sorted(known))}")
    return wanted


def _milliseconds(value, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_MILLISECONDS:
        raise BadRequest(f"{name} is a whole number from 0 to {MAX_MILLISECONDS}, not {json.dumps(value)}")
    return value


def _put_region(region: str, wanted: dict) -> None:
    mode = wanted.get("mode")
    if mode not in regions.MODES:
        raise BadRequest(f"mode is one of {', '.join(regions.MODES)}, not {json.dumps(mode)}")
    delay = _milliseconds(wanted.get("delayMilliseconds", 0), "delayMilliseconds")
    if (mode == regions.SLOW) != (delay > 0):
        raise BadRequest("delayMilliseconds goes with the mode slow, and only with it")
    regions.put(region, mode, delay)
    logger.info("region %s is %s", region, mode)


def _put_link(source: str, target: str, wanted: dict) -> None:
    lag = wanted.get("lagMilliseconds")
    if lag is not None:
        lowest, highest = lag if isinstance(lag, list) and len(lag) == 2 else (lag, lag)
        lag = (_milliseconds(lowest, "lagMilliseconds"), _milliseconds(highest, "lagMilliseconds"))
        if lag[0] > lag[1]:
            raise BadRequest(f"lagMilliseconds goes from the lowest to the highest, not from {lag[0]} to {lag[1]}")
    partitioned = wanted.get("partitioned")
    if partitioned is not None and not isinstance(partitioned, bool):
        raise BadRequest(f"partitioned is true or false, not {json.dumps(partitioned)}")
    replication.put_link(source, target, lag, partitioned)
    logger.info("replication from %s to %s: %s", source, target, json.dumps(wanted))


def _put_throttling(region: str, keys) -> None:
    if not isinstance(keys, list) or not all(isinstance(key, str) and key for key in keys):
        raise BadRequest(f"keys is a list of texts that are not empty, not {json.dumps(keys)}")
    throttled_keys.put(region, tuple(keys))
    logger.info("%d kinds of partitions of %s are throttled", len(keys), region)


def _put_pace(wanted: dict) -> None:
    pace = wanted["timesAsFast"]
    if isinstance(pace, bool) or not isinstance(pace, (int, float)) or not 1 <= pace <= played_time.MAX_TIMES_AS_FAST:
        raise BadRequest(f"timesAsFast is a number from 1 to {played_time.MAX_TIMES_AS_FAST}, not {json.dumps(pace)}")
    played_time.put(pace)
    logger.info("time passes %s times as fast for deployments", pace)


def _status() -> dict:
    ways = replication.status()
    known = {way["from"] for way in ways} | set(regions.conditions())
    return {
        "regions": {region: _described(region) for region in sorted(known)},
        "replication": ways,
        "throttling": throttled_keys.status(),
        "deployments": {"timesAsFast": played_time.times_as_fast()},
    }


def _described(region: str) -> dict:
    condition = regions.condition_of(region)
    described = {"mode": condition.mode, "delayMilliseconds": condition.delay_milliseconds}
    if region in regions.conditions():
        described["since"] = datetime.fromtimestamp(condition.since, timezone.utc).isoformat()
    return described
