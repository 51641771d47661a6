import csv
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path

import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.tests.utils import FrappeTestCase
from frappe.utils import get_bench_path
from frappe.utils.nestedset import rebuild_tree

from agency_crm.api.importing import imports as api
from agency_crm.domain.importing.columns import LISTINGS, likely
from agency_crm.domain.importing.listing_rows import PORTAL
from agency_crm.services.importing import listings, runs
from agency_crm.services.places import territories
from agency_crm.tests import factory
from agency_crm.tests.cases.imports import portal_file

DOCTYPE = "Listing Import"
CHANNEL = PORTAL.source_channel
MADE = (
	*(
		"Listing",
		"Listing Owner",
		"Listing Role",
		"Listing Tag",
		"Client",
		"Client Phone",
		"Phone Number",
		"Agency Tag",
		"Comment",
		"Property",
		"Estate",
		"Estate Metro",
		"Territory",
		"Agent",
		"Store",
	),
	*(
		"Listing Import",
		"Listing Import Mapping",
		"Listing Import Column",
		"File",
		"Property Setter",
		"Error Log",
	),
)
DISTRICT, CIRCLE = "Test District", "Test Circle"


def portal_row(number: int, **changes) -> dict:
	return {
		"index": number,
		"title": "南北通透",
		"community": f"Import Test {number % 5}",
		"floor": "中楼层(共18层)2003年建板楼",
		"housetype": "2室1厅",
		"square": f"{60 + number % 40}.5平米",
		"taxtype": "房本满五年",
		"totalPrice": "350",
		**changes,
	}


def new_import(rows: list[dict], **fields):
	values = {"doctype": "Listing Import", "file": portal_file(rows)}
	return frappe.get_doc({**values, **fields}).insert()


def quiet(counts: dict) -> None:
	"""Nobody watches."""


