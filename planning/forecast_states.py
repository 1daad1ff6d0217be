"""Where a workspace keeps the states of the local models: `forecast_states.npz`, arrays alone.

They save time and change nothing: a file that is damaged, or of other data, is passed by, and
written anew after the forecast.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from domain.errors import RestockError
from forecasting.states import Arrays
from planning.whole_files import write_whole, writing

FILE = "forecast_states.npz"


class WorkspaceStates:
    """A store of states in a folder; see `forecasting.states.StateStore`."""

    def __init__(self, workspace: Path) -> None:
        self.path = workspace / FILE
        self.said = ""
        """What a person should know: a file that cannot be read or written."""
        self.kept: Arrays | None = None
        self._found: Arrays | None = None

    def load(self) -> Arrays | None:
        """What lies in the file; None where nothing does that can be read."""
        if self._found is not None or not self.path.exists():
            return self._found
        try:
            with self.path.open("rb") as file, np.load(file, allow_pickle=False) as found:
                self._found = {name: found[name] for name in found.files}
                return self._found
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            self.said = f"{FILE} in the workspace cannot be read and is made anew: {error}"
            return None

    def keep(self, arrays: Arrays) -> None:
        """Remember arrays of this forecast by name; `write` puts them all in the file."""
        self.kept = dict(arrays) if self.kept is None else {**self.kept, **arrays}

    def write(self) -> None:
        """Write what was kept, in one move; where it cannot be written, `said` says so."""
        if self.kept is None:
            return
        arrays: dict[str, Any] = dict(self.kept)

        def save(draft: Path) -> None:
            with draft.open("wb") as file:
                np.savez(file, **arrays)

        try:
            with writing(self.path):
                write_whole(self.path, save)
        except RestockError as error:
            self.said = f"states of the forecast are not kept: {error.what}"


def states_in(workspace: Path | None) -> WorkspaceStates | None:
    """The states of a workspace, if one is given."""
    return None if workspace is None else WorkspaceStates(workspace)
