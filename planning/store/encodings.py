"""Opening text files, gzipped or not, and telling how a file that is not UTF-8 is written."""

from __future__ import annotations

import codecs
import gzip
import io
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from domain.errors import DataError, SettingsError

SAMPLE_BYTES = 1 << 20
# What other files begin with: a table was renamed, not exported.
MARKS = {b"\x1f\x8b": ".csv.gz", b"PAR1": ".parquet", b"PK\x03\x04": ".xlsx"}
# In Chinese text nearly every byte above 127 has such a neighbour, in western text few have.
PAIRED_SHARE = 0.8


def open_bytes(path: Path) -> Any:
    """The bytes of a file for Arrow, unpacked."""
    packed = path.suffix.lower() == ".gz"
    return pa.input_stream(str(path), compression="gzip" if packed else None)


def open_text(path: Path, encoding: str) -> IO[str]:
    """The text of a file, unpacked, line ends as they are and a byte order mark taken off."""
    packed = path.suffix.lower() == ".gz"
    # Closed by the text around it.
    binary: Any = gzip.open(path) if packed else path.open("rb")  # noqa: SIM115
    plain = "utf-8-sig" if codecs.lookup(encoding).name == "utf-8" else encoding
    return io.TextIOWrapper(binary, encoding=plain, newline="")


def check_encoding(path: Path, encoding: str) -> str:
    """The encoding to read with: the settings', or UTF-8 where the file begins with its mark.

    Raises SettingsError for an encoding nobody knows, DataError for UTF-16 read as something
    else (its zero bytes would pass as text).
    """
    try:
        name = codecs.lookup(encoding).name
        "".encode(encoding)  # some codecs are not of text: base64, zip
    except LookupError as error:
        raise SettingsError(
            f"setting 'encoding' cannot be {encoding!r}: there is no such encoding",
            "settings",
            "Write utf-8, gb18030, cp1252 or another name that Python knows.",
        ) from error
    head = _head(path)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    wide = _looks_wide(head)
    if (wide or b"\0" in head) and not name.startswith(("utf-16", "utf-32")):
        raise wrong_encoding(path, encoding)
    if name in ("utf-8", "utf-8-sig", "ascii"):
        return "utf-8"
    if not head.isascii() and not wide and not _first_bad(head, "utf-8"):
        # Other encodings accept almost any bytes; bytes that make UTF-8 by chance are rare.
        raise DataError(
            f"{path.name} is written in UTF-8, and the settings say {encoding}",
            str(path),
            'Set encoding = "utf-8", or leave it out.',
        )
    return encoding


def _looks_wide(sample: bytes) -> bool:
    """Whether text takes two bytes a letter: by its mark, or by the zero bytes between."""
    begin = sample[:4096]
    marked = begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return marked or begin.count(0) * 4 > len(begin)


def _head(path: Path) -> bytes:
    """The first bytes of a file, unpacked."""
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            return file.read(SAMPLE_BYTES)
    except (OSError, EOFError) as error:
        raise damaged(path, error) from error


def likely_encoding(sample: bytes) -> str:
    """A guess for the message: UTF-16 by its zero bytes, Chinese by its pairs, else western."""
    if _looks_wide(sample):
        return "utf-16"
    high = [byte > 127 for byte in sample]
    total = sum(high)
    paired = sum(
        1
        for i, is_high in enumerate(high)
        if is_high and ((i and high[i - 1]) or (i + 1 < len(high) and high[i + 1]))
    )
    return "gb18030" if total and paired / total >= PAIRED_SHARE else "cp1252"


def wrong_encoding(path: Path, encoding: str) -> DataError:
    """The refusal of a file that is not written as the settings say, with a likely encoding."""
    head = _head(path)
    for mark, suffix in MARKS.items():
        if head.startswith(mark):
            return DataError(
                f"{path.name} is no text: it begins like a {suffix} file",
                str(path),
                f"Call it {path.name.split('.')[0]}{suffix} if that is what it is.",
            )
    if b"\0" in head and not _looks_wide(head):
        return DataError(
            f"{path.name} is no text: it holds a zero byte",
            f"{path}, line {head[: head.index(0)].count(10) + 1}",
            "Export it again, without control characters.",
        )
    start = _first_bad(head, encoding)
    likely = likely_encoding(head[max(0, start - 2000) : start + 2000] if start else head)
    line = head[:start].count(b"\n") + 1 if start else 1
    hint = f'Set encoding = "{likely}" in the settings if that is how it was saved (likely), or '
    if likely == encoding:
        hint = "Set encoding in the settings to how it was saved, or "
    return DataError(
        f"{path.name} is not written in {encoding}",
        f"{path}, line {line}" if start else str(path),
        f"{hint}save it as UTF-8.",
    )


def _first_bad(sample: bytes, encoding: str) -> int:
    """Where `sample` stops being text in `encoding`; 0 where it never does."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError as error:
        return error.start
    except UnicodeError:  # UTF-16 without its mark: no place to name
        return 0
    return 0


def damaged(path: Path, error: BaseException) -> DataError:
    """The refusal of a file that breaks off or cannot be opened."""
    said = (getattr(error, "strerror", None) or str(error)).splitlines()[0].rstrip(".")
    if path.suffix.lower() == ".gz":
        return DataError(
            f"{path.name} cannot be unpacked: {said}",
            str(path),
            "The gzip file is damaged or breaks off: copy or make it again.",
        )
    return DataError(f"{path.name} cannot be read: {said}", str(path), "Check the file.")
