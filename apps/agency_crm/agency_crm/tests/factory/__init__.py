"""Records for tests: each function makes one valid record, its arguments override fields."""

from agency_crm.tests.factory.clients import make_client, make_phone, make_requirement, make_segment
from agency_crm.tests.factory.commission import make_plan, make_split_template
from agency_crm.tests.factory.deals import make_deal, make_fee
from agency_crm.tests.factory.files import huge_photo, phone_photo, picture
from agency_crm.tests.factory.follow_ups import make_follow_up_plan
from agency_crm.tests.factory.intake import make_partner
from agency_crm.tests.factory.listings import make_listing, make_mandate
from agency_crm.tests.factory.office import make_agent, make_store
from agency_crm.tests.factory.places import make_estate, make_territory
from agency_crm.tests.factory.users import SPARE_USERS, borrowed, make_spare_users, make_user, spare_names
from agency_crm.tests.factory.viewings import make_viewing

__all__ = [
	"SPARE_USERS",
	"borrowed",
	"huge_photo",
	"make_agent",
	"make_client",
	"make_deal",
	"make_estate",
	"make_fee",
	"make_follow_up_plan",
	"make_listing",
	"make_mandate",
	"make_partner",
	"make_phone",
	"make_plan",
	"make_requirement",
	"make_segment",
	"make_spare_users",
	"make_split_template",
	"make_store",
	"make_territory",
	"make_user",
	"make_viewing",
	"phone_photo",
	"picture",
	"spare_names",
]
