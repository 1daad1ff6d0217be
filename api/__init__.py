"""Every door: command line now; HTTP and pages when they come."""
