"""Who gives what the rules make of a record, by its kind (domain/rating/tagging.VOCABULARIES)."""

from agency_crm.domain.rating import tagging
from agency_crm.services.rating import clients, listings

# each has rules_saved(changed) and preview(conditions)
MARKS = {tagging.LISTING: listings, tagging.CLIENT: clients}
