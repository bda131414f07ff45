"""Parks that nobody could take for real ones: every name says that it is synthetic."""

import random
from datetime import UTC, datetime, timedelta

from alliance.accounts.models import Organisation
from alliance.core.models import Division
from parks import choices
from parks.models import AnchorInstitution, FieldOfWork, Figure, IndustryCategory, Park

BATCH = 1000
PLACES = [
    "东湖",
    "西岭",
    "南浦",
    "北仓",
    "长乐",
    "云溪",
    "石桥",
    "金沙",
    "青山",
    "白鹭",
    "红星",
    "临江",
    "望海",
    "古城",
    "新桥",
    "松林",
    "竹园",
    "梅坞",
    "兰亭",
    "荷塘",
]
WORKS = [
    "动漫",
    "影视",
    "设计",
    "陶瓷",
    "油画",
    "音乐",
    "演艺",
    "数字",
    "工艺",
    "出版",
    "时尚",
    "广告",
    "文旅",
    "会展",
    "非遗",
    "游戏",
    "雕塑",
    "丝绸",
    "茶文化",
    "书画",
]
SORTS = ["创意产业园", "文化创意园", "艺术区", "产业基地", "文创街区", "工坊", "设计谷", "创意广场"]
FORMER = ["纺织厂", "钢铁厂", "造船厂", "印刷厂", "仓库", "粮仓", "机床厂", "火柴厂", "啤酒厂", "发电厂"]
ENGLISH = [
    "East Lake",
    "West Ridge",
    "South Bank",
    "North Store",
    "Long Joy",
    "Cloud Creek",
    "Stone Bridge",
    "Gold Sand",
    "Green Hill",
]
FIELDS = [
    "animation",
    "film",
    "design",
    "ceramics",
    "oil painting",
    "music",
    "stage",
    "digital media",
    "crafts",
    "publishing",
    "fashion",
]
SENTENCES = [
    "园区以{work}为主要领域，聚集了设计、制作、展示与交易的中小企业。",
    "原{former}的厂房经过改造，保留了结构与烟囱，公共空间全年开放。",
    "每年举办面向周边居民的展览、市集与工作坊，与高校共建实习基地。",
    "运营团队为入驻机构提供政策申报、知识产权登记与融资对接等服务。",
    "{place}一带的手工艺传统在这里与数字技术相遇，产品销往国内外。",
]
SENTENCES_EN = [
    "The park works mainly in {work} and gathers small firms that design, make, show and trade.",
    "The halls of a former factory were rebuilt; structure and chimney stayed, and the yard is open all year.",
    "Every year it holds exhibitions, fairs and workshops for the neighbourhood, and takes in students.",
]


def fill(first: int, last: int) -> None:
    """Parks number `first` to `last`, with organisations, figures and institutions, always the same ones."""
    provinces = list(Division.objects.provinces())
    cities = {code: list(Division.objects.cities().filter(parent=code)) for code in (p.code for p in provinces)}
    fields = list(FieldOfWork.objects.values_list("code", flat=True))
    industries = list(IndustryCategory.objects.filter(level="middle").values_list("code", flat=True))
    for start in range(first, last + 1, BATCH):
        numbers = range(start, min(start + BATCH, last + 1))
        made = [park(number, provinces, cities, fields, industries) for number in numbers]
        organisations = Organisation.objects.bulk_create(
            Organisation(
                kind="park_operator",
                slug=f"synthetic-{one.slug}",
                name_zh=one.name_zh,
                name_en=one.name_en,
                province=one.province,
            )
            for one in made
        )
        for one, organisation in zip(made, organisations, strict=True):
            one.organisation = organisation
        Park.objects.bulk_create(made)
        Figure.objects.bulk_create(figure for one in made for figure in figures(one))
        AnchorInstitution.objects.bulk_create(
            AnchorInstitution(park=one, name_zh="合成大学美术馆", name_en="Synthetic University Gallery")
            for one in made
            if one.pk % 4 == 0
        )


def park(number: int, provinces: list, cities: dict, fields: list[str], industries: list[str]) -> Park:
    dice = random.Random(number)
    place, work, sort, former = (dice.choice(words) for words in (PLACES, WORKS, SORTS, FORMER))
    province = dice.choice(provinces)
    city = dice.choice(cities[province.code]) if cities[province.code] else None
    at = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=dice.randrange(20_000))
    words = {"place": place, "work": work, "former": former}
    english = dice.choice(FIELDS)
    listed = dice.random() < 0.6
    return Park(
        slug=f"synthetic-{number}",
        standing=Park.Standing.LISTED if listed else Park.Standing.CATALOGUED,
        listed_at=at if listed else None,
        kind=dice.choice(["park", "park", "park", "cluster", "village"]),
        name_zh=f"{place}{work}{sort}（合成{number:05d}）",
        name_en=f"Synthetic {dice.choice(ENGLISH)} {english} Park {number:05d}",
        province=province,
        city=city,
        city_zh=city.name_zh if city else "",
        city_en=city.name_en if city else "",
        year_opened=dice.randrange(1990, 2025),
        summary_zh="合成数据，仅供测试。" + dice.choice(SENTENCES).format(**words),
        summary_en="Synthetic data, for measuring only. " + dice.choice(SENTENCES_EN).format(work=english),
        story_zh="".join(dice.choice(SENTENCES).format(**words) for _ in range(8)),
        story_en=" ".join(dice.choice(SENTENCES_EN).format(work=english) for _ in range(6)),
        former_use_zh=former if dice.random() < 0.5 else "",
        formation=dice.choice(["", *choices.Formation.values]),
        structure=dice.choice(["", *choices.Structure.values]),
        site_form=dice.choice(["", *choices.SiteForm.values]),
        national_status=dice.choice(["", "", "", *choices.NationalStatus.values]),
        fields=sorted(dice.sample(fields, dice.randrange(1, 4))),
        industries=sorted(dice.sample(industries, min(2, len(industries)))),
        facilities=sorted(dice.sample(choices.Facility.values, 4)),
        services=sorted(dice.sample(choices.Service.values, 3)),
        source="Synthetic data for the benchmark",
        completeness_zh=dice.randrange(20, 100),
        completeness_en=dice.randrange(0, 100),
        confirmed_at=at if listed else None,
        created_at=at,
    )


def figures(park: Park) -> list[Figure]:
    dice = random.Random(park.slug)
    return [
        Figure(park=park, indicator=indicator, year=2025, value=dice.randrange(50, 90), source="self_reported")
        for indicator in dice.sample(choices.Indicator.values, 3)
    ]
