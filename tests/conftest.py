"""What holds for all tests: how long an example of a property takes is no promise, least of all on a busy machine."""

from hypothesis import settings

settings.register_profile("standoff", deadline=None)
settings.load_profile("standoff")
