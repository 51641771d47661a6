"""What people send by the public pages, in the tests."""

import base64

PNG = base64.b64decode(
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


OFFER = {
	"listing_type": "Sale",
	"building_no": "３号楼",
	"unit_no": "2",
	"room_no": "0501",
	"layout": "三室两厅",
	"gross_area": "89.5平米",
	"asking_price": "350",
	"enquirer_name": "张先生",
	"phone": "138 0013 8000",
	"remarks": "<b>急售</b><script>alert(1)</script>",
	"consent": True,
}


WISH = {
	"requirement_type": "Buy",
	"budget": "300-400万",
	"bedrooms": "2-3室",
	"area": "８０-100平米",
	"needs_metro": "1",
	"enquirer_name": "王女士",
	"phone": "139 0013 9000",
	"remarks": "<b>急</b><script>alert(1)</script>",
	"consent": True,
}


NUMBER = "13900139000"
