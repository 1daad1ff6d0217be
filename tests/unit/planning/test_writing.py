"""Files are written whole or not at all."""

from pathlib import Path

import pandas as pd
import pytest

from domain.errors import ConflictError, UnavailableError
from planning.report.write import PLAN_FOLDER, csv_number, write_csv
from planning.whole_files import ResultFolder, swap, write_whole


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (48.0, "48"), (0.1 + 0.2, "0.3"), (1e15, "1000000000000000"), (-0.0, "0"),
        (1e-9, "0"), (2.5, "2.5"), (float("nan"), ""),
    ],
)  # fmt: skip
def test_numbers_have_no_noise_and_no_exponent(value: float, text: str) -> None:
    assert csv_number(value) == text


def test_text_of_any_kind_comes_back_as_it_was(tmp_path: Path) -> None:
    skus = ["NA", "007", "1e5", "a,b", '"q"', "茶", "line\nbreak"]
    write_csv(pd.DataFrame({"sku": skus, "units": [1.0] * 7}), tmp_path / "t.csv")
    back = pd.read_csv(tmp_path / "t.csv", dtype=str, keep_default_na=False)
    assert back["sku"].tolist() == skus
    assert back["units"].tolist() == ["1"] * 7


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "forecast.parquet"
    path.write_text("old")

    def fail(draft: Path) -> None:
        draft.write_text("half")
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        write_whole(path, fail)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    for name, text in (("plan", "old"), ("draft", "new")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "orders.csv").write_text(text)
    swap(tmp_path / "draft", tmp_path / "plan")
    assert (tmp_path / "plan/orders.csv").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_only_an_earlier_plan_is_written_over(tmp_path: Path) -> None:
    PLAN_FOLDER.refuse_foreign(tmp_path / "not there")
    (tmp_path / "orders.csv").write_text("")
    PLAN_FOLDER.refuse_foreign(tmp_path)
    (tmp_path / "thesis.doc").write_text("")
    with pytest.raises(ConflictError, match=r"thesis\.doc"):
        PLAN_FOLDER.refuse_foreign(tmp_path)


@pytest.mark.parametrize("what", ["plan", "replay"])
def test_a_full_disk_is_refused_in_words_and_leaves_what_was_there(
    what: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "summary.json").write_text("old")

    def fill(draft: Path) -> None:
        (draft / "summary.json").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(UnavailableError, match="No space left on device"):
        ResultFolder(what, ("summary.json",)).write(out, fill)
    assert (out / "summary.json").read_text() == "old"
    assert list(tmp_path.iterdir()) == [out]
