"""One limit, one file: `add` puts it into a PuLP model, `violations` judges a finished plan."""
