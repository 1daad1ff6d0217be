"""Each series forecast from its own past."""

from experiments.retraining.recipes import RECIPES, Recipe

RECIPES.register("local")(Recipe("local", "each series from its own past"))
