"""`python -m experiments.benchmarks [NAME] [options]`: one benchmark, or every one in turn.

With a name, all options are that benchmark's own (`NAME --help`); without one, --data and
--results go to those that take them.
"""

from __future__ import annotations

import subprocess
import sys

from domain.errors import NotFoundError
from experiments.benchmarks.options import add_data, add_results, parser_of, run_main

DATA, RESULTS = "data", "results"
BENCHMARKS = {
    "alerts": (RESULTS,),
    "budget_replay": (DATA, RESULTS),
    "reading": (RESULTS,),
    "forecasting": (DATA, RESULTS),
    "hidden_demand": (DATA, RESULTS),
    "learning": (DATA, RESULTS),
    "m5_shape": (DATA, RESULTS),
    "optimization": (RESULTS,),
    "optimization_limits": (RESULTS,),
    "optimization_whole": (RESULTS,),
    "planning": (DATA, RESULTS),
    "replay": (DATA, RESULTS),
    "service": (RESULTS,),
    "trials": (RESULTS,),
}
"""By name, the shared options that each takes."""


def command_of(name: str, options: list[str]) -> list[str]:
    """How a benchmark is run; raises NotFoundError for a name that is none."""
    if name not in BENCHMARKS:
        raise NotFoundError(
            f"there is no benchmark called {name!r}",
            "experiments.benchmarks",
            f"Known: {', '.join(BENCHMARKS)}.",
        )
    return [sys.executable, "-m", f"experiments.benchmarks.{name}", *options]


def run_all(options: list[str]) -> int:
    """Every benchmark in a process of its own, so that peaks of memory do not mix."""
    parser = parser_of(__doc__)
    add_data(parser)
    add_results(parser)
    asked = vars(parser.parse_args(options))
    for name, takes in BENCHMARKS.items():
        print(f"== {name}", flush=True)
        given = [word for option in takes for word in (f"--{option}", str(asked[option]))]
        code = subprocess.run(command_of(name, given), check=False).returncode
        if code:
            return code
    return 0


def main() -> int:
    """Run what the command line asks for."""
    words = sys.argv[1:]
    if not words or words[0].startswith("-"):
        return run_all(words)
    command: list[str] = []
    refused = run_main(lambda: command.extend(command_of(words[0], words[1:])))
    return refused or subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
