"""Who gives what the rules make of a record, by its kind (domain/tagging.VOCABULARIES)."""

from agency_crm.domain import tagging
from agency_crm.services.clients import marks as clients
from agency_crm.services.library import marks as listings

# each has rules_saved(changed) and preview(conditions)
MARKS = {tagging.LISTING: listings, tagging.CLIENT: clients}
