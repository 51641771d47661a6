"""What the columns of a spreadsheet most likely mean, told by how offices and portals head them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from agency_crm.domain.importing import client_rows, listing_rows
from agency_crm.domain.importing.base import IGNORE, Columns, Targets, named_targets
from agency_crm.domain.inputs.text import fold, name_key

# target of a column -> how it is headed, the most usual first
OF_LISTINGS: dict[str, str] = {
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
	"owner_name": "业主 业主姓名 业主名称 业主称呼 房东 房东姓名 产权人 联系人",
	"owner_phone": "电话 业主电话 业主手机 业主手机号 业主联系方式 业主联系电话 房东电话 联系电话 联系方式 手机 手机号 手机号码 电话1 电话2 电话3 备用电话",
	"remarks": "备注 描述 说明 房源描述 标题",
}
OF_CLIENTS: dict[str, str] = {
	"client_name": "姓名 客户姓名 客户 客户名称 称呼 联系人",
	"phone": "电话 手机 手机号 手机号码 电话号码 联系电话 联系方式 客户电话 电话1 电话2 电话3 备用电话",
	"client_type": "客户类型",
	"gender": "性别",
	"birthday": "生日 出生日期",
	"roles": "客户身份 身份 角色",
	"level": "等级 级别 客户等级 客户级别",
	"source": "来源 客户来源 渠道",
	"wechat": "微信 微信号",
	"purpose": "用途 购房目的 购房用途 目的",
	"payment_way": "付款方式 付款",
	"occupation": "职业 工作",
	"agent": "经纪人 归属人 维护人 业务员 所属经纪人",
	"store": "门店 归属门店 店",
	"tags": "标签 客户标签",
	"requirement_type": "需求 需求类型 交易类型 租售 求购求租 类型",
	"budget": "预算 价格 价位 总价 租金 租金预算 预算范围",
	"budget_min": "预算下限 最低预算 最低价 预算从",
	"budget_max": "预算上限 最高预算 最高价 预算到",
	"bedrooms": "户型 居室 室 房型 几居",
	"area": "面积 需求面积 面积范围",
	"area_min": "最小面积 面积下限",
	"area_max": "最大面积 面积上限",
	"places": "区域 商圈 意向区域 意向商圈 板块 城区",
	"estates": "小区 意向小区 楼盘",
	"needs_metro": "近地铁 地铁",
	"needs_school": "学区 学校",
	"needs_elevator": "电梯",
	"urgency": "紧急程度 急迫程度",
	"remarks": "备注 说明 描述 跟进 其他要求",
}


@dataclass(frozen=True)
class Headings:
	"""The targets of one kind of file by the keys of how their columns are headed."""

	by_key: dict[str, str]
	targets: Targets

	@classmethod
	def of(
		cls, headings: dict[str, str], targets: Targets, exact: Iterable[tuple[str, str]] = ()
	) -> Headings:
		words = {name_key(word): target for target, words in headings.items() for word in words.split()}
		return cls(words | {name_key(column): target for column, target in exact}, targets)

	def knows(self, text: str) -> bool:
		"""Whether a cell reads as the heading of a column, or of several in one."""
		return target_of(text, self) != IGNORE


LISTINGS = Headings.of(OF_LISTINGS, listing_rows.TARGETS, listing_rows.PORTAL.columns)
CLIENTS = Headings.of(OF_CLIENTS, client_rows.TARGETS)
# what stands between several headings of one column
_SIGNS = ("/", "／", "|", "｜", "、")
# a unit at the end of a heading, when its brackets are gone
_UNIT = re.compile(r"(?:万元|万|元/?M2|元/?平米|元/?月|元|平方米|平米|M2)$")


# fields that no target is named after
_GIVEN_BY = {"asking_price": "price_wan", "phones": "phone"}


def usual_heading(column: str) -> str:
	"""Return how offices head the column that gives a field; a column of the file stays as it is."""
	target = _GIVEN_BY.get(column, column)
	words = OF_LISTINGS.get(target) or OF_CLIENTS.get(target)
	return words.split()[0] if words else column


def suggest(header: Iterable[str], headings: Headings = LISTINGS) -> list[tuple[str, str]]:
	"""Return each column with its likely target, `ignore` where none is; a target is given once.

	Of several columns for one target the first has it; those that are joined take them all.
	"""
	found, given = [], set()
	for column in header:
		target = target_of(column, headings)
		named = set(named_targets(target))
		if named & given - headings.targets.joined.keys():
			target = IGNORE
		given |= named
		found.append((column, target))
	return found


def likely(header: Iterable[str], headings: Headings) -> Columns:
	"""Return the columns that most likely go somewhere; of the others nothing is said."""
	return tuple(pair for pair in suggest(header, headings) if pair[0] and pair[1] != IGNORE)


def suggest_mapping(header: Iterable[str], name: str) -> listing_rows.Mapping:
	"""Return what the columns of a file of listings most likely mean; a portal's file is the portal's."""
	header = tuple(header)
	if {column for column, _target in listing_rows.PORTAL.columns} <= set(header):
		return listing_rows.PORTAL
	found = likely(header, LISTINGS)
	named = {target for _column, several in found for target in named_targets(several)}
	return listing_rows.Mapping(name, found, "Lease" if "rent" in named else "Sale")


def target_of(column: str, headings: Headings) -> str:
	"""Return the target a column's heading means, a pattern where it heads several: `户型/面积/小区`."""
	sign = next((sign for sign in _SIGNS if sign in column), None)
	single = _target(column, headings)
	if not sign or single != IGNORE:
		return single
	parts = [_target(part, headings) for part in column.split(sign)]
	several = IGNORE not in parts and len(set(parts)) == len(parts)
	return sign.join(f"{{{part}}}" for part in parts) if several else IGNORE


def _target(column: str, headings: Headings) -> str:
	key = name_key(column)
	bare = _UNIT.sub("", key) or key
	target = headings.by_key.get(key) or headings.by_key.get(bare) or IGNORE
	in_yuan = "元" in fold(column) and "万" not in fold(column)
	return "price_yuan" if target == "price_wan" and in_yuan else target
