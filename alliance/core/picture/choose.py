"""Which building, which sky, which inks: the tables a curator would argue about. First match wins."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import Place

# Words in the former use -> building.
FORMER = (
    (("瓷", "陶"), "kilns"),
    (("水泥", "筒仓", "面粉"), "silos"),
    (("煤气", "玻璃", "制药", "火柴", "化工"), "gasworks"),
    (("酒", "烟", "罐头", "味精", "蜜饯", "食品", "宰牲"), "brewery"),
    (("机械", "机床", "机模", "重机", "重型机器", "钢", "冶金", "柴油机"), "ironworks"),
    (("空气压缩机", "空压机", "制动器", "水泵", "管路"), "ironworks"),
    (("纺", "纱", "针织", "毛织", "化纤", "印染", "刺绣", "蚕丝"), "mill"),
    (("电子", "电器", "变压器", "三洋", "医疗设备", "三来一补"), "vaults"),
    (("印刷", "印制", "胶印", "报社"), "printworks"),
    (("兵工", "仓", "军用", "港口"), "warehouses"),
    (("城堡", "边防"), "fort"),
    (("洋楼", "街屋", "收容", "仁慈"), "arcade"),
    (("里弄", "院落", "旧建筑", "宿舍"), "lane"),
    (("农家", "村舍"), "cottages"),
    (("大厦", "住宅", "场馆"), "terraces"),
    (("厂", "工业", "车间", "设施"), "works"),
)  # fmt: skip

# Where nothing stood before: fields of work -> building.
FIELDS = {
    "film": "studio",
    "animation": "pixels",
    "games": "pixels",
    "software": "pixels",
    "digital_media": "pixels",
    "performing_arts": "theatre",
    "music": "theatre",
    "heritage": "hall",
    "cultural_tourism": "gate",
    "crafts": "workshops",
    "visual_arts": "gallery",
    "conventions": "span",
    "publishing": "slabs",
    "advertising": "slabs",
    "fashion": "terraces",
    "design": "blocks",
    "education": "terraces",
}

# Field of work -> what is drawn, very quietly, in the sky.
MOTIFS = {
    "film": "frames",
    "animation": "frames",
    "games": "dots",
    "software": "dots",
    "digital_media": "dots",
    "music": "staves",
    "performing_arts": "staves",
    "crafts": "rings",
    "visual_arts": "rings",
    "fashion": "threads",
    "design": "compass",
    "publishing": "rows",
    "advertising": "rows",
    "heritage": "clouds",
    "cultural_tourism": "birds",
    "conventions": "compass",
    "education": "rows",
}

INKS = {
    "mill": "brick",
    "vaults": "brick",
    "works": "brick",
    "brewery": "brick",
    "ironworks": "rust",
    "kilns": "ochre",
    "workshops": "ochre",
    "silos": "stone",
    "fort": "ochre",
    "gasworks": "stone",
    "warehouses": "grey",
    "printworks": "grey",
    "lane": "grey",
    "arcade": "celadon",
    "cottages": "white",
    "hall": "celadon",
    "gate": "celadon",
    "theatre": "plum",
    "studio": "plum",
    "pixels": "indigo",
    "blocks": "indigo",
    "towers": "indigo",
    "tower": "indigo",
    "slabs": "grey",
    "gallery": "white",
    "span": "stone",
    "terraces": "stone",
    "studios": "white",
}


def building_for(place: "Place") -> str:
    for words, building in FORMER:
        if any(word in place.former_use_zh for word in words):
            return building
    if place.kind == "village":
        return "studios"
    if place.kind == "firm":
        return "tower"
    if "heritage" in place.fields and place.formation != "metropolis":
        return "hall"
    if place.kind == "cluster":
        return "towers"
    return next((FIELDS[field] for field in place.fields if field in FIELDS), "blocks")


def motif_for(place: "Place") -> str:
    if any(word in place.former_use_zh for word in ("纺", "纱", "针织", "化纤", "印染", "绣", "丝")):
        return "threads"
    return next((MOTIFS[field] for field in place.fields if field in MOTIFS), "")


def palette_for(place: "Place") -> str:
    return INKS[building_for(place)]
