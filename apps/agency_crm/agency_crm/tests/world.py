"""A small agency of which it is known who sees what: for the tests of visibility, in one process and over HTTP."""

import frappe
from frappe.utils import now_datetime, today

from agency_crm.domain.phases import HELD, LIVE
from agency_crm.services.privacy import secrets
from agency_crm.tests import factory

NORTH = "ann bob assistant lead boss admin"  # of the store ann works in, and above
ABOVE = "lead boss admin"  # the managers above ann
PARTY = f"ann officer {ABOVE}"  # of her client, a party to the deal the officer is assigned to
STAFF = "ann bob cat dan assistant officer lead boss sue accountant cashier admin"
DEAL = f"ann bob dan officer sue accountant {ABOVE}"

ROLES = {
	"ann": "Agency Agent",
	"bob": "Agency Agent",
	"cat": "Agency Agent",
	"dan": "Agency Agent",
	"assistant": "Agency Assistant",
	"officer": "Agency Title Officer",
	"lead": "Agency Store Manager",
	"boss": "Agency Store Manager",
	"sue": "Agency Store Manager",
	"accountant": "Agency Accountant",
	"cashier": "Agency Cashier",
	"admin": "Agency Administrator",
}


class Agency:
	"""Two regions; ann, bob and the assistant in one store, cat beside them, dan in the other region.

	lead manages ann's store, boss the region above, sue dan's store. `seen` is DocType -> record -> who sees
	it; `users` person -> user; `agents` person -> Agent.
	"""

	def __init__(self):
		self.users = {person: factory.make_user(role).name for person, role in ROLES.items()}
		self.seen: dict[str, dict[str, set[str]]] = {}
		self._make_stores()
		self._make_listings()
		self._make_clients()
		self._make_deals()
		self._make_papers()
		self._make_requests()
		self._make_steps()

	def _make_stores(self):
		north = factory.make_store(is_group=1, manager=self.users["boss"]).name
		south = factory.make_store(is_group=1).name
		self.store = factory.make_store(parent=north, manager=self.users["lead"]).name
		beside = factory.make_store(parent=north).name
		self.far_store = factory.make_store(parent=south, manager=self.users["sue"]).name
		stores = {
			"ann": self.store,
			"bob": self.store,
			"assistant": self.store,
			"cat": beside,
			"dan": self.far_store,
		}
		self.agents = {
			person: factory.make_agent(user=self.users[person], store=store).name
			for person, store in stores.items()
		}

	def _make_listings(self):
		self.estate = factory.make_estate().name
		ann = {"estate": self.estate, "maintainer": self.agents["ann"], "store": self.store}
		survey = {"role": "Survey", "agent": self.agents["dan"], "approved_at": now_datetime()}
		self.owner = factory.make_client(agent=self.agents["ann"], is_seller=1)
		owners = [{"client": self.owner.name, "share": 100}]
		self.note("Client", self.owner.name, PARTY)
		self.listings = {}
		for number, (scope, readers) in enumerate(
			(("Public", STAFF), ("Store", NORTH), ("Area", f"{NORTH} cat"), ("Private", f"ann {ABOVE}")), 1
		):
			listing = factory.make_listing("Live", scope=scope, room_no=f"{number}01", owners=owners, **ann)
			self.listings[scope] = listing.name
			self.note("Listing", listing.name, readers)
			self.note("Property", listing.property, readers.replace("cashier", ""))
		held = factory.make_listing("Live", scope="Private", room_no="601", roles=[survey], **ann)
		self.listings["Held"] = held.name
		self.note("Listing", held.name, f"ann dan {ABOVE}")
		self.note("Property", held.property, f"ann dan {ABOVE}")

		works = f"ann assistant {ABOVE}"
		for scope, readers in (("Public", works), ("Private", f"ann {ABOVE}"), ("Held", f"ann dan {ABOVE}")):
			whose = {"agent": self.agents["ann"], "store": self.store}
			self.write("Listing Mandate", readers, listing=self.listings[scope], **whose)
		two = {"listing": self.listings["Public"], "store": self.store}
		for other, store, readers in (("Held", self.store, ""), ("Store", self.far_store, "sue ")):
			pair = {**two, "other": self.listings[other], "other_store": store, "pair_key": other}
			self.write("Duplicate Pair", f"{readers}assistant {ABOVE}", **pair)

	def _make_clients(self):
		ann = self.agents["ann"]
		self.clients = {}
		for kind, readers, fields in (
			("Private", PARTY, {"agent": ann}),
			("Shared", f"ann dan {ABOVE}", {"agent": ann, "collaborators": [{"agent": self.agents["dan"]}]}),
			("Store", NORTH, {"store": self.store, "pool": "Store"}),
			("Area", f"{NORTH} cat", {"store": self.store, "pool": "Area"}),
			("Billed", f"ann accountant cashier {ABOVE}", {"agent": ann}),
		):
			client = factory.make_client(**fields).name
			self.clients[kind] = client
			self.note("Client", client, readers)
			no_part = ("officer", "accountant", "cashier")
			doers = " ".join(person for person in readers.split() if person not in no_part)
			task = {"subject": "回访", "due_on": today(), "agent": fields.get("agent")}
			self.write("Follow Up Task", doers, client=client, store=self.store, **task)
			if kind in ("Private", "Store"):
				moved = {"kind": "Claim", "at": now_datetime()}
				self.write("Client Movement", doers, client=client, **moved)
			if kind in ("Private", "Shared"):
				requirement = factory.make_requirement(client=client)
				self.note("Client Requirement", requirement.name, readers)
				readers = readers.replace("officer", "")
				for scope, seen in (("Public", readers), ("Private", f"ann {ABOVE}")):
					pair = {"requirement": requirement.name, "listing": self.listings[scope]}
					pair["pair_key"] = f"{requirement.name}|{self.listings[scope]}"
					self.write("Match Pair", seen, client=client, **pair)
				call = {"method": "Call", "content": "想看东边的三居", "followed_on": now_datetime()}
				self.write("Follow Up", readers, client=client, agent=ann, **call)
		asked = {"asked_by": self.users["ann"], "store": self.store, "reason": "本人来电"}
		self.write("Client Erasure", f"ann {ABOVE}", client=self.clients["Private"], **asked)
		frappe.db.set_value("Client", self.clients["Billed"], "customer", "C-TEST")
		listing = self.listings["Public"]
		self.write(
			"Follow Up", NORTH, listing=listing, agent=ann, content="业主急售", followed_on=now_datetime()
		)
		viewing = factory.make_viewing(
			listing, client=self.clients["Private"], agent=ann, companions=[{"agent": self.agents["cat"]}]
		)
		self.note("Viewing", viewing.name, f"ann cat {ABOVE}")

	def _make_deals(self):
		fields = {"store": self.store, "agent": self.agents["ann"], "client": self.clients["Private"]}
		deal = factory.make_deal(
			listing=self.listings["Public"], co_agents=[{"agent": self.agents["bob"]}], **fields
		)
		self.deal = deal.name
		self.note("Deal", deal.name, DEAL)
		self.note("Deal Fee", factory.make_fee(deal, "Buyer").name, DEAL)
		self.write("Deal Termination", DEAL.replace("officer", ""), deal=deal.name)
		for person, readers in (("ann", f"ann {ABOVE}"), ("dan", "dan sue admin")):
			agent, store = self.agents[person], self.far_store if person == "dan" else self.store
			share = {"role": "Closing", "payee_type": "Agent", "agent": agent, "store": store, "percent": 50}
			self.write("Deal Split", f"{readers} accountant", deal=deal.name, **share)
		factory_task = {"reference_type": "Deal", "reference_name": deal.name, "description": "过户"}
		frappe.get_doc({"doctype": "ToDo", "allocated_to": self.users["officer"], **factory_task}).insert()
		billed = self.write(
			"Deal", f"ann accountant cashier {ABOVE}", listing=self.listings["Store"], **fields
		)
		frappe.db.set_value("Deal", billed, "phase", LIVE)
		# sent for review: an officer sees nobody of a deal in draft
		frappe.db.set_value("Deal", deal.name, "phase", HELD)

	def _make_papers(self):
		"""Records of the ledger's side as rows: who sees them is asked here, not how they come about."""
		accounts = "accountant admin"
		self.write("Commission Accrual", accounts, deal=self.deal)
		self.write("Commission Payout", f"{accounts} cashier", status="Draft")
		month = {"agent": self.agents["ann"], "store": self.store, "month": today()}
		self.write("Commission Statement", f"ann {accounts} cashier lead boss", **month)
		look = {"user": self.users["ann"], "revealed_at": now_datetime(), "what": "Phone"}
		self.write("Contact Reveal", ABOVE, client=self.clients["Private"], **look)
		for kind in ("Listing Import", "Client Import"):
			batch = self.write(kind, f"assistant {ABOVE}", store=self.store)
			frappe.db.set_value(kind, batch, "owner", self.users["assistant"])
		price = {"field": "Price", "old": "3500000", "new": "3300000", "at": now_datetime()}
		for scope, readers in (("Public", STAFF), ("Private", f"ann {ABOVE}")):
			self.write("Listing Change", readers, listing=self.listings[scope], **price)
		follower = {"listing": self.listings["Public"], "user": self.users["cat"]}
		self.write("Listing Follower", "cat admin", **follower)
		clerks = f"assistant {ABOVE}"
		for doctype in ("Listing Enquiry", "Client Enquiry"):
			for readers, name, store in ((clerks, "张先生", self.store), (f"{clerks} sue", "李女士", None)):
				number = secrets.seal(factory.make_phone())
				self.write(doctype, readers, enquirer_name=name, store=store, **number)

		called = {"agents": [{"agent": self.agents["cat"]}]}
		self.write("Call List", f"cat {ABOVE}", title="回访", store=self.store, **called)
		self.write("Call List", ABOVE, title="老客户", store=self.store)
		self.write("Client Mailing", ABOVE, subject="新盘", store=self.store)

	def _make_requests(self):
		"""What is asked about listings, and their keys, as rows."""
		public, ann = self.listings["Public"], self.agents["ann"]
		asked = {"requested_of": ann, "requested_by": self.users["cat"], "store": self.store}
		self.write("Listing Verification", f"ann cat {ABOVE}", listing=public, kind="Existence", **asked)
		role = {"role": "Survey", "agent": self.agents["dan"], "replaces": ann, "store": self.store}
		self.write("Role Request", f"ann dan {ABOVE}", listing=public, **role)
		book = {"client": self.clients["Private"], "from_agent": ann, "to_agent": self.agents["dan"]}
		self.write("Client Request", f"ann dan {ABOVE}", store=self.store, **book)
		self.write("Client Handover", ABOVE, from_agent=ann, store=self.store)
		for scope, readers in (("Public", f"{NORTH} cat dan officer sue"), ("Private", f"ann {ABOVE}")):
			listing = self.listings[scope]
			key = self.write("Listing Key", readers, listing=listing, store=self.store)
			self.write("Key Movement", readers, listing=listing, listing_key=key, action="Receive")

	def _make_steps(self):
		"""The steps that records wait for, open to every role: who may see the record is named it."""
		roles = [{"role": role} for role in sorted(set(ROLES.values()))]
		step = {"status": "Open", "permitted_roles": roles}
		for doctype, name in (
			*(("Listing", self.listings[scope]) for scope in ("Public", "Private")),
			("Deal", self.deal),
		):
			readers = " ".join(self.seen[doctype][name])
			self.write("Workflow Action", readers, reference_doctype=doctype, reference_name=name, **step)

	def note(self, doctype: str, name: str, readers: str) -> str:
		self.seen.setdefault(doctype, {})[name] = set(readers.split())
		return name

	def write(self, doctype: str, readers: str, **values) -> str:
		"""A row as it would stand in the table, and who sees it."""
		doc = frappe.new_doc(doctype, **values)
		doc.set_user_and_timestamp()
		doc.set_new_name(set_child_names=True)
		doc.set_parent_in_children()
		doc.db_insert()
		for row in doc.get_all_children():
			row.db_insert()
		return self.note(doctype, doc.name, readers)
