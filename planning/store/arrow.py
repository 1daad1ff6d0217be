"""Arrow columns made into raw pandas columns: text as dictionaries, the rest as NumPy."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from domain.columns import Column, Kind
from domain.errors import DataError


def raw_column(values: pa.ChunkedArray, column: Column, file: str) -> Any:
    """One Arrow column in raw form (see `planning.store.raw`); raises DataError for its type."""
    kind = values.type
    if pa.types.is_dictionary(kind) and not is_text(kind.value_type):
        values = values.cast(kind.value_type)
        kind = values.type
    if pa.types.is_dictionary(kind) or is_text(kind):
        return _categorical(values)
    if column.kind in (Kind.TEXT, Kind.CHOICE) and _is_whole(kind):
        # By way of text, not of floats: a 19-digit code keeps its digits beside a missing one.
        return _categorical(values.cast(pa.string()))
    if pa.types.is_null(kind):
        return pd.Categorical.from_codes([-1] * len(values), categories=pd.Index([], dtype="str"))
    if pa.types.is_boolean(kind):
        return _booleans(values)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _moments(values)
    if _is_whole(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return values.cast(pa.float64(), safe=False).to_numpy()
    raise DataError(
        f"the column {column.name!r} holds values of type {kind}",
        file,
        f"Write it as {column.kind.value}.",
    )


def is_text(kind: pa.DataType) -> bool:
    """Whether Arrow holds text in a column of this type, as it is and not as a dictionary."""
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _is_whole(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind))


def _categorical(values: pa.ChunkedArray) -> pd.Categorical:
    """Text as categories, whichever way Arrow holds it."""
    if not pa.types.is_dictionary(values.type):
        if pa.types.is_string_view(values.type):
            values = values.cast(pa.large_string())
        values = pc.dictionary_encode(values)
    joined = values.unify_dictionaries().combine_chunks()
    if isinstance(joined, pa.ChunkedArray):  # no rows at all
        return pd.Categorical.from_codes([], categories=pd.Index([], dtype="str"))
    codes = joined.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    texts = pd.Series(joined.dictionary.cast(pa.large_string()).to_pandas(), dtype="str")
    if texts.is_unique and not texts.hasnans:
        return pd.Categorical.from_codes(codes, categories=pd.Index(texts))
    # A dictionary may hold a text twice, or a missing value of its own.
    recode, names = pd.factorize(texts)
    codes = pd.Series(recode).reindex(codes, fill_value=-1).to_numpy()
    return pd.Categorical.from_codes(codes, categories=pd.Index(names))


def _booleans(values: pa.ChunkedArray) -> Any:
    """True and false; with missing ones as text, for NumPy has no missing truth."""
    if values.null_count == 0:
        return values.to_numpy()
    return _categorical(pc.if_else(values, "true", "false"))


def _moments(values: pa.ChunkedArray) -> Any:
    """Days and timestamps as NumPy moments; one with a time zone as its clock there shows."""
    kind = values.type
    if pa.types.is_timestamp(kind):
        if kind.tz is not None:
            values = pc.local_timestamp(values)
    else:
        values = values.cast(pa.timestamp("s" if kind == pa.date32() else "ms"))
    return values.to_numpy()
