"""Every route against its own OpenAPI document, with requests that schemathesis makes up."""

import itertools
import re
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyStrategyDefinition

from api.jobs.worker import Worker
from tests.api.service.running import ITEMS, SALES, client, service, store_of

pytestmark = pytest.mark.thorough

with warnings.catch_warnings():
    # It imports what its own libraries have deprecated.
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.generation.stateful import run_state_machine_as_test

EVERY_DAY, TORTURE = 50, 2000
OPERATIONS = 29
STEPS = 8
BY_DECLARATION = ("/v1/tables/", "/v1/settings")
"""What these take is told by the declarations of tables and settings, not by the document."""
LONG_ADDRESS = 414
KEY = "Idempotency-Key"
HEADERS = {"host": "localhost"}
_numbers = itertools.count()


@pytest.fixture
def schema(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.delenv("RESTOCK_DATABASE_URL", raising=False)
    app = service(tmp_path)
    asked = client(app)
    asked.post("/v1/tables/sales", json={"rows": SALES})
    asked.post("/v1/tables/items", json={"rows": ITEMS})
    asked.post("/v1/plans", json={})
    assert Worker(store_of(app), app.state.workspace).run(once=True) == 1
    yield schemathesis.openapi.from_asgi("/openapi.json", app)
    store_of(app).close()


def excluded(operation: Any, response: Any) -> list[Any]:
    """Checks that do not fit: one where the document does not say all that is refused, and one
    that does not know that an address may be too long."""
    check = schemathesis.checks.CHECKS.get_one
    left_out = []
    within_settings = (operation.method, operation.path) == ("post", "/v1/plans")
    if operation.path.startswith(BY_DECLARATION) or within_settings:
        left_out.append(check("positive_data_acceptance"))
    if response.status_code == LONG_ADDRESS:
        left_out += [check("negative_data_rejection"), check("positive_data_acceptance")]
    return left_out


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


def each_route(schema: Any, examples: int) -> None:
    """So many requests to every route, each answer held against the document."""
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        ask(operation, examples)
    assert len(operations) >= OPERATIONS
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
def test_requests_that_follow_each_other_do_what_the_document_says(schema: Any) -> None:
    one_after_another(schema, EVERY_DAY)


@pytest.mark.torture
@pytest.mark.filterwarnings("ignore")
def test_every_route_does_what_its_document_says_thousands_of_times(schema: Any) -> None:
    each_route(schema, TORTURE)
    one_after_another(schema, TORTURE)
