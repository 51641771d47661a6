"""The demo's clients and what an agency has done with them for some weeks, each by whose work it is.

Records are made today, so `weeks_pass` moves the days of the clients back; the nights between are made up for
once, by the site's own jobs.
"""

from datetime import date, timedelta
from itertools import cycle
from random import Random

import frappe
from frappe import _
from frappe.utils import add_days, getdate, now_datetime

from agency_crm.domain.phases import CLOSED
from agency_crm.domain.pools.clocks import PRIVATE, STORE
from agency_crm.services.clients import referrals
from agency_crm.services.follow_ups import call_lists, plans, tasks
from agency_crm.services.intake import client_page, portals
from agency_crm.services.matching import board, nightly, pairs
from agency_crm.services.notifications import mailings
from agency_crm.services.pools import clients as pools
from agency_crm.services.privacy import erasure, reveals, secrets
from agency_crm.services.rating import clients as rating
from agency_crm.setup.demo import content
from agency_crm.setup.demo.actors import act_as, active_agents, insert, managers

CLIENTS = 300  # with the owners
FIRST_SEEKER, FIRST_ENQUIRER = 2000, 3000  # owners' numbers count up from 1000
PORTAL = "安居平台"
SOURCES = (
	("Walk-in", None),
	("Phone", None),
	("Referral", None),
	("Portal", PORTAL),
	("WeChat", "抖音"),
	("WeChat", "小红书"),
)
ENQUIRIES = (  # what brought somebody, and what they say
	("抖音", {"enquirer_name": "程女士", "budget": "280-350万", "bedrooms": "2-3室", "places": "滨江"}),
	("小红书", {"enquirer_name": "叶先生", "budget": "400-480万", "area": "90-120", "places": "市中心"}),
	("", {"enquirer_name": "万先生", "budget": "200-260万", "places": "江湾", "remarks": "老客户介绍"}),
)
# of an agent's clients without a viewing: days since something effective was done for them
IDLE = (13, 25, 4, 12, 40)
# of an agent's clients: in how many days what the plan asks for is due
DUE = (-3, 2, 0, 5, -1, 3, 1)


def seekers(random: Random) -> None:
	"""Clients who look for a home, with the owners 300, each with a requirement; some are followed up."""
	people = active_agents()
	circles = [circle for group in content.CIRCLES.values() for circle in group]
	persons = list(content.people(random, CLIENTS - frappe.db.count("Client"), start=FIRST_SEEKER))
	for number, agent in enumerate(people):
		frappe.set_user(agent.user)
		known = None
		for index in range(number, len(persons), len(people)):
			rents, turn = index % 7 == 0, number + index // len(people)
			values = about(random, turn)
			if values["source_channel"] == "Referral":
				values |= {"referred_by_client": known} if known else {"referred_by": agent.name}
			client = client_of(agent, persons[index], is_tenant=int(rents), is_buyer=int(not rents), **values)
			known = known or client.name
			if client.consent == "Given":
				reveals.keep("Client", client.name, {"email": f"client{index}@mail.example"})
			insert("Client Requirement", client=client.name, **wish(random, rents, circles))
			if turn % 4 == 0 or index < len(people):
				days = 0 if index < len(people) else random.randint(-1, 4)
				follow_up(random, agent, days, client=client.name)


def about(random: Random, turn: int) -> dict:
	"""Return what is known of a client beside their wish: of some much, of others little."""
	channel, detail = SOURCES[turn % len(SOURCES)]
	values = {"source_channel": channel, "source_detail": detail}
	values["gender"] = random.choice(("Male", "Female"))
	if turn % 3:
		values |= {
			"purpose": random.choice(("Own Use", "Upgrade", "Marriage", "School", "Investment")),
			"payment_way": random.choice(("Full Payment", "Mortgage", "Provident Fund", "Combined Loan")),
			"occupation": random.choice(("教师", "工程师", "医生", "个体经营", "公务员")),
			"marital_status": random.choice(("Single", "Married")),
			"household_size": random.randint(1, 5),
			"birthday": birthday(random, turn),
			"consent": "Given",
			"consent_source": "门店登记时当面同意",
		}
	if turn % 3 == 1:
		values |= {
			"eligibility": random.choice(("Eligible", "Eligible", "Not Eligible")),
			"eligibility_checked_on": add_days(getdate(), -random.randint(1, 60)),
			"eligibility_note": "已核对社保与名下住房",
			"household_registration": random.choice(("Local", "Elsewhere")),
			"homes_owned": random.randint(0, 2),
			"social_insurance_months": random.randint(0, 120),
			"relations": [{"relation": "Child", "person_name": "孩子", "note": "明年上小学"}],
		}
	if turn % 12 == 11:
		values |= {"consent": "Withdrawn", "consent_source": "来电要求不再联系推广"}
	return values


