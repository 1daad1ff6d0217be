"""Prophet (Taylor & Letham 2018): trend and seasons by Fourier terms, with its own samples."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass

import numpy as np

from experiments.benchmarks.peers.forecasting import FORECASTERS, Answer, Given, run_forecaster

LEAST_BUCKETS = 2
"""Prophet refuses fewer."""


@dataclass(frozen=True)
class Prophet:
    """Prophet as it comes: 1,000 uncertainty samples, seasons by its own rule."""

    most_series: int | None = 200
    most_buckets: int = 730
    seed: int = 1

    def forecast(self, given: Given) -> Answer:
        """Quantiles of its predictive samples, of buckets and of sums along each sample."""
        import pandas as pd
        from prophet import Prophet as Model

        logging.getLogger("cmdstanpy").setLevel(logging.ERROR)
        answer = Answer.empty(given)
        ahead = pd.DataFrame({"ds": given.starts[given.sales.shape[1] :]})
        for i, history in enumerate(given.histories(self.most_buckets)):
            if history.size < LEAST_BUCKETS:
                continue
            days = given.starts[given.sales.shape[1] - history.size : given.sales.shape[1]]
            np.random.seed(self.seed)  # noqa: NPY002 (its samples are drawn from it)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model = Model().fit(pd.DataFrame({"ds": days, "y": history}), seed=self.seed)
                paths = model.predictive_samples(ahead)["yhat"]
            answer.mean[i] = paths.mean(axis=1)
            answer.quantiles[i] = np.quantile(paths, given.levels, axis=1).T
            answer.sums[i] = np.quantile(paths[: given.summed].sum(axis=0), given.sum_levels)
        return answer


FORECASTERS.register("prophet")(Prophet())

if __name__ == "__main__":
    run_forecaster(Prophet())
