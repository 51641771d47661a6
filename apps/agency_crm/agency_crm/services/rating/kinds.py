"""Kind of record (domain/rating/tagging.VOCABULARIES) -> the module that applies the rules to it."""

from agency_crm.domain.rating import tagging
from agency_crm.services.rating import clients, listings

# each has rules_saved(changed) and preview(conditions)
MARKS = {tagging.LISTING: listings, tagging.CLIENT: clients}
