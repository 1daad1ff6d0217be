"""How long a key is believed, and who waits for its look-up."""

import asyncio
import hashlib
from typing import cast

import pytest

from api.http.principals import ASKED_AGAIN_SECONDS, REMEMBERED_SECONDS, Keyring
from api.http.problems import Refusal
from domain.errors import UnavailableError
from planning.store.service.interface_access import Keys
from planning.store.service.records_access import Key

SECRET = "rsk_test"
KEY = Key("k1", "erp", frozenset({"read"}), None, 0.0, None, None)


class Store:
    """Keys that are counted when they are asked for, revoked, or not there to be asked."""

    def __init__(self) -> None:
        self.asked, self.revoked, self.down = 0, False, False

    def find_key(self, hashed: str) -> Key | None:
        self.asked += 1
        if self.down:
            raise UnavailableError("the database is gone", "test", "Wait.")
        known = hashed == hashlib.sha256(SECRET.encode()).hexdigest()
        return KEY if known and not self.revoked else None


class Asking:
    """A keyring over such a store, at a time that is set by hand."""

    def __init__(self) -> None:
        self.store, self.now = Store(), 100.0
        self.ring = Keyring(cast(Keys, self.store), False, lambda: self.now)

    async def name(self) -> str:
        found = await self.ring.principal(f"Bearer {SECRET}")
        return found.name

    async def settled(self) -> None:
        while self.ring._asking:
            await asyncio.sleep(0.001)


def test_one_look_up_answers_all_who_wait() -> None:
    async def work() -> int:
        asking = Asking()
        assert set(await asyncio.gather(*(asking.name() for _ in range(20)))) == {"key:k1"}
        return asking.store.asked

    assert asyncio.run(work()) == 1


def test_a_key_is_looked_up_again_beside_the_request_that_it_does_not_hold_up() -> None:
    async def work() -> None:
        asking = Asking()
        await asking.name()
        asking.store.revoked, asking.now = True, 100.0 + ASKED_AGAIN_SECONDS
        assert await asking.name() == "key:k1"
        await asking.settled()
        assert asking.store.asked == 2
        with pytest.raises(Refusal, match="revoked"):
            await asking.name()

    asyncio.run(work())


def test_a_revoked_key_is_never_believed_for_longer_than_its_bound() -> None:
    async def work() -> None:
        asking = Asking()
        await asking.name()
        asking.store.revoked, asking.now = True, 100.0 + REMEMBERED_SECONDS
        with pytest.raises(Refusal, match="revoked"):
            await asking.name()

    asyncio.run(work())


def test_a_look_up_that_failed_beside_a_request_is_told_to_those_who_must_wait() -> None:
    async def work() -> None:
        asking = Asking()
        await asking.name()
        asking.store.down, asking.now = True, 100.0 + ASKED_AGAIN_SECONDS
        assert await asking.name() == "key:k1"
        await asking.settled()
        asking.now = 100.0 + REMEMBERED_SECONDS
        with pytest.raises(UnavailableError):
            await asking.name()
        asking.store.down = False
        assert await asking.name() == "key:k1"

    asyncio.run(work())