class TestListingImport(FrappeTestCase):
	"""An import commits each chunk: what a test wrote is taken away by comparing, not rolled back."""

	def setUp(self):
		super().setUp()
		frappe.set_user("Administrator")
		frappe.db.rollback()
		self.before = {doctype: self.names(doctype) for doctype in MADE}

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		for doctype in MADE:
			new = self.names(doctype) - self.before[doctype]
			if new:
				frappe.db.delete(doctype, {"name": ("in", list(new))})
		rebuild_tree("Territory")
		frappe.clear_cache()
		frappe.db.commit()
		super().tearDown()

	def names(self, doctype: str) -> set:
		return set(frappe.get_all(doctype, pluck="name", order_by=""))

	def test_rows_become_listings_and_a_second_run_adds_nothing(self):
		rows = [portal_row(number) for number in range(20)]
		counts = runs.run(DOCTYPE, new_import(rows).name, progress=quiet)
		self.assertEqual((counts["rows_created"], counts["rows_rejected"]), (20, 0))
		self.assertEqual((counts["status"], counts["estates_created"]), ("Done", 5))
		listing = frappe.get_doc("Listing", {"external_key": f"{CHANNEL}|3"})
		self.assertEqual(
			([row.tag for row in listing.tags], listing.tag_names), (["房本满五年"], "房本满五年")
		)
		self.assertEqual(
			(
				listing.asking_price,
				listing.gross_area,
				listing.layout,
				listing.floor_band,
				listing.year_built,
			),
			(3500000, 63.5, "2室1厅", "Middle", 2003),
		)
		self.assertEqual((listing.title, listing.unit_price), ("Import Test 3 2室1厅 63.5㎡", 55118))
		self.assertFalse(listing.property or listing.live_key)
		again = runs.run(DOCTYPE, new_import(rows).name, progress=quiet)
		self.assertEqual((again["rows_created"], again["rows_known"], again["estates_created"]), (0, 20, 0))
		self.assertEqual(frappe.db.count("Listing", {"source_channel": CHANNEL}), 20)

	def test_numbers_that_only_look_alike_are_different_rows(self):
		numbers = ("Ab12", "aB12", "w1", "Ｗ1", "🏠", "🚗")
		rows = [{**portal_row(place), "index": number} for place, number in enumerate(numbers)]
		counts = [runs.run(DOCTYPE, new_import(rows[:size]).name, progress=quiet) for size in (1, 2, 6, 6)]
		self.assertEqual([count["rows_created"] for count in counts], [1, 1, 4, 0])
		self.assertEqual([count["rows_known"] for count in counts], [0, 1, 2, 6])
		self.assertEqual({count["status"] for count in counts}, {"Done"})

	def test_an_imported_listing_is_as_a_new_one_of_the_form(self):
		agent = factory.make_agent("Agency Store Manager")
		frappe.set_user(agent.user)
		runs.run(DOCTYPE, new_import([portal_row(1)]).name, progress=quiet)
		imported = frappe.get_doc("Listing", {"external_key": f"{CHANNEL}|1"})
		typed = factory.make_listing(
			estate=imported.estate, room_no="", gross_area=61.5, floor=0, floor_band="Middle", living_rooms=1
		)
		self.assertEqual(
			(imported.owner, imported.maintainer, imported.store), (agent.user, agent.name, agent.store)
		)
		for field in (
			"status",
			"phase",
			"scope",
			"verification_status",
			"maintainer",
			"store",
			"territory",
			"layout",
		):
			self.assertEqual(imported.get(field), typed.get(field), field)
		held = [(row.role, row.agent) for row in imported.roles]
		self.assertEqual(held, [("Entry", agent.name), ("Maintainer", agent.name)])
		self.assertTrue(imported.last_effective_on)
		imported.save()

	def test_one_comment_says_where_a_listing_came_from(self):
		doc = new_import([portal_row(1)])
		runs.run(DOCTYPE, doc.name, progress=quiet)
		name = frappe.db.get_value("Listing", {"external_key": f"{CHANNEL}|1"})
		comments = frappe.get_all(
			"Comment", {"reference_doctype": "Listing", "reference_name": name}, ["content"]
		)
		self.assertEqual(len(comments), 1)
		file_name = frappe.db.get_value("File", {"file_url": doc.file}, "file_name")
		self.assertIn(file_name, comments[0].content)
		self.assertIn("2", comments[0].content)

	def test_rejected_rows_lie_in_a_private_file_with_number_and_reason(self):
		rows = [portal_row(1), portal_row(2, housetype="车位"), portal_row(3, square="?")]
		doc = new_import(rows)
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		self.assertEqual((counts["rows_created"], counts["rows_rejected"]), (1, 2))
		file = frappe.get_doc("File", {"file_url": counts["rejects_file"], "attached_to_name": doc.name})
		self.assertTrue(file.is_private)
		with open(file.get_full_path(), encoding="utf-8-sig", newline="") as stream:
			rejects = list(csv.DictReader(stream))
		self.assertEqual(
			[(row["row"], row["column"]) for row in rejects], [("3", "housetype"), ("4", "square")]
		)
		self.assertTrue(all(row["reason"] for row in rejects))
		self.assertEqual(rejects[1]["square"], "?")

	def test_a_field_the_administrator_made_mandatory_is_demanded(self):
		make_property_setter("Listing", "decoration", "reqd", 1, "Check", for_doctype=False)
		counts = runs.run(DOCTYPE, new_import([portal_row(1)]).name, progress=quiet)
		self.assertEqual((counts["rows_created"], counts["rows_rejected"]), (0, 1))

	def test_an_address_that_is_listed_is_refused_naming_the_first(self):
		mapping = frappe.get_doc(
			{
				"doctype": "Listing Import Mapping",
				"mapping_name": f"Own {frappe.generate_hash(length=6)}",
				"source_channel": CHANNEL,
				"columns": [
					{"column_name": column, "target": target}
					for column, target in {
						"小区": "estate_name",
						"地址": "address_text",
						"面积": "gross_area",
						"万": "price_wan",
					}.items()
				],
			}
		).insert()
		estate = factory.make_estate(estate_name="Import Test Own")
		first = factory.make_listing(estate=estate.name, source_channel=CHANNEL)
		frappe.db.commit()
		home = {"小区": "Import Test Own", "面积": "89.5", "万": "350"}
		rows = [{**home, "地址": "3号楼2单元0501室"}, {**home, "地址": "3-2-601"}]
		file = portal_file(rows, ["小区", "地址", "面积", "万"])
		doc = frappe.get_doc({"doctype": "Listing Import", "file": file, "mapping": mapping.name}).insert()
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		self.assertEqual((counts["rows_created"], counts["rows_rejected"]), (1, 1))
		rejects = frappe.get_doc("File", {"file_url": counts["rejects_file"], "attached_to_name": doc.name})
		with open(rejects.get_full_path(), encoding="utf-8-sig") as stream:
			self.assertIn(first.name, stream.read())
		made = frappe.get_doc("Listing", {"source_channel": CHANNEL, "name": ("!=", first.name)})
		self.assertEqual(
			frappe.db.get_value("Property", made.property, ["building_no", "room_no"]), ("3", "601")
		)

	def test_estates_come_with_district_and_circle_and_a_sound_tree(self):
		header = ["id", "community", "district", "bizcircle", "tagList"]
		place = {"community": "Import Test 1", "district": DISTRICT, "bizcircle": CIRCLE}
		estates_file = portal_file([{"id": "77", **place, "tagList": "近地铁1号线王府井站"}], header)
		rows = [portal_row(1), portal_row(2)]
		runs.run(DOCTYPE, new_import(rows, estates_file=estates_file).name, progress=quiet)
		estate = frappe.get_doc("Estate", {"estate_name": "Import Test 1"})
		self.assertEqual((estate.territory, estate.external_key), (CIRCLE, f"{CHANNEL}|77"))
		self.assertEqual((estate.metro[0].line, estate.metro[0].station), ("1号线", "王府井"))
		self.assertEqual(frappe.db.get_value("Listing", {"estate": estate.name}, "territory"), CIRCLE)
		unknown = frappe.db.get_value("Estate", {"estate_name": "Import Test 2"}, "territory")
		self.assertEqual(unknown, territories.unassigned_name())
		self.assertEqual(frappe.db.get_value("Territory", CIRCLE, "parent_territory"), DISTRICT)
		nodes = frappe.get_all("Territory", fields=["name", "parent_territory", "lft", "rgt"])
		spans = {node.name: (node.lft, node.rgt) for node in nodes}
		self.assertEqual(
			sorted(edge for span in spans.values() for edge in span), list(range(1, 2 * len(nodes) + 1))
		)
		for node in nodes:
			if node.parent_territory:
				left, right = spans[node.parent_territory]
				self.assertTrue(left < node.lft < node.rgt < right, node.name)

	def test_the_command_takes_an_offices_own_columns(self):
		"""As its dry run says it would; a mapping of the file's name is taken as somebody corrected it."""
		name = f"门店房源{frappe.generate_hash(length=6)}"
		with tempfile.TemporaryDirectory() as folder:
			file = Path(folder) / f"{name}.csv"
			file.write_text(
				"小区,楼栋,房号,户型,面积,总价(万)\n龙柏小区,3,501,2室1厅,89.5,350\n", encoding="utf-8"
			)
			with redirect_stdout(io.StringIO()) as said:
				runs.run_from_command(str(file))
			mapping = frappe.get_doc("Listing Import Mapping", name)
			self.assertIn("楼栋 → building_no", said.getvalue())
			self.assertEqual(
				frappe.db.get_value("Listing", {"building_no": "3", "room_no": "501"}, "gross_area"), 89.5
			)
			mapping.columns[4].target = "net_area"
			mapping.save()
			file.write_text(
				"小区,楼栋,房号,户型,面积,总价(万)\n龙柏小区,3,502,2室1厅,79.5,350\n", encoding="utf-8"
			)
			with redirect_stdout(io.StringIO()) as said:
				runs.run_from_command(str(file))
		self.assertIn("面积 → net_area", said.getvalue())
		self.assertEqual(frappe.get_doc("Listing Import Mapping", name).columns[4].target, "net_area")

	def test_a_killed_import_goes_on_where_it_stopped(self):
		rows = [
			portal_row(number, **({"housetype": "车位"} if number % 400 == 0 else {}))
			for number in range(4000)
		]
		doc = new_import(rows)
		frappe.db.commit()
		script = (
			"import sys, frappe; frappe.init(sys.argv[1]); frappe.connect(); frappe.set_user('Administrator');"
			"from agency_crm.services.importing import listings, runs;"
			"runs.run('Listing Import', sys.argv[2], progress=lambda counts: None)"
		)
		command = [sys.executable, "-c", script, frappe.local.site, doc.name]
		process = subprocess.Popen(command, cwd=os.path.join(get_bench_path(), "sites"))
		self.wait_for_a_chunk(doc.name, process)
		self.assertRaises(frappe.ValidationError, api.start, DOCTYPE, doc.name)
		os.kill(process.pid, signal.SIGKILL)
		process.wait()
		frappe.db.rollback()
		done = frappe.db.get_value("Listing Import", doc.name, "rows_done")
		self.assertTrue(0 < done < 4000, done)
		written = set(frappe.get_all("Listing", {"source_channel": CHANNEL}, pluck="name"))
		self.assertEqual(len(written), done - len(range(0, done, 400)))
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		self.assertEqual(
			(counts["rows_created"], counts["rows_known"], counts["rows_rejected"]), (3990, 0, 10)
		)
		names = set(frappe.get_all("Listing", {"source_channel": CHANNEL}, pluck="name"))
		self.assertEqual(len(names), 3990)
		self.assertLess(written, names)

	def wait_for_a_chunk(self, name: str, process):
		while not frappe.db.get_value("Listing Import", name, "rows_done"):
			self.assertIsNone(process.poll())
			time.sleep(0.05)
			frappe.db.rollback()

	def test_only_who_may_import_starts_and_sees_an_import(self):
		doc = new_import([portal_row(1)])
		for role in ("Agency Agent", "Agency Cashier", "Agency Store Manager"):
			frappe.set_user(factory.make_user(role).name)
			self.assertRaises(frappe.PermissionError, api.start, DOCTYPE, doc.name)
			self.assertRaises(frappe.PermissionError, api.preview, DOCTYPE, doc.name)
		frappe.set_user("Administrator")
		self.assertEqual(frappe.db.count("Listing", {"source_channel": CHANNEL}), 0)

	def test_somebody_elses_private_file_is_not_read(self):
		file_url = portal_file([portal_row(1)])
		frappe.set_user(factory.make_user("Agency Store Manager").name)
		doc = frappe.get_doc({"doctype": "Listing Import", "file": file_url})
		self.assertRaises(frappe.PermissionError, doc.insert)

	def test_a_preview_counts_and_writes_nothing(self):
		doc = new_import([portal_row(1), portal_row(2, housetype="车位"), portal_row(3)])
		found = api.preview(DOCTYPE, doc.name)
		self.assertEqual((found["rows_total"], found["rows_created"], found["rows_rejected"]), (3, 2, 1))
		self.assertEqual([row["row"] for row in found["first"]], [2, 4])
		self.assertFalse(frappe.db.exists("Listing", {"source_channel": CHANNEL}))
		self.assertFalse(frappe.db.exists("Estate", {"estate_name": "Import Test 1"}))

	def test_a_preview_refuses_what_the_import_refuses_and_says_all_of_it(self):
		"""What the form demands and what is listed already, which no reader of cells knows; no field's raw name."""
		targets = {"小区": "estate_name", "地址": "address_text", "面积": "gross_area", "户型": "layout"}
		mapping = frappe.get_doc(
			{
				"doctype": "Listing Import Mapping",
				"mapping_name": f"Own {frappe.generate_hash(length=6)}",
				"source_channel": CHANNEL,
				"columns": [
					{"column_name": column, "target": target}
					for column, target in {**targets, "万": "price_wan"}.items()
				],
			}
		).insert()
		factory.make_listing(estate=factory.make_estate(estate_name="Import Test Own").name)
		make_property_setter("Listing", "decoration", "reqd", 1, "Check", for_doctype=False)
		frappe.db.commit()
		rows = [
			{"小区": "Import Test Own", "面积": "很大", "户型": "好户型"},
			{"小区": "Import Test Own", "地址": "3-2-501", "面积": "89.5", "万": "350"},
			{"小区": "Import Test New", "面积": "89.5", "万": "350"},
		]
		file = portal_file(rows, [*targets, "万"])
		doc = frappe.get_doc({"doctype": DOCTYPE, "file": file, "mapping": mapping.name}).insert()
		foreseen = api.preview(DOCTYPE, doc.name)["rejects"]
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		file = frappe.get_doc("File", {"file_url": counts["rejects_file"], "attached_to_name": doc.name})
		with open(file.get_full_path(), encoding="utf-8-sig", newline="") as stream:
			rejects = [(int(row["row"]), row["column"], row["reason"]) for row in csv.DictReader(stream)]
		self.assertEqual([tuple(said) for said in foreseen], rejects)
		unread, listed, bare = rejects
		self.assertEqual(unread[1], "面积、户型、Asking Price")
		self.assertTrue("很大" in unread[2] and "好户型" in unread[2])
		self.assertTrue("already listed" in listed[2] and "Decoration" in listed[2], listed)
		self.assertIn("Decoration", bare[2])

	def test_a_preview_refuses_an_owner_who_would_belong_to_nobody(self):
		"""Nobody of the office maintains the listings, so a new owner has neither agent nor store."""
		header = ["编号", "小区", "面积", "总价(万)", "业主", "电话"]
		known, number = factory.make_phone(), factory.make_phone()
		factory.make_client(phones=[{"number": known}])
		rows = [
			dict(zip(header, ("1", "Import Test Own", "89.5", "350", "张三", number), strict=True)),
			dict(zip(header, ("2", "Import Test Own", "89.5", "350", "李四", known), strict=True)),
			dict(zip(header, ("3", "Import Test Own", "89.5", "350"), strict=False)),
		]
		doc = new_import([], file=portal_file(rows, header), mapping=self.keep(header))
		foreseen = api.preview(DOCTYPE, doc.name)
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		self.assertEqual(foreseen["rows_created"], counts["rows_created"])
		self.assertEqual([tuple(said) for said in foreseen["rejects"]], self.rejects(doc, counts))
		((row, column, reason),) = self.rejects(doc, counts)
		self.assertEqual((row, column), (2, "电话"))
		self.assertIn("belongs to nobody", reason)

	def keep(self, header: list[str]) -> str:
		"""A mapping of an office's columns, by what they most likely mean."""
		name = f"Kept {frappe.generate_hash(length=6)}"
		columns = [listings.as_row(*pair) for pair in likely(header, LISTINGS)]
		return api.keep_mapping({"mapping_name": name, "source_channel": name, "columns": columns})

	def rejects(self, doc, counts: dict) -> list[tuple]:
		file = frappe.get_doc("File", {"file_url": counts["rejects_file"], "attached_to_name": doc.name})
		with open(file.get_full_path(), encoding="utf-8-sig", newline="") as stream:
			return [(int(row), column, reason) for row, column, reason, *_ in list(csv.reader(stream))[1:]]

	def test_what_was_refused_comes_back_with_its_mapping(self):
		"""Headed in the language of who imports; mended and imported again nothing is asked anew."""
		header = ["编号", "小区", "面积", "总价(万)", "钥匙"]
		rows = [
			dict(zip(header, (number, "Import Test Own", "?", "350", "在店"), strict=True)) for number in "12"
		]
		self.keep(header[1:])  # of another file, which has more columns than this
		mapping = self.keep(header)
		doc = new_import([], file=portal_file(rows, header), mapping=mapping)
		frappe.local.lang = "zh"
		try:
			counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		finally:
			frappe.local.lang = "en"
		file = frappe.get_doc("File", {"file_url": counts["rejects_file"], "attached_to_name": doc.name})
		with open(file.get_full_path(), encoding="utf-8-sig", newline="") as stream:
			refused = list(csv.DictReader(stream))
		self.assertEqual(list(refused[0])[:4], ["行号", "有误的列", "被拒原因", "编号"])
		mended = portal_file([{**row, "面积": "89.5"} for row in refused], list(refused[0]))
		again = new_import([], file=mended)
		self.assertEqual(again.mapping, mapping)
		shown = api.preview(DOCTYPE, again.name)
		self.assertEqual((shown["rows_created"], shown["unread"]), (2, ["钥匙"]))
		asked = [row["column"] for row in api.suggest_columns(DOCTYPE, again.name)["columns"]]
		self.assertEqual(asked, header)
		# another file of the same columns is asked about as ever
		self.assertFalse(new_import([], file=portal_file(rows, header)).mapping)

	def test_a_cell_unlike_its_pattern_is_refused_in_labels(self):
		header = ["小区", "房源", "总价(万)"]
		name = f"Kept {frappe.generate_hash(length=6)}"
		targets = ("estate_name", "{layout}/{gross_area}/{price_yuan}", "price_wan")
		columns = [listings.as_row(*pair) for pair in zip(header, targets, strict=True)]
		mapping = api.keep_mapping({"mapping_name": name, "source_channel": name, "columns": columns})
		row = dict(zip(header, ("Import Test Own", "说不清", "350"), strict=True))
		doc = new_import([], file=portal_file([row], header), mapping=mapping)
		frappe.local.lang = "zh"
		try:
			((_row, _column, reason),) = api.preview(DOCTYPE, doc.name)["rejects"]
		finally:
			frappe.local.lang = "en"
		self.assertIn("户型/建筑面积", reason)
		for raw in ("{", "gross_area", "price_yuan"):
			self.assertNotIn(raw, reason)

	def test_the_metres_to_the_metro_are_kept(self):
		estate = factory.make_estate(
			estate_name="Import Test 1", metro=[{"line": "15号线", "station": "望京东"}]
		)
		there = factory.make_listing(estate=estate.name)
		frappe.db.commit()
		tags = "距离15号线望京东站680米房本满五年"
		rows = [portal_row(1, taxtype=tags), portal_row(2, taxtype=tags.replace("680", "750"))]
		runs.run(DOCTYPE, new_import(rows).name, progress=quiet)
		self.assertEqual([row.distance for row in estate.reload().metro], [680])
		self.assertEqual(there.reload().metro_distance, 680)
		new = frappe.get_doc("Estate", {"estate_name": "Import Test 2"})
		found = [(row.line, row.station, row.distance) for row in new.metro]
		self.assertEqual(found, [("15号线", "望京东", 750)])
		made = frappe.get_all("Listing", {"source_channel": CHANNEL}, pluck="metro_distance")
		self.assertEqual(sorted(made), [680, 750])

	def test_a_file_that_is_not_understood_is_kept_with_the_reason(self):
		doc = frappe.get_doc({"doctype": "Listing Import", "file": portal_file([{"a": 1}], ["a"])}).insert()
		frappe.db.commit()
		self.assertRaises(frappe.ValidationError, runs.run, DOCTYPE, doc.name, quiet)
		doc.reload()
		self.assertEqual(doc.status, "Failed")
		self.assertIn("community", doc.error)

	def test_one_column_an_owner_and_what_is_not_read(self):
		"""A pattern fills four fields, owners become clients, and a column that goes nowhere is asked about."""
		agent = factory.make_agent()
		number, known = factory.make_phone(), factory.make_phone()
		there = factory.make_client(agent=agent.name, phones=[{"number": known}])
		header = ["房源", "总价(万)", "业主", "电话", "钥匙"]
		homes = ("2室2厅/99.54m²/南 北/一", "1室1厅/50/南/二", "1室1厅/50/北/三", "说不清")
		owners = (("张三", number), ("李四", known), ("王五", "不知道"), ("赵六", factory.make_phone()))
		lines = [
			dict(zip(header, (home, 350, *owner, "在店"), strict=True))
			for home, owner in zip(homes, owners, strict=True)
		]
		pattern = "{layout}/{gross_area}/{orientation}/{estate_name}"
		targets = {"房源": pattern, "总价(万)": "price_wan", "业主": "owner_name", "电话": "owner_phone"}
		name = f"Kept {frappe.generate_hash(length=6)}"
		columns = [listings.as_row(*pair) for pair in targets.items()]
		mapping = api.keep_mapping({"mapping_name": name, "source_channel": name, "columns": columns})
		doc = new_import([], file=portal_file(lines, header), mapping=mapping, maintainer=agent.name)
		self.assertEqual(api.preview(DOCTYPE, doc.name)["unread"], ["钥匙"])
		self.assertEqual(api.start(DOCTYPE, doc.name), ["钥匙"])
		counts = runs.run(DOCTYPE, doc.name, progress=quiet)
		self.assertEqual((counts["rows_created"], counts["rows_rejected"]), (2, 2))
		rows = frappe.get_all(
			"Listing",
			{"source_channel": name},
			["name", "bedrooms", "gross_area", "orientation"],
			order_by="name",
		)
		self.assertEqual([(row.bedrooms, float(row.gross_area)) for row in rows], [(2, 99.54), (1, 50)])
		made, linked = (frappe.get_doc("Listing", row.name).owners[0].client for row in rows)
		self.assertEqual(linked, there.name)
		client = frappe.get_doc("Client", made)
		self.assertEqual((client.client_name, client.is_seller, client.agent), ("张三", 1, agent.name))
		self.assertFalse(frappe.db.exists("Client", {"client_name": ("in", ("王五", "赵六"))}))
		# it holds numbers in clear
		self.assertFalse(frappe.db.get_value(DOCTYPE, doc.name, "file"))

	def test_a_row_that_cannot_be_kept_stops_no_other(self):
		"""An estate's name too long for its field, and a listing that the database refuses."""
		rows = [portal_row(1), portal_row(2, community="长" * 200), portal_row(3, community="另一个小区")]
		counts = runs.run(DOCTYPE, new_import(rows).name, progress=quiet)
		self.assertEqual((counts["rows_created"], counts["rows_rejected"], counts["status"]), (2, 1, "Done"))

	def test_the_columns_of_a_file_are_suggested_and_kept_by_a_clerk(self):
		clerk = factory.make_agent("Agency Assistant").user
		factory.make_estate(estate_name="Import Test Kept")
		header = ["编号", "小区", "建筑面积(㎡)", "总价（万元）", "电话"]
		rows = [{"编号": "1", "小区": "Import Test Kept", "建筑面积(㎡)": "89.5", "总价（万元）": "350"}]
		frappe.set_user(clerk)
		doc = frappe.get_doc({"doctype": "Listing Import", "file": portal_file(rows, header)}).insert()
		found = api.suggest_columns(DOCTYPE, doc.name)
		self.assertFalse(found["is_portal"])
		self.assertEqual(
			[(row["column"], row["target"], row["values"]) for row in found["columns"]],
			[
				("编号", "external_id", ["1"]),
				("小区", "estate_name", ["Import Test Kept"]),
				("建筑面积(㎡)", "gross_area", ["89.5"]),
				("总价（万元）", "price_wan", ["350"]),
				("电话", "owner_phone", []),
			],
		)
		columns = [{"column_name": row["column"], "target": row["target"]} for row in found["columns"]]
		name = f"Kept {frappe.generate_hash(length=6)}"
		mapping = {"mapping_name": name, "source_channel": name, "columns": columns}
		doc.mapping = api.keep_mapping({**mapping, "columns": columns[:1] + columns[1:2]})
		# the same name again goes on with what is said now
		self.assertEqual(api.keep_mapping(mapping), doc.mapping)
		doc.save()
		shown = api.preview(DOCTYPE, doc.name)
		self.assertEqual((shown["rows_created"], shown["rows_rejected"], shown["estates_created"]), (1, 0, 0))
		self.assertEqual(shown["first"][0]["estate"], "Import Test Kept")
		self.assertFalse(frappe.db.exists("Listing", {"source_channel": name}))
		portal = new_import([portal_row(1)])
		self.assertTrue(api.suggest_columns(DOCTYPE, portal.name)["is_portal"])
