"""What a person at a terminal sees while work goes on: nothing at all when it is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Show = Callable[[str, float | None], None]
"""Shows a step, and the share of it that is done where that is known."""


@contextmanager
def progress(title: str, quiet: bool = False) -> Iterator[Show]:
    """A bar for the step at work, its name beside it, and the seconds so far."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _name, _share: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)

        def show(name: str, share: float | None = None) -> None:
            total = None if share is None else 1.0
            bar.update(task, description=f"{title}: {name}", total=total, completed=share or 0.0)

        yield show
