"""Bodies counted while they are read, packed ones while they are unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from api.http.problems import Refusal

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
GZIP_WINDOW = 16 + zlib.MAX_WBITS
LARGEST_STEP = 1 << 20
"""Bytes unpacked at a time, so that a bomb is noticed early."""


def counted(receive: Receive, most: int, encoding: str) -> Receive:
    """`receive`, refusing more than `most` bytes, as sent or unpacked, whatever was declared."""
    if encoding not in ("", "identity", "gzip"):
        raise Refusal(
            "unknown-media-type",
            f"bodies packed with {encoding[:40]!r} are not read",
            "Content-Encoding",
            "Send the body as it is, or with gzip.",
            headers={"Accept-Encoding": "gzip, identity"},
        )
    unpack = zlib.decompressobj(GZIP_WINDOW) if encoding == "gzip" else None
    total = 0

    def unpacked(body: bytes, last: bool) -> bytes:
        assert unpack is not None
        pieces = []
        size = total
        try:
            while body:
                piece = unpack.decompress(body, LARGEST_STEP)
                size += len(piece)
                _refuse_large(size, most)
                pieces.append(piece)
                body = unpack.unconsumed_tail
                if unpack.eof and unpack.unused_data:
                    raise zlib.error("there is more after its end")
        except zlib.error as error:
            raise _damaged(str(error)) from error
        if last and size and not unpack.eof:
            raise _damaged("it breaks off")
        return b"".join(pieces)

    async def read() -> Message:
        nonlocal total
        message = await receive()
        if message["type"] != "http.request":
            return message
        body = message.get("body", b"")
        if unpack is not None:
            body = unpacked(body, not message.get("more_body", False))
        total += len(body)
        _refuse_large(total, most)
        return {**message, "body": body}

    return read


def _refuse_large(size: int, most: int) -> None:
    if size > most:
        raise Refusal(
            "too-large",
            f"the body holds more than {most:,} bytes",
            "body",
            "Send fewer rows at a time, or a file to /v1/tables/{table}/uploads.",
        )


def _damaged(said: str) -> Refusal:
    return Refusal(
        "broken-request",
        f"the body is no gzip: {said[:100]}",
        "Content-Encoding",
        "Pack the body again, or send it as it is.",
    )
