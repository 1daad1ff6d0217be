"""States of the local models, kept from one forecast to the next: only new buckets are passed over.

What the next bucket needs is kept as plain arrays: the states of every series and of the classes'
sample, the sums of pooled profiles, the classes' losses, and what was written down at origins.
A fit that goes on from them is that of the whole pass, to the last bit, for both take the same
steps in the same order. They are used where code, span, series and every bucket up to theirs are
the same (a hash of each series says so), no yearly profile is due, and nothing was sold out: what
a stock-out hides is judged by errors over the whole past. Anything else is passed over whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

import numba
import numpy as np

from domain.terms import Floats, Integers, Panel
from forecasting.arrays import Learned, Record, States, fresh_record
from forecasting.censoring import sold_out_buckets
from forecasting.class_losses import class_losses, class_sample, loss_origins
from forecasting.kernel import one_pass
from forecasting.local import (
    LocalFit,
    Pass,
    Seasons,
    fit_of,
    history_of,
    nothing_learned,
    whole_fit,
)
from forecasting.look_back import look_back
from forecasting.profiles import Pooled, pooled_since, season_of
from forecasting.threads import compiled
from forecasting.yearly import Yearly, fits_due, laid_out, yearly_logs

Arrays = Mapping[str, np.ndarray]


class StateStore(Protocol):
    """Where states lie between two forecasts."""

    def load(self) -> Arrays | None:
        """Those that were kept last; None where there are none that can be read."""

    def keep(self, arrays: Arrays) -> None:
        """Put these in the place of those of the same names."""


def fit_from(
    panel: Panel, origins: Integers, lengths: Integers, span: int, ahead: int, store: StateStore
) -> LocalFit:
    """`fit_local` by way of a store; hold `threads.kernel` around it."""
    if sold_out_buckets(panel.known).any():
        return whole_fit(panel, origins, lengths, span, ahead)[0]
    identity, earlier = _identity(panel, lengths, span), store.load()
    before = 0 if earlier is None else min(int(earlier["buckets"]), panel.buckets)
    hashes = _hashes(panel, [before, panel.buckets])
    if earlier is not None and _fits(earlier, panel, identity, origins, span, hashes[:, 0]):
        logs = earlier["yearly_logs"]
        yearly = laid_out(panel, logs, ahead)
        fit, done, pooled = _gone_on(earlier, panel, origins, lengths, span, ahead, yearly)
    else:
        logs = yearly_logs(panel)
        yearly = laid_out(panel, logs, ahead)
        fit, done, pooled = whole_fit(panel, origins, lengths, span, ahead, yearly=yearly)
    store.keep(_packed(panel, identity, done, pooled, logs, hashes[:, 1]))
    return fit


@cache
def code_hash() -> str:
    """A hash of this package's sources."""
    folder, made = Path(__file__).parent, hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        made.update(str(file.relative_to(folder)).encode() + file.read_bytes())
    return made.hexdigest()


def _identity(panel: Panel, lengths: Integers, span: int) -> str:
    """A hash of everything but demand that must be the same."""
    calendar = panel.calendar
    said = f"{code_hash()} {calendar.bucket} {calendar.first} {span} {lengths.tolist()}\n"
    said += "\n".join("\0".join(key) for key in panel.keys)
    made = hashlib.sha256(said.encode())
    made.update(panel.category.tobytes() + panel.product.tobytes())
    return made.hexdigest()


@compiled(parallel=True)
def _hash(
    demand: np.ndarray, known: np.ndarray, first: Integers, until: Integers, out: np.ndarray
) -> None:
    """`out` S × n: hashes (FNV-1a over words) of each series' first `until` buckets, bit by bit.

    `until`: n, ascending. What has begun by then is in the hash as its first bucket.
    """
    prime = np.uint64(0x100000001B3)
    for s in numba.prange(demand.shape[0]):
        made, begin = np.uint64(0xCBF29CE484222325), 0
        for place in range(until.size):
            for t in range(begin, until[place]):
                word = np.uint64(demand[s, t]) | (np.uint64(known[s, t]) << np.uint64(32))
                made = (made ^ word) * prime
            begin = until[place]
            out[s, place] = (made ^ np.uint64(min(first[s], begin))) * prime


def _hashes(panel: Panel, until: list[int]) -> np.ndarray:
    """What tells one past from another, after each of some numbers of buckets: S × n."""
    out = np.zeros((panel.series, len(until)), np.uint64)
    demand, ends = panel.demand.view(np.uint32), np.array(until, np.int64)
    _hash(demand, panel.known, panel.first, ends, out)
    return out