def birthday(random: Random, turn: int) -> date:
	"""Return the day a client was born on; some have their birthday within the week."""
	comes = getdate() + timedelta(days=random.randint(0, 6) if turn % 8 == 1 else random.randint(10, 350))
	return date(random.randint(1960, 2000), comes.month, min(comes.day, 28))


def client_of(agent, person: content.Person, **values):
	"""Insert a client as its agent, who is the present user."""
	return insert(
		"Client",
		client_name=person.name,
		client_type="Individual",
		agent=agent.name,
		phones=[{"number": person.phone, "label": "Own", "is_primary": 1}],
		**values,
	)


def follow_up(random: Random, agent, days: int, **values: str) -> None:
	"""Insert a follow-up of a listing or a client; the next one is due `days` from today."""
	insert(
		"Follow Up",
		agent=agent.name,
		method="Call",
		followed_on=now_datetime() - timedelta(days=random.randint(1, 9)),
		next_follow_up_on=getdate() + timedelta(days=days),
		content=random.choice(
			("电话沟通预算与看房时间，约定再联系确认。", "告知近期成交价，对方表示周末再答复。")
		),
		**values,
	)


def wish(random: Random, rents: bool, circles: list[str]) -> dict:
	"""Return what a client looks for, as the values of a Client Requirement."""
	budget = random.randrange(2500, 9000, 500) if rents else random.randrange(150, 700, 10) * 10000
	return {
		"requirement_type": "Rent" if rents else "Buy",
		"urgency": random.choice(("Low", "Normal", "High")),
		"budget_min": budget * 4 // 5,
		"budget_max": budget,
		"bedrooms_min": random.randint(1, 3),
		"area_min": random.randrange(40, 100, 5),
		"needs_metro": int(random.random() < 0.4),
		"territories": [{"territory": random.choice(circles)}],
	}


def enquiries(_random: Random) -> None:
	"""Four people ask on the page, one by a friend's link, one with a known number; one by a portal."""
	friend = looking(active_agents()[0])[0]
	code = referrals.make_link("Client", friend).rpartition("=")[2]
	act_as("admin")
	store = active_agents()[0].store
	partner = insert("Listing Partner", partner_name=PORTAL, source_channel=PORTAL, store=store)
	frappe.set_user("Guest")
	for index, (campaign, said) in enumerate(ENQUIRIES):
		number = content.phone(FIRST_SEEKER if campaign == "小红书" else FIRST_ENQUIRER + index)
		sent = {"requirement_type": "Buy", "phone": number, "consent": True, **said}
		sent |= {"campaign": campaign} if campaign else {"referral": code}
		client_page.submit(sent, f"{index:032x}")
	sent = {"requirement_type": "Rent", "enquirer_name": "文小姐", "phone": content.phone(FIRST_ENQUIRER + 9)}
	sent |= {"budget_max": "4500", "places": "大学城", "consent": True}
	portals.put(partner, "demo-1", sent)


def weeks_pass(random: Random) -> None:
	"""Move back when the clients came, what was last done for them and when their plans' tasks are due."""
	now, today = now_datetime(), getdate()
	for agent in active_agents():
		idle = cycle(IDLE)
		names = looking(agent)
		for number, name in enumerate(names):
			values = {"creation": now - timedelta(days=random.randint(20, 80))}
			if not frappe.db.exists("Viewing", {"client": name, "phase": CLOSED}):
				days = next(idle)
				values = {
					"creation": now - timedelta(days=days + 2),
					"last_effective_on": now - timedelta(days=days),
					"fall_reminded_on": add_days(today, -1) if days > 15 else None,
				}
			frappe.db.set_value("Client", name, values, update_modified=False)
			planned = {"client": name, "status": tasks.OPEN, "plan": ("is", "set")}
			due = add_days(today, DUE[number % len(DUE)])
			frappe.db.set_value(tasks.DOCTYPE, planned, "due_on", due, update_modified=False)
		tasks.refresh(names)


