"""The roles of the trade, named here alone."""

AGENT, ASSISTANT, OFFICER = "Agency Agent", "Agency Assistant", "Agency Title Officer"
MANAGER, ADMINISTRATOR = "Agency Store Manager", "Agency Administrator"
ACCOUNTANT, CASHIER = "Agency Accountant", "Agency Cashier"
ROLES = (AGENT, ASSISTANT, OFFICER, MANAGER, ACCOUNTANT, CASHIER, ADMINISTRATOR)
# of the users that partners' programs come as: no desk, no right on any DocType (services/intake/partners.py)
PARTNER = "Agency Partner"
