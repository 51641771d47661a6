"""Any sequence of what an accountant may do leaves every difference at 0.00, and the end as from scratch."""

from random import Random

import frappe

from agency_crm.accounting import ledger
from agency_crm.accounting.standing import standings
from agency_crm.domain.money import ZERO
from agency_crm.tests.cases.money import MoneyTestCase, day

SEEDS = (20261124, 7)
STEPS = 8


class TestSequences(MoneyTestCase):
	"""The outer savepoint of each test takes everything back; a commit inside is refused."""

	def setUp(self):
		super().setUp()
		frappe.db.before_commit.add(self.refuse_commit)
		self.addCleanup(frappe.db.before_commit.reset)

	@staticmethod
	def refuse_commit():
		raise AssertionError("a commit in the middle of a sequence")

	def test_sequences(self):
		for seed in SEEDS:
			frappe.db.savepoint("sequence")
			self.run_sequence(Random(seed))
			frappe.db.rollback(save_point="sequence")
			frappe.flags.agency_marks = None

	def run_sequence(self, random: Random):
		done: list = []
		steps = []
		acts = (self.receive, self.receive, self.write_off, self.credit, self.undo)
		for _step in range(STEPS):
			act = random.choice(acts)
			steps.append(act.__name__)
			act(random, done)
			with self.subTest(steps=steps):
				self.assert_reconciled()
				self.assert_cumulative()
		while done:
			self.cancel(done.pop())
		self.assert_reconciled(received="0", credited="0", written_off="0", accrued="0")
		self.assertEqual(self.accrued(), dict.fromkeys("ABCE", ZERO))

	def assert_cumulative(self):
		"""What was accrued step by step is what one step would have."""
		standing = standings([self.deal])[self.deal]
		self.assertEqual(sum(self.accrued().values()), standing.total("due"))

	def receive(self, random, done):
		side, left = self.open_side(random)
		if left > 1:
			done.append(self.pay(side, self.part(random, left), self.some_day(random)))

	def write_off(self, random, done):
		side, left = self.open_side(random)
		if left > 1:
			amount, accounts = self.part(random, left), self.accounts
			lines = (accounts.write_off, amount, None), (accounts.receivable, -amount, self.invoices[side])
			done.append(self.journal(self.some_day(random), *lines))

	def credit(self, random, done):
		if ledger.sums([self.deal])[self.deal].credited == 0:
			done.append(self.credit_note("Buyer", self.part(random, 60000), self.some_day(random)))

	def undo(self, random, done):
		if done:
			self.cancel(done.pop(random.randrange(len(done))))

	def open_side(self, random) -> tuple[str, float]:
		side = random.choice(("Buyer", "Seller"))
		return side, frappe.db.get_value("Sales Invoice", self.invoices[side], "outstanding_amount")

	def part(self, random, whole: float) -> float:
		return random.randint(1, int(whole * 100)) / 100

	def some_day(self, random):
		return day(random.randint(3, 9), random.randint(4, 28))
