"""Nobody but the bench's owner reads what is secret, and doctor sees where somebody could."""

import stat

SECRET = (
	".agency/passwords.json",
	".agency/pristine.sql.gz",
	".agency/backups/20260101-000000/database.sql.gz",
)
OF_SITES = (
	"sites/common_site_config.json",
	"sites/agency/site_config.json",
	"sites/agency/private/backups/a.sql.gz",
)
CHECKS = "from command import doctor\nfor name, ok, mend in doctor.owner_checks(): print(ok, name, mend)"


def test_what_others_can_read_is_named_and_closed(house):
	for name in (*SECRET, *OF_SITES):
		(house.root / name).parent.mkdir(parents=True, exist_ok=True)
		(house.root / name).touch()
		(house.root / name).chmod(0o644)
	(said,) = (line for line in house.python(CHECKS).splitlines() if "Logins, passwords" in line)
	assert said.startswith("False")
	assert "chmod go= " in said
	house.python("from command import place; place.close_private()")
	for name in (*SECRET, *OF_SITES, ".agency", "sites/agency", "sites/agency/private", ".agency/backups"):
		assert not stat.S_IMODE((house.root / name).stat().st_mode) & 0o077, name
	assert "True Logins, passwords" in house.python(CHECKS)


def test_all_that_is_made_is_the_owner_s_alone(house):
	house.run("./agency", "status")
	for path in (house.root / ".agency", *(house.root / ".agency").rglob("*")):
		assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_program_of_another_user_is_named(house):
	said = house.python("from command import doctor; doctor.running = lambda: [('web', 12345)]\n" + CHECKS)
	assert "False Everything runs as" in said
	assert "web; ./agency start, as root" in said
