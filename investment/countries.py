"""Countries and regions by ISO 3166-1, named in both languages: China first, then by English name."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.core.bilingual import BilingualText, pick

# Hong Kong, Macao and Taiwan keep registers of their own: their organisations are known by a number in those.
NAMES: dict[str, tuple[str, str]] = {
    "CN": ("中国内地", "Chinese mainland"),
    "HK": ("中国香港", "Hong Kong, China"),
    "MO": ("中国澳门", "Macao, China"),
    "TW": ("中国台湾", "Taiwan, China"),
    "AE": ("阿联酋", "United Arab Emirates"),
    "AR": ("阿根廷", "Argentina"),
    "AT": ("奥地利", "Austria"),
    "AU": ("澳大利亚", "Australia"),
    "BE": ("比利时", "Belgium"),
    "BH": ("巴林", "Bahrain"),
    "BN": ("文莱", "Brunei"),
    "BR": ("巴西", "Brazil"),
    "CA": ("加拿大", "Canada"),
    "CH": ("瑞士", "Switzerland"),
    "CL": ("智利", "Chile"),
    "CY": ("塞浦路斯", "Cyprus"),
    "CZ": ("捷克", "Czechia"),
    "DE": ("德国", "Germany"),
    "DK": ("丹麦", "Denmark"),
    "EG": ("埃及", "Egypt"),
    "ES": ("西班牙", "Spain"),
    "ET": ("埃塞俄比亚", "Ethiopia"),
    "FI": ("芬兰", "Finland"),
    "FR": ("法国", "France"),
    "GB": ("英国", "United Kingdom"),
    "GR": ("希腊", "Greece"),
    "HU": ("匈牙利", "Hungary"),
    "ID": ("印度尼西亚", "Indonesia"),
    "IE": ("爱尔兰", "Ireland"),
    "IL": ("以色列", "Israel"),
    "IN": ("印度", "India"),
    "IT": ("意大利", "Italy"),
    "JP": ("日本", "Japan"),
    "KE": ("肯尼亚", "Kenya"),
    "KH": ("柬埔寨", "Cambodia"),
    "KR": ("韩国", "Republic of Korea"),
    "KW": ("科威特", "Kuwait"),
    "KY": ("开曼群岛", "Cayman Islands"),
    "KZ": ("哈萨克斯坦", "Kazakhstan"),
    "LA": ("老挝", "Laos"),
    "LU": ("卢森堡", "Luxembourg"),
    "MA": ("摩洛哥", "Morocco"),
    "MN": ("蒙古国", "Mongolia"),
    "MX": ("墨西哥", "Mexico"),
    "MY": ("马来西亚", "Malaysia"),
    "NG": ("尼日利亚", "Nigeria"),
    "NL": ("荷兰", "Netherlands"),
    "NO": ("挪威", "Norway"),
    "NZ": ("新西兰", "New Zealand"),
    "OM": ("阿曼", "Oman"),
    "PH": ("菲律宾", "Philippines"),
    "PK": ("巴基斯坦", "Pakistan"),
    "PL": ("波兰", "Poland"),
    "PT": ("葡萄牙", "Portugal"),
    "QA": ("卡塔尔", "Qatar"),
    "RO": ("罗马尼亚", "Romania"),
    "RS": ("塞尔维亚", "Serbia"),
    "RU": ("俄罗斯", "Russia"),
    "SA": ("沙特阿拉伯", "Saudi Arabia"),
    "SE": ("瑞典", "Sweden"),
    "SG": ("新加坡", "Singapore"),
    "TH": ("泰国", "Thailand"),
    "TR": ("土耳其", "Türkiye"),
    "UA": ("乌克兰", "Ukraine"),
    "US": ("美国", "United States"),
    "UZ": ("乌兹别克斯坦", "Uzbekistan"),
    "VG": ("英属维尔京群岛", "British Virgin Islands"),
    "VN": ("越南", "Viet Nam"),
    "ZA": ("南非", "South Africa"),
    # Given by nobody: for the few that stand in no list here.
    "ZZ": ("其他国家或地区", "Another country or region"),
}


def name_of(code: str) -> BilingualText:
    return pick(*NAMES.get(code, (code, code)))


def choices() -> list[tuple[str, Any]]:
    return [("", _("choose")), *((code, name_of(code)) for code in NAMES)]
