"""Every route against its own OpenAPI document, with requests that schemathesis makes up."""

import itertools
import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
from hypothesis.errors import FlakyStrategyDefinition

from api.http.routes.uploads import SUFFIXES
from domain.tables import TABLES
from tests.api.service.narrowed import a_path_each
from tests.api.service.running import ITEMS, SALES, client, service, store_of, work

pytestmark = pytest.mark.thorough

with warnings.catch_warnings():
    # It imports what its own libraries have deprecated.
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.generation.stateful import run_state_machine_as_test

for media in SUFFIXES:
    # It makes empty files too, whatever `minLength` says.
    schemathesis.openapi.media_type(media, strategies.binary(min_size=1))

EVERY_DAY, TORTURE = 50, 2000
OPERATIONS = 29
PER_TABLE, OF_TABLES = 10, 6 * len(TABLES)
"""A path for all tables is asked so often of each of them: about twice as often in all."""
STEPS = 8
BY_TABLE = ("post_rows", "put_row", "get_row", "delete_row", "upload_rows")
"""What these take depends on the table in their path; `a_path_each` ties the two together."""
BETWEEN_SETTINGS = re.compile(
    r"a budget ends before it starts|low is above high|a trial ends after it begins"
    r"|is no time zone known here"
)
"""What no schema can tell: the order of two settings, and what a machine knows."""
LONG_ADDRESS = 414
KEY = "Idempotency-Key"
HEADERS = {"host": "localhost"}
_numbers = itertools.count()


@pytest.fixture
def app(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    monkeypatch.delenv("RESTOCK_DATABASE_URL", raising=False)
    made = service(tmp_path)
    asked = client(made)
    asked.post("/v1/tables/sales", json={"rows": SALES})
    asked.post("/v1/tables/items", json={"rows": ITEMS})
    asked.post("/v1/plans", json={})
    work(made)
    yield made
    store_of(made).close()


@pytest.fixture
def schema(app: FastAPI) -> Any:
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.fixture
def table_schema(app: FastAPI) -> Any:
    app.openapi_schema = a_path_each(app.openapi())
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def excluded(operation: Any, response: Any) -> list[Any]:
    """Checks that do not fit: one where the document does not say all that is refused, and one
    that does not know that an address may be too long."""
    check = schemathesis.checks.CHECKS.get_one
    left_out = []
    if operation.definition.raw["operationId"] in BY_TABLE or between_settings(response):
        left_out.append(check("positive_data_acceptance"))
    if response.status_code == LONG_ADDRESS:
        left_out += [check("negative_data_rejection"), check("positive_data_acceptance")]
    return left_out


def between_settings(response: Any) -> bool:
    """Whether settings were refused for a rule that no schema can tell."""
    if response.status_code != 422:
        return False
    told = response.json()
    return bool(
        told["type"] == "urn:restock:problem:invalid-settings"
        and BETWEEN_SETTINGS.search(told["detail"])
    )


def fresh(case: Any) -> None:
    """A key of its own for each request: a key that comes back with another body is refused."""
    key = (case.headers or {}).get(KEY)
    if isinstance(key, str) and re.fullmatch(r"[!-~]{1,190}", key):
        case.headers[KEY] = f"{key}.{next(_numbers)}"


def drawn(examples: int, **more: Any) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        **more,
    )


def ask(operation: Any, examples: int) -> None:

    @given(case=operation.as_strategy())
    @drawn(examples)
    def holds(case: Any) -> None:
        fresh(case)
        response = case.call(headers=HEADERS)
        case.validate_response(response, excluded_checks=excluded(operation, response))

    holds()


def each_route(schema: Any, examples: int, fewest: int = OPERATIONS) -> None:
    """So many requests to every route, each answer held against the document."""
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        ask(operation, examples)
    assert len(operations) >= fewest
    assert len({one.definition.raw["operationId"] for one in operations}) == len(operations)


def one_after_another(schema: Any, examples: int) -> None:
    """So many walks along the document's links, from what one answer tells to the next request."""
    machine: Any = schema.as_state_machine()
    walked = 0

    class Walk(machine):  # type: ignore[misc]
        def teardown(self) -> None:
            nonlocal walked
            walked += 1
            super().teardown()

        def before_call(self, case: Any) -> None:
            fresh(case)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": HEADERS}

        def validate_response(self, response: Any, case: Any, **told: Any) -> None:
            # On a walk schemathesis takes ?location=x for a text where a list is wanted.
            refusing = schemathesis.checks.CHECKS.get_one("negative_data_rejection")
            case.validate_response(
                response,
                excluded_checks=[refusing, *excluded(case.operation, response)],
                transport_kwargs=told or None,
                recorder=self.recorder,
            )

    for attempt in itertools.count():
        # What is drawn depends on what was answered, and that on the walks before: where
        # Hypothesis is startled by it, it begins anew with the next seed.
        with suppress(FlakyStrategyDefinition):
            told = drawn(examples - walked, stateful_step_count=STEPS)
            run_state_machine_as_test(seed(attempt)(Walk), settings=told)
        if walked >= examples:
            return


@pytest.mark.filterwarnings("ignore")
def test_every_route_does_what_its_document_says(schema: Any) -> None:
    each_route(schema, EVERY_DAY)


@pytest.mark.filterwarnings("ignore")
def test_every_table_takes_what_its_document_says(table_schema: Any) -> None:
    each_route(table_schema, EVERY_DAY // PER_TABLE, OF_TABLES)


@pytest.mark.filterwarnings("ignore")
def test_requests_that_follow_each_other_do_what_the_document_says(schema: Any) -> None:
    one_after_another(schema, EVERY_DAY)


@pytest.mark.torture
@pytest.mark.filterwarnings("ignore")
def test_every_table_takes_what_its_document_says_many_times(table_schema: Any) -> None:
    each_route(table_schema, TORTURE // PER_TABLE, OF_TABLES)


@pytest.mark.torture
@pytest.mark.filterwarnings("ignore")
def test_every_route_does_what_its_document_says_thousands_of_times(schema: Any) -> None:
    each_route(schema, TORTURE)
    one_after_another(schema, TORTURE)
