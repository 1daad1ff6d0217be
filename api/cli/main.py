"""The command `restock`. Each command's libraries are imported when it runs, not before."""

from __future__ import annotations

import sys

import typer
from typer.exceptions import TyperException

from api.cli.adjustments import adjustments
from api.cli.backtest import backtest
from api.cli.backup import backup, restore
from api.cli.calibrate import calibrate
from api.cli.check import check
from api.cli.connect import connect
from api.cli.doctor import doctor
from api.cli.event import event
from api.cli.failures import STOPPED, report, report_bug
from api.cli.forecast import forecast
from api.cli.frontier import frontier
from api.cli.keys import keys
from api.cli.levels import levels
from api.cli.monitor import monitor
from api.cli.plan import plan
from api.cli.purge import purge
from api.cli.replay import replay
from api.cli.retrain import retrain, rollback, track
from api.cli.roi import roi
from api.cli.serve import serve
from api.cli.store import export, import_
from api.cli.stress import stress
from api.cli.trial import trial
from api.cli.worker import worker
from domain.errors import RestockError, SettingsError

app = typer.Typer(
    name="restock",
    help="Demand forecasting and inventory optimization: sales in, an explained reorder plan out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(plan)
app.command()(check)
app.command()(forecast)
app.command()(backtest)
app.command()(replay)
app.command()(calibrate)
app.command()(stress)
app.command()(adjustments)
app.command()(retrain)
app.command()(rollback)
app.command()(track)
app.command()(event)
app.command("import")(import_)
app.command()(export)
app.command()(backup)
app.command()(restore)
app.command()(purge)
app.command()(worker)
app.command()(serve)
app.command()(doctor)
app.add_typer(keys, name="keys")
app.add_typer(connect, name="connect")
app.add_typer(trial, name="trial")
app.command()(monitor)
app.command()(roi)
app.command()(levels)
app.command()(frontier)


@app.callback(invoke_without_command=True)
def root(
    version: bool = typer.Option(False, "--version", help="Print the version and stop."),
) -> None:
    """Demand forecasting and inventory optimization: sales in, an explained reorder plan out."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"restock {installed('restock')}")
        raise typer.Exit()


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit: 0 done, 2 bad input or settings, 3 infeasible, 1 a bug."""
    arguments = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in arguments
    try:
        code = app(arguments, standalone_mode=False)
        if code == STOPPED:  # how typer gives a Ctrl-C
            raise KeyboardInterrupt
        sys.exit(code if isinstance(code, int) else 0)
    except RestockError as error:
        sys.exit(report(error, as_json))
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except TyperException as error:
        what = error.format_message().rstrip(".")
        sys.exit(report(SettingsError(what, "command line", "See the command's --help."), as_json))
    except (typer.Abort, KeyboardInterrupt):
        print("Stopped; nothing was written.", file=sys.stderr)
        sys.exit(STOPPED)
    except Exception as error:
        sys.exit(report_bug(error, as_json))
