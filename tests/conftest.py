"""Properties are tried on the same examples everywhere, however slow the machine."""

from hypothesis import settings

settings.register_profile("same everywhere", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("same everywhere")
