"""A small home for teams, firms and neighbours: made-up patents with inventors, needs, rosters, filed products."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from table_files import application

AT = "2025-11-30"
HEAD = "申请号,公开（公告）号,名称,摘要,申请（专利权）人,发明人,申请日,授权公告日,IPC,法律状态\n"
UNIVERSITY, COLLEGE = "云湖大学", "江城学院"
KILN, DRYER, BATTERY = (
    "石灰窑内均匀供风，包括风机和风帽。",
    "污泥经热泵烘干后含水率降低。",
    "锂离子电池负极材料经炭化。",
)


def patent(serial: int, title: str, abstract: str, people: str, *, owner: str = UNIVERSITY, ipc: str = "F27D17/00",
           status: str = "授权") -> str:  # fmt: skip
    number = application(serial, year=2018)
    return f"{number},CN1{serial:08d}B,{title},{abstract},{owner},{people},2018-05-04,2020-03-02,{ipc},{status}\n"


PATENTS = [
    patent(1, "石灰窑供风装置", KILN, "方甲;圆乙"),
    patent(2, "石灰窑供风装置（二）", KILN, "方甲;圆乙"),
    patent(3, "石灰窑风机风帽", "石灰窑供风用风帽，均匀供风。", "圆乙;方甲"),
    patent(4, "窑炉供风调节方法", "石灰窑供风不均匀时按窑温调节供风量。", "方甲;圆乙;直丙"),
    patent(5, "石灰窑窑体测温装置", "石灰窑内多点测温，据此调节供风。", "方甲;圆乙"),
    patent(6, "竖窑供风系统", "竖窑供风，风帽环形布置，石灰煅烧均匀。", "曲丁;折戊", owner=COLLEGE),
    patent(7, "污泥低温干化装置", DRYER, "点己;线庚", ipc="C02F11/12"),
    patent(8, "污泥热泵烘干系统", DRYER, "点己;线庚", ipc="C02F11/12", owner="临波环保示例有限公司"),
    patent(9, "电池负极材料制备方法", BATTERY, "面辛", ipc="H01M4/36"),
    patent(10, "水稻育秧基质制备方法", "水稻育秧基质由秸秆发酵制成。", "面辛", ipc="A01G24/00"),
    patent(11, "石灰窑旧式供风装置", KILN, "方甲;圆乙", status="未缴年费专利权终止"),
]
NEEDS: list[dict[str, Any]] = [
    {
        "need_id": "N1", "firm": "望岭石灰示例有限公司", "title": "大型石灰窑供风系统",
        "text": "石灰窑内供风不均匀，希望得到适用于大型石灰窑的供风装置。",
    },
    {
        "need_id": "N2", "firm": "青渡水务示例有限公司", "title": "污泥干化",
        "text": "污泥含水率高，希望低温干化污泥的装置。",
    },
    {
        "need_id": "N3", "firm": "松溪石灰示例有限公司", "title": "石灰窑供风",
        "text": "大型石灰窑内供风不均匀，求供风装置。",
    },
    {
        "need_id": "N4", "firm": "松溪农业示例有限公司", "title": "水稻育秧基质", "text": "用秸秆发酵做水稻育秧基质。",
    },
]  # fmt: skip
ROSTER = (
    "单位名称,统一社会信用代码,标签,有效期起,有效期止\n"
    "松溪石灰示例有限公司,,小微企业,2020-01-01,\n"
    "松溪农业示例有限公司,,农业园区企业,2020-01-01,\n"
)
PRODUCTS = (
    f"专利号,备案企业,产品名称,备案日期\n{application(8, year=2018)},临波环保示例有限公司,污泥热泵干化机,2025-03-04\n"
)
LICENCES = (
    "备案号,专利号,让与人,受让人,许可种类,备案日期\n"
    f"X2024980000001,{application(4, year=2018)},{UNIVERSITY},石桥窑业示例有限公司,普通许可,2024-05-06\n"
)


def needs_file(path: Path, needs: list[dict[str, Any]] | None = None) -> Path:
    told = NEEDS if needs is None else needs
    path.write_text("".join(json.dumps(need, ensure_ascii=False) + "\n" for need in told), encoding="utf-8")
    return path


def files(folder: Path) -> list[Path]:
    """Files to import, written to a folder."""
    texts = {
        "patents.csv": HEAD + "".join(PATENTS),
        "专利实施许可备案清单.csv": LICENCES,
        "专利产品备案清单.csv": PRODUCTS,
        "企业名录.csv": ROSTER,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [*(folder / name for name in texts), needs_file(folder / "needs.jsonl")]
