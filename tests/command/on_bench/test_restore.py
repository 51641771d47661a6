"""A backup restored with bench's own commands: its numbers are read with its keys, and with no others."""

import json

import pytest

from command import sites
from command.shell import Failure

NUMBER = "13800138000"
WRITE = f"""
from agency_crm.tests import factory
factory.make_client(client_name="Restored", phones=[{{"number": "{NUMBER}"}}])
"""
READ = """
from agency_crm.services.privacy.secrets import open_number
client = frappe.get_last_doc("Client", {"client_name": "Restored"})
print(open_number(client.phones[0]))
"""
KEYS = ("encryption_key", "agency_phone_hash_key")


def test_restored_numbers_are_read_with_their_own_keys(make_site, tmp_path):
	first, second = make_site("agency_backup"), make_site("agency_restore")
	first.python(WRITE)
	assert first.python(READ).strip() == NUMBER
	first.command("backup", "--backup-path", tmp_path)
	(dump,) = tmp_path.glob("*database.sql.gz")
	second.command("restore", dump)

	with pytest.raises(Failure, match="encryption_key"):
		sites.check_keys(second.name)
	with pytest.raises(Failure, match="encryption_key"):
		sites.set_mark(f"migrated:{second.name}", None)
		sites.migrate(second.name)

	second.config_file.write_text(json.dumps(second.config | {"encryption_key": first.config[KEYS[0]]}))
	with pytest.raises(Failure, match="agency_phone_hash_key"):
		sites.check_keys(second.name)

	second.config_file.write_text(json.dumps(second.config | {key: first.config[key] for key in KEYS}))
	sites.check_keys(second.name)
	assert second.python(READ).strip() == NUMBER


def test_missing_key_is_not_made_anew(make_site):
	site = make_site("agency_backup")
	config = {key: value for key, value in site.config.items() if key != "encryption_key"}
	site.config_file.write_text(json.dumps(config))
	with pytest.raises(Failure, match="encryption_key"):
		sites.check_keys(site.name)
	assert "encryption_key" not in site.config
