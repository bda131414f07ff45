"""The folders that due diligence asks for, to begin with."""

FOLDERS = (
    ("01 项目概况", "01 Project overview"),
    ("02 法律与资质", "02 Legal and licences"),
    ("03 财务与税务", "03 Finance and tax"),
    ("04 市场与运营", "04 Market and operation"),
    ("05 土地与建设", "05 Land and construction"),
    ("06 团队与治理", "06 Team and governance"),
    ("07 环境与社会", "07 Environment and society"),
    ("08 交易文件", "08 Transaction documents"),
)
