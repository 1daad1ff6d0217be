"""Whole files for a table: received to disk as they come, read by a worker."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime
from starlette.concurrency import run_in_threadpool

from api.http import schemas
from api.http.answers import XLSX, respond_json
from api.http.contracts import ONCE, POSTED, problems
from api.http.keyed import refuse_other_places
from api.http.principals import WRITE, require
from api.http.problems import Refusal
from api.http.records import job_record
from api.http.routes.tables import SNAPSHOTS, Name, known
from api.http.routing import ServiceRoute, once, request_identity
from planning.store.service.interface import ServiceStore

router = APIRouter(prefix="/v1", tags=["tables"], route_class=ServiceRoute)
SUFFIXES = {
    "text/csv": ".csv",
    "application/vnd.apache.parquet": ".parquet",
    XLSX: ".xlsx",
}
FILE = {"type": "string", "format": "binary", "minLength": 1}
FILES = {media: {"schema": FILE} for media in SUFFIXES}
DOCUMENTED: dict[str, Any] = {**ONCE, "requestBody": {"required": True, "content": FILES}}
TakenAt = Annotated[AwareDatetime | None, Query(description="Of a snapshot of all there is.")]


@router.post(
    "/tables/{table}/uploads",
    operation_id="upload_rows",
    status_code=202,
    response_model=schemas.JobAnswer,
    responses={**POSTED, **problems(404, 409, 413, 415, 507)},
    openapi_extra=DOCUMENTED,
)
async def uploaded(request: Request, table: Name, taken_at: TakenAt = None) -> Response:
    """Take a CSV, Parquet or XLSX file whose rows a job puts in place: all of them or none."""
    import pandas as pd

    principal = require(request, WRITE)
    asked = known(table)
    # Its places are known only once it is read: that is for a key of all of them.
    refuse_other_places(principal, pd.DataFrame(), asked, whole=True)
    if taken_at is not None and table not in SNAPSHOTS:
        raise Refusal("invalid", f"{table} has no snapshots", "taken_at", "Leave it out.")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in SUFFIXES:
        mend = f"Send one of {', '.join(SUFFIXES)}."
        raise Refusal("unknown-media-type", "no file of this type is read", "Content-Type", mend)
    folder: Path = request.app.state.workspace / "uploads"
    digest, draft = await _received(request, folder)
    taken = None if taken_at is None else taken_at.timestamp()

    async def work(request: Request) -> Response:
        id = f"import-{request_identity(request) or uuid.uuid4().hex}"
        name = f"{id}{SUFFIXES[kind]}"
        draft.rename(folder / name)
        arguments = {"table": table, "file": name, "taken_at": taken}
        store: ServiceStore = request.app.state.store
        job = await run_in_threadpool(store.enqueue, "import", arguments, principal.name, id)
        if job.finished_at is not None:  # sent again: its rows are there, nobody wants the file
            (folder / name).unlink(missing_ok=True)
        place = {"location": f"/v1/jobs/{job.id}", "retry-after": "2"}
        return respond_json(request, job_record(job), 202, headers=place)

    try:
        key = request.headers.get("idempotency-key")
        return await (work(request) if key is None else once(request, key, digest, work))
    finally:
        draft.unlink(missing_ok=True)


async def _received(request: Request, folder: Path) -> tuple[str, Path]:
    """The body as a file of a name of ours, and its hash with the address it was sent to."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{uuid.uuid4().hex}"
    digest = hashlib.sha256(request.scope["query_string"] + b"\n")
    try:
        with draft.open("xb") as file:
            async for piece in request.stream():
                digest.update(piece)
                await run_in_threadpool(_write, file, piece)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    if not draft.stat().st_size:
        draft.unlink()
        raise Refusal("invalid-file", "the body is empty", "body", "Send a file.")
    return digest.hexdigest(), draft


def _write(file: BinaryIO, piece: bytes) -> None:
    """Put bytes into the file, away from the loop that answers others."""
    file.write(piece)
