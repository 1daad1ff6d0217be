"""Restock's side of the peers: find their environment, run a program there, keep its answer."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from domain.errors import UnavailableError
from experiments.benchmarks.cache import hash_of, kept
from experiments.benchmarks.peers.program import SECONDS, Arrays, read_arrays, write_arrays

ROOT = Path(__file__).resolve().parents[3]
LOCK = Path(__file__).with_name("requirements.lock")
PACKAGES = ("statsforecast", "prophet", "pulp", "highspy", "numpy", "pandas")
"""Those whose versions are told with results."""
SHOWN_LINES = 12
"""Last lines of a failed program that are shown."""
IMPORTED = re.compile(r"^from (experiments\.benchmarks\.peers\.\w+) import", re.MULTILINE)
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}


@dataclass(frozen=True)
class PeerEnvironment:
    """The interpreter that runs the programs, and the lock that says what it has."""

    python: Path
    lock: Path

    def versions(self) -> dict[str, str]:
        """Version of each of PACKAGES in the lock; of one that is there twice, the first."""
        pins: dict[str, str] = {}
        for line in self.lock.read_text(encoding="utf-8").splitlines():
            name, sign, rest = line.partition("==")
            if sign and name in PACKAGES:
                pins.setdefault(name, rest.split()[0])
        return pins


def find_environment(root: Path = ROOT) -> PeerEnvironment:
    """The environment that `make peers` builds; its absence is an error, never a skip."""
    folder = root / ".venv-peers"
    if not (folder / "ready").is_file():
        raise UnavailableError(
            "the environment of the benchmarks' peers is not there",
            folder.name,
            "Build it with `make peers`.",
        )
    return PeerEnvironment(folder / "bin" / "python", LOCK)


def run_peer(module: str, given: Arrays, environment: PeerEnvironment) -> dict[str, np.ndarray]:
    """The answer of a peer's program to `given`; raises UnavailableError with its last words."""
    with tempfile.TemporaryDirectory() as scratch:
        files = Path(scratch) / "given.npz", Path(scratch) / "answer.npz"
        write_arrays(files[0], given)
        command = [str(environment.python), "-m", module, *map(str, files)]
        try:
            ended = subprocess.run(
                command, cwd=ROOT, env={**os.environ, **ONE_THREAD}, capture_output=True, text=True
            )
        except OSError as error:
            raise UnavailableError(
                f"the peers' interpreter does not start: {error.strerror}",
                environment.python.name,
                "Remove the folder .venv-peers and build it anew: `make peers`.",
            ) from error
        if ended.returncode or not files[1].exists():
            said = "\n".join(ended.stderr.strip().splitlines()[-SHOWN_LINES:])
            raise UnavailableError(
                f"the program ended with code {ended.returncode}:\n{said}\n",
                module,
                "If it lacks a package, remove .venv-peers and build it anew: `make peers`.",
            )
        return read_arrays(files[1])


def sources_of(module: str) -> list[Path]:
    """A program's file and those of the peers' package that it imports, directly or not."""
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = ROOT / f"{name.replace('.', os.sep)}.py"
            waiting += IMPORTED.findall(found[name].read_text(encoding="utf-8"))
    return [found[name] for name in sorted(found)]


def ask(
    module: str, given: Arrays, environment: PeerEnvironment, fresh: bool = False
) -> tuple[dict[str, np.ndarray], float]:
    """A peer's answer and the CPU seconds it took, from the cache where it was asked the same.

    The same: equal arrays, the same lock, an unchanged program. `fresh` runs it anyway.
    """
    asked = [part for name in sorted(given) for part in (name, np.asarray(given[name]))]
    name = module.rpartition(".")[2]
    key = hash_of([module, environment.lock, *sources_of(module), *asked])
    made = kept(f"{name}-{key}", lambda: run_peer(module, given, environment), fresh)
    return made, float(made.pop(SECONDS))
