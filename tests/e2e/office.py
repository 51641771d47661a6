"""An office of its own for a walk: made anew at each run through Administrator's REST calls."""

import json
import secrets

import requests


class Office:
	"""One region with one store, its manager, two agents and the people at the till and the books.

	Each of `manager`, `agent`, `other_agent`, `assistant`, `accountant`, `other_accountant`, `cashier` is a
	login {"user", "password"}; `name_of` gives a login's Agent.
	"""

	PEOPLE = {
		"manager": ("店长周正", "Agency Store Manager"),
		"agent": ("经纪人林岚", "Agency Agent"),
		"other_agent": ("经纪人高远", "Agency Agent"),
		"assistant": ("店秘苏婷", "Agency Assistant"),
		"accountant": ("会计何敏", "Agency Accountant"),
		"other_accountant": ("会计罗静", "Agency Accountant"),
		"cashier": ("出纳沈悦", "Agency Cashier"),
	}

	def __init__(self, url: str, administrator: dict):
		self.url, self.token = url, secrets.token_hex(3)
		self.session = requests.Session()
		self.session.headers["Accept-Language"] = "zh"
		login = {"usr": administrator["user"], "pwd": administrator["password"]}
		self.session.post(f"{url}/api/method/login", data=login).raise_for_status()
		self.company = self.list("Company", ["name"])[0]["name"]
		for person in self.PEOPLE:
			setattr(self, person, self._login(person))
		self._places()

	def insert(self, doctype: str, **values) -> dict:
		"""Insert a record as Administrator and return it."""
		answer = self.session.post(f"{self.url}/api/resource/{doctype}", json=values)
		assert answer.ok, f"{doctype} {values}: {answer.text[:2000]}"
		return answer.json()["data"]

	def list(self, doctype: str, fields: list[str], **filters) -> list[dict]:
		"""Return the rows that match, oldest first, as Administrator sees them."""
		parameters = {"fields": fields, "filters": filters, "order_by": "creation", "limit_page_length": 0}
		answer = self.session.post(
			f"{self.url}/api/method/frappe.client.get_list", json={"doctype": doctype, **parameters}
		)
		assert answer.ok, f"{doctype}: {answer.text[:2000]}"
		return answer.json()["message"]

	def named(self, name: str) -> str:
		"""Make a name one of this run."""
		return f"{name}{self.token}"

	def phone(self) -> str:
		"""Return a mobile number nobody has yet, in full width and with spaces as people paste it."""
		return f"１３９ {secrets.randbelow(10**4):04d} {secrets.randbelow(10**4):04d}"

	def name_of(self, login: dict) -> str:
		"""Return the Agent of a login."""
		return self.agents[login["user"]]

	def _login(self, person: str) -> dict:
		name, role = self.PEOPLE[person]
		login = {
			"user": f"{person}-{self.token}@e2e.example".replace("_", "-"),
			"password": secrets.token_urlsafe(12),
		}
		self.insert(
			"User",
			email=login["user"],
			first_name=self.named(name),
			language="zh",
			time_zone="Asia/Shanghai",
			send_welcome_email=0,
			new_password=login["password"],
			roles=[{"role": role}],
		)
		return login

	def _places(self) -> None:
		region = self.insert("Store", store_name=self.named("城东大区"), is_group=1, company=self.company)[
			"name"
		]
		parent = self.list("Cost Center", ["name"], company=self.company, is_group=1)[0]["name"]
		center = self.insert(
			"Cost Center",
			cost_center_name=self.named("云栖路店"),
			company=self.company,
			parent_cost_center=parent,
		)
		self.store = self.insert(
			"Store",
			store_name=self.named("云栖路店"),
			parent_store=region,
			company=self.company,
			manager=self.manager["user"],
			cost_center=center["name"],
		)["name"]
		plan = self.list("Commission Plan", ["name"], disabled=0)[0]["name"]
		self.agents = {}
		for person in ("agent", "other_agent", "assistant"):
			login = getattr(self, person)
			self.agents[login["user"]] = self.insert(
				"Agent",
				agent_name=self.named(self.PEOPLE[person][0]),
				user=login["user"],
				store=self.store,
				status="Active",
				tax_method="Payroll",
				commission_plan=plan,
			)["name"]
		root = self.list("Territory", ["name"], is_group=1)[0]["name"]
		circle = self.insert("Territory", territory_name=self.named("云栖商圈"), parent_territory=root)
		self.territory = circle["name"]
		self.estate_name = self.named("云栖花园")
		point = {"type": "Point", "coordinates": [120.09, 30.29]}
		features = [{"type": "Feature", "properties": {}, "geometry": point}]
		self.estate = self.insert(
			"Estate",
			estate_name=self.estate_name,
			aliases=self.named("云栖小区"),
			territory=self.territory,
			year_built=2012,
			buildings=[
				{"building_no": "3", "units": 2, "floors": 18, "rooms": "1单元: 101-1802\n2单元: 101-1802"}
			],
			metro=[{"line": "2号线", "station": "云栖路站", "distance": 450}],
			location=json.dumps({"type": "FeatureCollection", "features": features}),
		)["name"]