def nights(_random: Random) -> None:
	"""What the schedule does at night: falls, greetings, levels and tags, matches, reminders; any number of times."""
	pools.run()
	long_pooled = {"pool": STORE, "creation": ("<", add_days(getdate(), -35))}
	since = add_days(now_datetime(), -20)
	frappe.db.set_value("Client", long_pooled, "pool_since", since, update_modified=False)
	pools.run()
	plans.run()
	rating.refresh_all()
	nightly.run()
	tasks.tell_overdue()


def daily_work(random: Random) -> None:
	"""What lies on the desks: a client to be given, one to be erased, some lost; a handover, calls, a mailing."""
	people = active_agents()
	first, second, *_others, last = people
	frappe.set_user(first.user)
	share_number(*looking(first)[:2])
	given = {"kind": "Transfer", "client": looking(first)[2], "to_agent": second.name}
	insert("Client Request", **given, reason="客户看中的小区由同事负责，更方便跟进")
	match_by_hand(first)
	frappe.set_user(second.user)
	erasure.ask(looking(second)[0], "客户来电要求删除其个人信息")
	for store, manager in managers().items():
		of_store = [agent for agent in people if agent.store == store]
		if of_store:
			lose(of_store[-2])
			if last in of_store:
				frappe.set_user(manager)
				takers = [{"agent": agent.name} for agent in of_store[:2]]
				insert("Client Handover", from_agent=last.name, reason="下月离职", to_agents=takers)
			if first in of_store:
				call(random, manager, of_store[:3])
				write_mailing(manager)


def looking(agent) -> list[str]:
	"""Return an agent's private clients who look for a home, first come first."""
	mine = {"agent": agent.name, "pool": PRIVATE, "is_seller": 0, "is_landlord": 0}
	open_ones = {"stage": ("in", ("Prospect", "Interested", "Viewing")), "erased_on": ("is", "not set")}
	return frappe.get_all("Client", mine | open_ones, pluck="name", order_by="name")


def share_number(client: str, spouse: str) -> None:
	"""Enter a client's number for their spouse too, saying so."""
	number = secrets.open_number(frappe.get_doc("Client", client).phones[0])
	doc = frappe.get_doc("Client", spouse)
	doc.append("phones", {"number": number, "label": "Spouse", "related_as": "Spouse"})
	doc.save()


def match_by_hand(agent) -> None:
	"""Show the best match of an agent's clients, and refuse the next."""
	suggested = {"client": ("in", looking(agent)), "status": pairs.SUGGESTED}
	fields = ["requirement", "listing"]
	shown, refused = frappe.get_all(pairs.PAIR, suggested, fields, order_by="score desc, name", limit=2)
	board.choose(shown.requirement, [shown.listing], shown=True)
	pairs.remember(refused.requirement, refused.listing, pairs.REJECTED, "离学校太远，客户不考虑")


def lose(agent) -> None:
	"""Say of an agent's client that they are lost, and why."""
	frappe.set_user(agent.user)
	client = frappe.get_doc("Client", looking(agent)[-1])
	client.update({"stage": "Lost", "lost_reason": "已在其他中介成交"})
	client.save()


def call(random: Random, manager: str, people: list) -> None:
	"""Have agents of a store call their clients; half of the calls are done."""
	frappe.set_user(manager)
	agents = [{"agent": agent.name} for agent in people]
	title = "月度客户回访"
	call_list = insert("Call List", title=title, agents=agents, script="问近期计划是否有变，邀约周末看房")
	call_lists.add(call_list.reload(), [name for agent in people for name in looking(agent)[1:5]])
	for agent in people:
		frappe.set_user(agent.user)
		mine = {"call_list": call_list.name, "agent": agent.name, "status": tasks.OPEN}
		rows = frappe.get_all(tasks.DOCTYPE, mine, ["name", "client"], order_by="client")
		for row in rows[: len(rows) // 2]:
			follow_up(random, agent, random.randint(1, 6), client=row.client, task=row.name)


def write_mailing(manager: str) -> None:
	"""Write to a segment of clients and ask for it to be let out."""
	frappe.set_user(manager)
	segment = _("Urgent Clients", frappe.get_system_settings("language"), "Agency Tag")
	mailing = insert(
		"Client Mailing",
		subject="{name}，本周新上房源",
		segment=segment,
		message="<p>{name}您好：为您挑选了几套本周的新房源，欢迎回信约看。</p>",
		homes=3,
		store=frappe.db.get_value("Store", {"manager": manager}),
	)
	mailings.request(mailing.name)


STEPS = (enquiries, weeks_pass, nights, daily_work)
