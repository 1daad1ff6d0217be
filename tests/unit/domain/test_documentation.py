"""The reference is made from the declarations, and the one in docs/ is up to date."""

from pathlib import Path

from domain.documentation import reference
from domain.outputs import OUTPUTS
from domain.settings import BudgetSetting, Settings, Solver
from domain.tables import TABLES

DOCS = Path(__file__).parents[3] / "docs" / "tables.md"


def test_the_written_reference_is_up_to_date() -> None:
    mend = "run: python -m domain.documentation > docs/tables.md"
    assert DOCS.read_text(encoding="utf-8") == reference(), mend


def test_every_column_and_setting_is_in_it_with_its_meaning() -> None:
    text = reference()
    for table in (*TABLES.values(), *OUTPUTS.values()):
        for column in table.columns:
            assert f"`{column.name}`" in text
            assert column.meaning in text
    for name, field in Settings.model_fields.items():
        assert name in text
        assert field.description or name == "solver"
    for section, model in (("budget[].", BudgetSetting), ("solver.", Solver)):
        for name, field in model.model_fields.items():
            assert f"| `{section}{name}` |" in text
            assert str(field.description) in text