def _fits(
    earlier: Arrays, panel: Panel, identity: str, origins: Integers, span: int,
    hashes: np.ndarray,
) -> bool:  # fmt: skip
    """Whether a pass may go on from these states."""
    if str(earlier["identity"]) != identity:
        return False
    buckets = int(earlier["buckets"])
    there = np.append(earlier["record_origins"], np.arange(buckets, panel.buckets))
    return bool(
        4 * span <= buckets <= panel.buckets
        and earlier["yearly_logs"].shape[0] == fits_due(panel.calendar).size
        and np.isin(origins, there).all()
        and np.array_equal(earlier["hashes"], hashes)
    )


def _gone_on(
    earlier: Arrays, panel: Panel, origins: Integers, lengths: Integers, span: int, ahead: int,
    yearly: list[Yearly],
) -> tuple[LocalFit, Pass, Pooled]:  # fmt: skip
    """The fit of a panel from the states of some buckets before its end."""
    begin, season = int(earlier["buckets"]), season_of(panel.calendar, ahead)
    pooled = pooled_since(panel, season, earlier["pooled"], begin)
    states, sample = (
        States(*(earlier[f"{kind}_{name}"] for name in States._fields))
        for kind in ("state", "sample")
    )
    seasons = Seasons(season, pooled, yearly[-1], None, None, class_sample(panel))
    history, seasonal, everyone = history_of(panel), seasons.arrays(), np.arange(panel.series)
    losses = earlier["class_losses"]
    more = loss_origins(panel.buckets, span) - losses.shape[1]
    learned = Learned(
        np.zeros((seasons.sample.size, more, losses.shape[2]), np.float32),
        np.zeros((seasons.sample.size, more), np.uint8),
    )
    nothing = fresh_record(seasons.sample.size, np.zeros(0, np.int64), lengths[:1], season.length)
    one_pass(
        history, seasonal, seasons.sample, np.ones_like(losses), span, sample, begin,
        panel.buckets, nothing, learned,
    )  # fmt: skip
    losses = np.concatenate([losses, class_losses(learned)], axis=1)
    record = _record(earlier, panel, origins, lengths, season.length)
    one_pass(
        history, seasonal, everyone, losses, span, states, begin, panel.buckets, record,
        nothing_learned(),
    )  # fmt: skip
    _came_since(record, panel, seasons, yearly, begin)
    done = Pass(record, states, np.stack([losses, losses]), sample)
    return fit_of(record, done, season, yearly[-1]), done, pooled


def _record(
    earlier: Arrays, panel: Panel, origins: Integers, lengths: Integers, length: int
) -> Record:
    """What stood written at those of the origins that were there, and room for the others."""
    record = fresh_record(panel.series, origins, lengths, length)
    before = earlier["record_origins"]
    old = np.flatnonzero(np.isin(origins, before))
    place = np.searchsorted(before, origins[old])
    for name in Record._fields[2:]:
        getattr(record, name)[:, old] = earlier[f"record_{name}"][:, place]
    return record


def _came_since(
    record: Record, panel: Panel, seasons: Seasons, yearly: list[Yearly], begin: int
) -> None:
    """Fill in sums that were not over before bucket `begin`, each under its own yearly profile."""
    standing = np.searchsorted([fit.begin for fit in yearly], record.origins + 1, side="right") - 1
    unfinished = record.origins + int(record.lengths[-1]) >= begin
    for number in np.unique(standing[unfinished]):
        places = np.flatnonzero(unfinished & (standing == number))
        rows = (np.ascontiguousarray(getattr(record, name)[:, places]) for name in FIELDS)
        part = Record(record.origins[places], record.lengths, *rows)
        seasonal = seasons.arrays()._replace(yearly=yearly[number].factor)
        look_back(history_of(panel), seasonal, np.arange(panel.series), part)
        for name in FIELDS:
            getattr(record, name)[:, places] = getattr(part, name)


FIELDS = Record._fields[2:]
"""What of a record is by series and origin."""


def _packed(
    panel: Panel, identity: str, done: Pass, pooled: Pooled, logs: Floats,
    hashes: np.ndarray,
) -> dict[str, np.ndarray]:  # fmt: skip
    """States as arrays by name; none where classes learned nothing."""
    found = {
        "identity": np.array(identity),
        "buckets": np.array(panel.buckets),
        "hashes": hashes,
        "yearly_logs": logs,
        "pooled": pooled.sums,
        "class_losses": done.class_losses[0],
    }
    found |= {f"record_{name}": getattr(done.record, name) for name in Record._fields}
    found |= {f"state_{name}": getattr(done.states, name) for name in States._fields}
    if done.sample is not None:
        found |= {f"sample_{name}": getattr(done.sample, name) for name in States._fields}
    return found
