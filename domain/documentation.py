"""The reference of tables and settings, written from their declarations.

`python -m domain.documentation` prints it; `docs/tables.md` holds it, and a test that it is
up to date.
"""

from __future__ import annotations

from pydantic import BaseModel

from domain.columns import Column, Table
from domain.outputs import OUTPUTS
from domain.settings import Settings
from domain.settings_refusal import section_of
from domain.tables import TABLES

HEAD = """# Tables and settings

Made from the declarations in `domain/` by `python -m domain.documentation`; do not edit.

A dataset is a folder with the tables below as `.csv`, `.csv.gz`, `.parquet` or `.xlsx` files, or
as `.sql` (a query on the database that `RESTOCK_SOURCE_URL` names), or one `.xlsx` with a sheet a
table. Only `sales` must be there. Columns in **bold** are required; others may be missing or
blank, and then take the default. Further columns are ignored, and said so.
"""


def _default(column: Column) -> str:
    if column.default is None or column.default == "":
        return ""
    if isinstance(column.default, bool):
        return str(column.default).lower()
    return f"{column.default:g}" if isinstance(column.default, float) else str(column.default)


def _row(column: Column) -> str:
    """One column as a row of Markdown."""
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    limits = " / ".join(column.choices) or column.bounds()
    kind = column.kind.value if not limits else f"{column.kind.value}, {limits}"
    return f"| {name} | {kind} | {column.unit} | {_default(column)} | {column.meaning} |"


def table_section(table: Table, inputs: bool) -> str:
    """One table as Markdown."""
    lines = [
        f"### {table.name}",
        "",
        f"{table.meaning} Key: {', '.join(table.key)}.",
        "",
        "| column | holds | unit | default | meaning |",
        "|---|---|---|---|---|",
        *(_row(column) for column in table.columns),
    ]
    if not inputs:
        lines[4:6] = ["| column | holds | unit | | meaning |", "|---|---|---|---|---|"]
    return "\n".join(lines)


def settings_section(model: type[BaseModel] = Settings, section: str = "") -> list[str]:
    """The settings as rows of Markdown; those of a section after a dot, of a list after `[]`."""
    rows: list[str] = []
    for name, field in model.model_fields.items():
        inner, listed = section_of(field.annotation), isinstance(field.default, tuple)
        if inner is None or listed:
            default = "" if field.default in (None, "", ()) else str(field.default).lower()
            default = "required" if field.is_required() else default
            rows.append(f"| `{section}{name}` | {default} | {field.description} |")
        if inner is not None:
            rows += settings_section(inner, f"{section}{name}{'[]' if listed else ''}.")
    return rows


def reference() -> str:
    """The whole reference as Markdown."""
    parts = [
        HEAD.rstrip(),
        "## What you give",
        *(table_section(table, inputs=True) for table in TABLES.values()),
        "### settings.toml",
        "Also read from the environment as `RESTOCK_NAME` (a section's with two underscores:"
        " `RESTOCK_SOLVER__SEED`) and from the command line as `--set name=value`.",
        "\n".join(["| setting | default | meaning |", "|---|---|---|", *settings_section()]),
        "## What you get",
        *(table_section(table, inputs=False) for table in OUTPUTS.values()),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    print(reference(), end="")
