"""A peer's program that anybody's interpreter can run: it says what it was given, and when."""

import time

import numpy as np

from experiments.benchmarks.peers.program import Arrays, run_program


def work(given: Arrays) -> Arrays:
    if "refuse" in given:
        raise ValueError("the fake peer was told to fail")
    return {"twice": 2.0 * given["numbers"], "moment": np.array(time.time_ns())}


if __name__ == "__main__":
    run_program(work)
