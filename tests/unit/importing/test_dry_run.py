"""`./agency import FILE --dry-run` on an office's own files."""

import csv
from pathlib import Path

from command import dry_run


def run(
	folder: Path, capsys, *lines: tuple[str, ...], name: str = "ours.csv", arguments: tuple = ()
) -> tuple[int, str]:
	file = folder / name
	with file.open("w", encoding="utf-8", newline="") as stream:
		csv.writer(stream).writerows(lines)
	status = dry_run.report(dry_run.parser().parse_args([str(file), *arguments]))
	answer = capsys.readouterr()
	return status, answer.out + answer.err


def test_a_file_of_listings_needs_no_mapping(tmp_path, capsys):
	header = ("编号", "小区", "户型", "面积", "总价(万)", "钥匙")
	row = ("1", "望京", "2室1厅", "89.5", "350", "在店")
	status, said = run(tmp_path, capsys, header, row, ("2", "望京", "2室1厅", "89.5", "?", ""))
	assert status == 0, said
	for expected in ("1 would become listings", "总价(万) → price_wan", "not read: 钥匙"):
		assert expected in said


def test_a_portal_s_file_is_read_as_one(tmp_path, capsys):
	header = ("index", "community", "floor", "years", "housetype", "square", "totalPrice", "unitPrice")
	header += ("taxtype", "title", "followInfo")
	row = ("1", "望京", "低楼层(共24层)", "1999年建塔楼", "2室1厅", "89.5", "350", "", "", "", "")
	status, said = run(tmp_path, capsys, header, row)
	assert status == 0 and "1 would become listings" in said, said
	assert "→" not in said


def test_a_client_s_column_that_goes_nowhere_is_named(tmp_path, capsys):
	lines = (("姓名", "电话", "意向"), ("张三", "13800138000", "高"))
	status, said = run(tmp_path, capsys, *lines, arguments=("--clients",))
	assert status == 0 and "not read: 意向" in said and "意向 →" not in said, said
