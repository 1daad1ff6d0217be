"""Migrations of the service's database, run by Alembic when a store is opened."""
