"""A global model over all series on top of each one's own past."""

from experiments.retraining.recipes import RECIPES, Recipe

RECIPES.register("full")(Recipe("full", "a global model on top of each series' own past"))
