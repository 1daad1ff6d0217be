"""The job `import`: an uploaded file put into a table, all of its rows or none."""

from __future__ import annotations

from pathlib import Path

from api.jobs.kind import KINDS, Work
from domain.errors import NotFoundError
from planning.store.service.part import UPLOADS_FOLDER
from planning.store.service.records import Json
from planning.store.service.transfer import import_file


@KINDS.register("import")
def run(work: Work) -> Json:
    """Arguments: `file` (in the workspace's folder of uploads), `table`, `taken_at` or null.

    The file goes once its rows are there and that is noted, so that an attempt after that knows.
    """
    arguments = work.job.arguments
    name = str(arguments["file"])
    path = work.workspace / UPLOADS_FOLDER / Path(name).name
    done = work.job.checkpoint
    if done is not None:
        path.unlink(missing_ok=True)
        return done
    if Path(name).name != name or not path.is_file():
        raise NotFoundError("the uploaded file is not there", name, "Send it again.")
    work.advance(0.0, "read")
    taken_at = arguments.get("taken_at")
    written = import_file(path, str(arguments["table"]), work.store, work.job.created_by, taken_at)
    work.store.checkpoint(work.fence, vars(written))
    path.unlink(missing_ok=True)
    return vars(written)
