"""What the columns of a spreadsheet most likely mean, told by how offices and portals head them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from agency_crm.domain.importing import IGNORE, JOINED, PORTAL
from agency_crm.domain.text import fold, name_key

# target of a column -> how it is headed, the most usual first
HEADINGS: dict[str, str] = {
	"external_id": "编号 房源编号 房源编码 房源号 外部编号 ID",
	"listing_type": "交易类型 租售 租售类型 买卖类型",
	"estate_name": "小区 小区名称 小区名 楼盘 楼盘名称 社区",
	"district": "城区 行政区 区县 区域",
	"circle": "商圈 板块 片区",
	"address_text": "地址 详细地址 房屋地址 坐落 门牌",
	"building_no": "楼号 楼栋 栋号 楼栋号 幢号 座栋 栋 幢 座",
	"unit_no": "单元 单元号",
	"room_no": "房号 房间号 室号 门牌号",
	"property_type": "物业类型 房屋类型 房屋用途 用途",
	"layout": "户型 房型 居室 格局",
	"bedrooms": "室 卧室 房间数",
	"living_rooms": "厅 客厅",
	"kitchens": "厨 厨房",
	"bathrooms": "卫 卫生间",
	"gross_area": "建筑面积 面积 建面 房屋面积",
	"net_area": "套内面积 套内 使用面积 实用面积",
	"floor_text": "楼层 楼层信息",
	"floor": "所在楼层 所在层 层",
	"total_floors": "总楼层 总层数 总层",
	"year_built": "建成年代 建筑年代 建成年份 年代 竣工年份",
	"building_type": "建筑类型 楼型 建筑结构",
	"elevator": "电梯 有无电梯 配备电梯",
	"orientation": "朝向 房屋朝向",
	"decoration": "装修 装修情况 装修程度",
	"price_wan": "总价 售价 挂牌价 报价 价格 出售价",
	"unit_price": "单价 均价 单位价格",
	"rent": "租金 月租金 月租 租价",
	"certificate_date": "发证日期 房产证日期 登记日期 产证日期",
	"tags_text": "标签 特色 房源标签",
	"remarks": "备注 描述 说明 房源描述 标题",
}
_PORTAL = {name_key(column): target for column, target in PORTAL.columns}
_TARGETS = {
	**{name_key(heading): target for target, headings in HEADINGS.items() for heading in headings.split()},
	**_PORTAL,
}
# a unit at the end of a heading, when its brackets are gone
_UNIT = re.compile(r"(?:万元|万|元/?M2|元/?平米|元/?月|元|平方米|平米|M2)$")


def suggest(header: Iterable[str]) -> list[tuple[str, str]]:
	"""Return each column with its likely target, `ignore` where none is; a target is given once.

	Of several columns for one target the first has it; remarks and tags take them all.
	"""
	found, given = [], set()
	for column in header:
		target = _target(column)
		if target in given and target not in JOINED:
			target = IGNORE
		given.add(target)
		found.append((column, target))
	return found


def _target(column: str) -> str:
	key = name_key(column)
	bare = _UNIT.sub("", key) or key
	target = _TARGETS.get(key) or _TARGETS.get(bare) or IGNORE
	in_yuan = "元" in fold(column) and "万" not in fold(column)
	return "price_yuan" if target == "price_wan" and in_yuan else target
