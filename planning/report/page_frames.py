"""From the declared output tables to rows a template can show."""

from __future__ import annotations

from typing import Any

import pandas as pd

from domain.columns import Kind, Table

Row = dict[str, Any]


def complete(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """The frame with every declared column; missing text is blank."""
    whole = frame.reindex(columns=list(table.names))
    for column in table.columns:
        if column.kind is Kind.TEXT:
            whole[column.name] = whole[column.name].astype("object").fillna("").astype(str)
        elif column.kind is not Kind.DATE:
            whole[column.name] = pd.to_numeric(whole[column.name])
    return whole


def rows(frame: pd.DataFrame) -> tuple[Row, ...]:
    """Each row by column name."""
    names = [str(name) for name in frame.columns]
    return tuple(
        dict(zip(names, values, strict=True)) for values in frame.itertuples(index=False, name=None)
    )
