"""Properties hold whatever the machine does beside them: none of them fails for its time."""

from hypothesis import settings

settings.register_profile("agency", deadline=None)
settings.load_profile("agency")
