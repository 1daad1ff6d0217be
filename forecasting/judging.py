"""Heads from the record of a backtest, or from what was learned of the same record before.

A bucket more rarely ends a window of the backtest, for its origins lie on a grid. So what heads
learned is kept beside the states of the local models, under a hash of every number it was learned
from; where that is the same, so is what would be learned.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numba
import numpy as np

from domain.terms import Flags, Floats
from forecasting.evidence import Evidence, gather, remembered
from forecasting.heads import HEADS, FittedHead
from forecasting.local import LocalFit
from forecasting.sales import sales_of
from forecasting.shared_errors import error_correlation
from forecasting.states import StateStore, code_hash
from forecasting.threads import compiled, kernel

KINDS = {"sums": True, "buckets": False}
"""Evidence by name, and whether it is of sums."""


@dataclass(frozen=True)
class Errors:
    """Heads fitted on one record."""

    sum_head: FittedHead  # of sums of ordinary buckets
    bucket_head: FittedHead  # of single buckets
    of_sums: Evidence
    error_correlation: float  # of two series' sums


def errors_of(
    fit: LocalFit, whole: Flags, extra: Floats, span: int, head: str, threads: int,
    store: StateStore | None = None,
) -> Errors:  # fmt: skip
    """Errors of a fit, by way of a store where one is given.

    `whole`: S, whether a series sells whole units; `extra`: S, dispersion that guessed levels add.
    """
    kept, key = None, ""
    if store is not None:
        key, earlier = _key(fit, whole, span, head, threads), store.load()
        kept = earlier if earlier is not None and _is(earlier, key) else None
    make = HEADS.get(head)
    now = sales_of(fit).at(slice(None), -1)

    def work(name: str) -> tuple[Evidence, FittedHead]:
        if kept is None:
            evidence = gather(fit, whole, extra, span, KINDS[name])
            return evidence.without_windows(), make(evidence)
        of_evidence = _named(kept, f"judged_{name}_evidence_")
        evidence = remembered(of_evidence, fit.lengths, whole, extra, KINDS[name], now)
        return evidence, make(evidence, _named(kept, f"judged_{name}_head_"))

    with ThreadPoolExecutor(1 if threads == 1 else len(KINDS)) as workers:
        found = dict(zip(KINDS, workers.map(work, KINDS), strict=True))
    if kept is None:
        common = error_correlation(fit.mean, fit.actual, fit.origins, fit.lengths)
    else:
        common = float(kept["judged_correlation"])
    if store is not None:
        store.keep(_packed(key, common, found))
    (of_sums, sum_head), (_, bucket_head) = found["sums"], found["buckets"]
    return Errors(sum_head, bucket_head, of_sums, common)


def _packed(
    key: str, common: float, found: Mapping[str, tuple[Evidence, FittedHead]]
) -> dict[str, np.ndarray]:
    """What was learned, as arrays by name."""
    out = {"judged_key": np.array(key), "judged_correlation": np.array(common)}
    for name, (evidence, head) in found.items():
        for part, learned in (("evidence", evidence.learned), ("head", head.learned)):
            out |= {f"judged_{name}_{part}_{label}": value for label, value in learned.items()}
    return out


def _is(earlier: Mapping[str, np.ndarray], key: str) -> bool:
    """Whether these were learned under that key."""
    return "judged_key" in earlier and str(earlier["judged_key"]) == key


def _named(kept: Mapping[str, np.ndarray], begin: str) -> dict[str, np.ndarray]:
    """Arrays whose names begin so, by the rest of the name."""
    return {name[len(begin) :]: array for name, array in kept.items() if name.startswith(begin)}


def _key(fit: LocalFit, whole: Flags, span: int, head: str, threads: int) -> str:
    """A hash of all that errors are made of."""
    said = f"{code_hash()} {head} {span} {fit.origins[:-1].tolist()} {fit.lengths.tolist()}"
    made = hashlib.sha256(said.encode() + whole.tobytes())
    out = np.zeros(whole.size, np.uint64)
    sizes = fit.size[:, :-1], fit.sold[:, :-1], fit.age[:, :-1]
    for part in (fit.mean, fit.actual, fit.bucket_mean, fit.bucket_actual, *sizes):
        words = np.ascontiguousarray(part, np.float32).view(np.uint32)
        with kernel(threads):
            _hash_rows(words.reshape(whole.size, -1), out)
        made.update(out.tobytes())
    return made.hexdigest()


@compiled(parallel=True)
def _hash_rows(words: np.ndarray, out: np.ndarray) -> None:
    """`out` S: a hash (FNV-1a over words) of each row."""
    prime = np.uint64(0x100000001B3)
    for s in numba.prange(words.shape[0]):
        made = np.uint64(0xCBF29CE484222325)
        for t in range(words.shape[1]):
            made = (made ^ np.uint64(words[s, t])) * prime
        out[s] = made
