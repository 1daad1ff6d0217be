"""What holds for every test.

Examples are drawn alike in every run, so that a landing is never refused by chance. To look for
new ones: ``pytest --hypothesis-profile=default``; what it finds becomes a test of its own.
"""

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")
