"""A finished step is not done again, an unfinished one is; a failure is one clear text."""

import pytest

STEP = """
from command import marks
def work():
	print("working")
	{last}
marks.once("step", "{key}", "A step", work)
"""


def test_finished_step_is_done_once_a_key(house):
	done = [house.python(STEP.format(last="", key=key)).count("working") for key in ("a", "a", "b", "a")]
	assert done == [1, 0, 1, 1]


def test_interrupted_step_is_done_again(house):
	house.python(STEP.format(last="", key="a"))
	said = house.python(STEP.format(last='raise Failure("the light went out")', key="b"))
	assert "✗ A step: stopped after" in said
	assert "the light went out" in said
	# neither the new nor the old one counts as finished
	assert "working" in house.python(STEP.format(last="", key="a"))


@pytest.mark.parametrize(
	("said", "advice"),
	[
		("write: No space left on device", "the disk is full"),
		("bind: Address already in use", "ports.json"),
		("fatal: Could not resolve host: mirror.example", "check the network"),
	],
)
def test_known_cause_says_what_to_do(house, said: str, advice: str):
	printed = house.python(
		f"from command import shell; shell.run('Copying', ['sh', '-c', 'echo \"{said}\"; exit 3'])"
	)
	assert printed.startswith("Copying failed: ")
	assert advice in printed.splitlines()[0]
	assert said in printed
	assert ".agency/logs/agency.log" in printed


def test_program_that_is_not_there_is_named(house):
	assert "no-such-program can't be run" in house.python(
		"from command import shell; shell.run('Copying', ['no-such-program'])"
	)


def test_full_disk_is_said_before_anything_begins(house):
	said = house.python("from command import system; system.check_space(10**9)")
	assert "MB free" in said


def test_two_at_once_are_refused(house):
	said = house.python(
		"""
from command.start import alone
with alone():
	with alone():
		print("both")
"""
	)
	assert "both" not in said
	assert "Another ./agency" in said


def test_reset_without_a_yes_removes_nothing(house):
	(house.root / "env").mkdir()
	done = house.run("./agency", "reset")
	assert done.returncode == 1
	assert "Nothing was removed" in done.stdout
	assert (house.root / "env").exists()


def test_site_we_did_not_begin_is_never_made_anew(house):
	config = house.root / "sites/agency/site_config.json"
	config.parent.mkdir()
	config.write_text('{"db_name": "theirs"}')
	assert house.python("from command import sites; print(sites.make('agency'))").strip() == "False"
	assert "theirs" in config.read_text()
	interrupted = "from command import marks, sites; marks.set_mark('making:agency', 'begun')"
	assert house.python(f"{interrupted}; print(sites.is_ready('agency'))").strip() == "False"


def test_demo_is_never_loaded_into_a_site_that_is_there(house):
	code = "from command import marks, sites; sites.want_demo('agency', {}); print(marks.mark('demo:agency'))"
	assert house.python(code.format(False)).strip() == "without"
	config = house.root / "sites/agency/site_config.json"
	config.parent.mkdir()
	config.write_text('{"db_name": "theirs"}')
	assert house.python(code.format(True)).strip() == "without"


def test_update_and_import_want_a_site(house):
	assert "./agency start" in house.run("./agency", "update").stdout
	(house.root / "rows.csv").touch()
	done = house.run("./agency", "import", "rows.csv")
	assert done.returncode == 1
	assert "./agency start" in done.stdout
	assert "There is no file" in house.run("./agency", "import", "none.csv").stdout
