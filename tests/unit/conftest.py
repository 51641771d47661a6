"""Properties hold whatever the machine does beside them: none of them fails for its time."""

from hypothesis import Phase, settings

settings.register_profile("agency", deadline=None)
# of `./agency test mutation`: the same few examples for every fault, and one that fails isn't made simpler
settings.register_profile(
	"mutation", deadline=None, max_examples=50, derandomize=True, phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("agency")
