"""Until when schedules were kept, in SQL; see `interface_jobs.Schedules`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import delete, select, update

from planning.store.service.database import insert_once
from planning.store.service.part import Part
from planning.store.service.schema import SCHEDULES

COLUMNS = SCHEDULES.c


class SqlSchedules(Part):
    """See `interface_jobs.Schedules`."""

    def schedules(self, names: Collection[str]) -> tuple[float, Mapping[str, float]]:
        """See `interface_jobs.Schedules`."""
        with self.database.read() as connection:
            now = self.database.now(connection)
            found = {row.name: row.until for row in connection.execute(select(SCHEDULES))}
        if set(found) == set(names):
            return now, found
        with self.database.write() as connection:
            connection.execute(delete(SCHEDULES).where(COLUMNS.name.not_in(sorted(names))))
            rows = [{"name": name, "until": now} for name in sorted(set(names) - set(found))]
            for row in rows:
                connection.execute(insert_once(connection, SCHEDULES, row))
            kept = connection.execute(select(SCHEDULES).where(COLUMNS.name.in_(sorted(names))))
            return now, {row.name: row.until for row in kept}

    def scheduled(self, name: str, until: float) -> None:
        """See `interface_jobs.Schedules`."""
        with self.database.write() as connection:
            later = update(SCHEDULES).where(COLUMNS.name == name, COLUMNS.until < until)
            connection.execute(later.values(until=until))
