"""One file an ERP system: its tables pulled, posted to the service, and orders brought back."""
