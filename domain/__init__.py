"""What things are: tables, terms, periods, settings, errors, registry."""
