"""`python -m experiments.benchmarks [--data DIR]`: every benchmark, one after the other."""

from __future__ import annotations

import subprocess
import sys

BENCHMARKS = ("reading", "forecasting", "optimization", "planning", "replay")


def main() -> None:
    """Run each in a process of its own, so that peaks of memory do not mix."""
    options = sys.argv[1:]
    for name in BENCHMARKS:
        print(f"== {name}", flush=True)
        takes_data = name in ("forecasting", "planning", "replay")
        command = [sys.executable, "-m", f"experiments.benchmarks.{name}"]
        subprocess.run([*command, *(options if takes_data else [])], check=True)


if __name__ == "__main__":
    main()
