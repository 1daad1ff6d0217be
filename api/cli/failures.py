"""What the command line says when something is refused, and with which exit code."""

from __future__ import annotations

import json
import sys
import traceback

from domain.errors import SHOWN_PROBLEMS, DataError, InfeasibleError, RestockError

DONE, BUG, BAD_INPUT, INFEASIBLE = 0, 1, 2, 3
STOPPED = 130


def exit_code(error: RestockError) -> int:
    """The exit code of a refusal: 3 for limits that cannot hold together, else 2."""
    return INFEASIBLE if isinstance(error, InfeasibleError) else BAD_INPUT


def as_record(error: RestockError) -> dict[str, object]:
    """A refusal for machines."""
    record: dict[str, object] = {
        "error": type(error).__name__,
        "what": error.what,
        "where": error.where,
        "mend": error.mend,
    }
    if isinstance(error, DataError) and error.cells:
        record["count"] = error.count
        record["cells"] = [vars(cell) for cell in error.cells]
    if isinstance(error, InfeasibleError):
        record["limits"] = list(error.limits)
    return record


def as_text(error: RestockError) -> str:
    """A refusal for people: what, where, the first bad cells, and the mend."""
    lines = [f"Refused: {error.what}", f"  where: {error.where}"]
    if isinstance(error, DataError):
        lines += [f"    {cell.sentence()}" for cell in error.cells]
        if error.count > len(error.cells) >= SHOWN_PROBLEMS:
            lines.append(f"    … {error.count - len(error.cells):,} more")
    lines.append(f"  mend:  {error.mend}")
    return "\n".join(lines)


def report(error: RestockError, as_json: bool) -> int:
    """Say a refusal (to standard error; as JSON to standard output) and give its exit code."""
    if as_json:
        print(json.dumps(as_record(error), ensure_ascii=False))
    else:
        print(as_text(error), file=sys.stderr)
    return exit_code(error)


def report_bug(error: BaseException, as_json: bool) -> int:
    """Say that this is our fault, with what we need to mend it; for machines the kind alone."""
    traceback.print_exception(error)
    what = "This is a bug in Restock, not in your data: please report the lines above."
    print(what, file=sys.stderr)
    if as_json:
        record = {"error": "Bug", "what": what, "where": type(error).__name__}
        print(json.dumps({**record, "mend": "Report the lines on standard error."}))
    return BUG
