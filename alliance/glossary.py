# ruff: noqa: E501  (a definition is one sentence; Chinese counts double)
"""The words of the alliance, each with one meaning, in both languages.

The code, the pages and the README use the same words: the glossary page and the README's table are both printed from here.
A word is added when something in the portal bears its name.
"""

from dataclasses import dataclass

from alliance.core.bilingual import BilingualText, pick

from .glossary_investors import INVESTORS
from .glossary_meetings import MEETINGS
from .glossary_projects import PROJECTS
from .glossary_rooms import ROOMS


@dataclass(frozen=True)
class Term:
    code: str
    zh: str
    en: str
    meaning_zh: str
    meaning_en: str

    @property
    def name(self) -> BilingualText:
        return pick(self.zh, self.en)

    @property
    def other_name(self) -> BilingualText:
        """The word in the language that is not the reader's."""
        return BilingualText(self.zh, "zh-hans") if self.name.lang == "en" else BilingualText(self.en, "en")

    @property
    def meaning(self) -> BilingualText:
        return pick(self.meaning_zh, self.meaning_en)

    @property
    def other_meaning(self) -> BilingualText:
        if self.meaning.lang == "en":
            return BilingualText(self.meaning_zh, "zh-hans")
        return BilingualText(self.meaning_en, "en")


@dataclass(frozen=True)
class Group:
    zh: str
    en: str
    terms: tuple[Term, ...]

    @property
    def name(self) -> BilingualText:
        return pick(self.zh, self.en)


GROUPS = (
    Group(
        "联盟与人",
        "The alliance and its people",
        (
            Term(
                "alliance",
                "联盟",
                "alliance",
                "中国文化产业园区区域联盟，简称CCIPRA，由各省文化产业园区自愿组成的合作组织。",
                "The China Cultural Industry Park Regional Alliance, CCIPRA: cultural industry parks of many provinces "
                "that chose to work together.",
            ),
            Term(
                "council",
                "理事会",
                "council",
                "联盟的决策机构，由园区、政府部门和专家三方代表组成。",
                "The body that decides for the alliance. Parks, government agencies and experts each have their seats in it.",
            ),
            Term(
                "secretariat",
                "秘书处",
                "secretariat",
                "联盟的日常办事机构，审核园区提交的资料，答复来函，并维护本门户。",
                "The office that does the daily work: it checks what parks submit, answers letters and looks after this portal.",
            ),
            Term(
                "organisation",
                "机构",
                "organisation",
                "在门户中办理事务的单位，如园区运营机构、秘书处、政府部门。个人以机构名义办理，由机构负责。",
                "Whoever people act for here: a park's operator, the secretariat, an agency. What they do is done in its name.",
            ),
            Term(
                "role",
                "角色",
                "role",
                "个人在某机构中可办理哪些事项的约定，例如园区负责人可编辑并提交资料。",
                "What a person may do for an organisation: a park manager, for instance, edits and submits its profile.",
            ),
            Term(
                "duty",
                "职责",
                "duty",
                "某人在某机构担任某角色的一段任期，有开始、有结束，可以指定代理人。",
                "One person in one role at one organisation, for a term. It begins, it ends, and it can have a substitute.",
            ),
            Term(
                "substitute",
                "代理人",
                "substitute",
                "任职人离岗期间代为办理事务的人，待办事项随之转到代理人名下。",
                "The person who acts while the holder of a duty is away. Waiting tasks go over to them.",
            ),
            Term(
                "acting-for",
                "以……身份办理",
                "acting for",
                "同一人可承担多项职责，登录后先选定以哪个机构、哪个角色办理，其后的操作均记在该身份之下。",
                "Who holds several duties chooses the one they act in. What follows is recorded under it.",
            ),
            Term(
                "invitation",
                "邀请",
                "invitation",
                "发给某个邮箱的加入函，写明机构、角色和任期，逾期失效。",
                "A letter to one e-mail address that names organisation, role and term. It expires.",
            ),
        ),
    ),
    Group(
        "园区与类型",
        "Parks and their types",
        (
            Term(
                "park",
                "园区",
                "park",
                "文化产业的集聚场所。名录收录园区、集群、艺术家聚落以及个别龙头企业。",
                "A place where cultural industry gathers. The directory holds parks, clusters, artists' villages and single "
                "flagship firms.",
            ),
            Term(
                "cluster",
                "集群",
                "cluster",
                "没有统一围墙和运营方、由一片街区或一座城市中相关企业组成的集聚区。",
                "Related firms gathered in a quarter or a city, with neither a common wall nor one operator.",
            ),
            Term(
                "specialised_cluster",
                "特色集群",
                "specialised cluster",
                "多个城市的园区围绕同一方向、依据章程组成的集群，须经理事会批准，并定期复核。",
                "Parks of several cities that share one focus and a charter. The council approves it and reviews it from "
                "time to time.",
            ),
            Term(
                "place_in_a_cluster",
                "集群席位",
                "place in a cluster",
                "园区在特色集群产业链中的一个角色：链主、配套、研发、渠道或培训。秘书处邀请，园区自行接受。",
                "A role of a park in the chain of a specialised cluster: chain leader, supplier, R&D, channel or training. "
                "The secretariat invites, the park accepts for itself.",
            ),
            Term(
                "formation",
                "形成方式",
                "formation",
                "园区因何而起，分国际大都市型、老工业区复兴型和政府主动培育型三种。",
                "How a park came about: grown out of a metropolis, out of a regenerated industrial area, or cultivated by "
                "policy.",
            ),
            Term(
                "structure",
                "组织结构",
                "structure",
                "园区由谁主导，分大型文化机构主导、政府公共机构主导和中小企业自发聚集三种。",
                "Who leads a park: a large cultural institution, a public agency, or small firms that gathered by themselves.",
            ),
            Term(
                "site-form",
                "场地形态",
                "site form",
                "场地从何而来，分新建产业园、旧厂房改造园、政府支持的商业创意街区和龙头企业独立体四种。",
                "What the site is: new-built, a rebuilt industrial site, a government-backed commercial street, or one "
                "flagship enterprise.",
            ),
            Term(
                "former-use",
                "旧址用途",
                "former use",
                "园区成为园区之前的用途，例如棉纺厂、兵工厂、仓库。",
                "What stood there before it became a park: a cotton mill, an arsenal, a warehouse.",
            ),
            Term(
                "field-of-work",
                "领域",
                "field of work",
                "园区主要从事的文化产业门类，如设计、影视制作、动漫。一个园区可有几个领域。",
                "What a park mainly works in, such as design, film or animation. A park may have several.",
            ),
            Term(
                "national-title",
                "国家级称号",
                "national title",
                "国家主管部门授予的称号，例如国家级文化产业示范园区。门户只记录，不评定。",
                "A title given by a national authority, such as National Demonstration Park for Cultural Industry. The portal "
                "records titles and grants none.",
            ),
            Term(
                "anchor-institution",
                "依托机构",
                "anchor institution",
                "园区依托的大学、博物馆、剧院、传媒集团等，可以是业主、运营方、主力入驻单位或合作方。",
                "A university, museum, theatre or media group a park leans on, as owner, operator, main tenant or partner.",
            ),
        ),
    ),
    Group(
        "资料与数字",
        "Profiles and figures",
        (
            Term(
                "profile",
                "园区资料",
                "profile",
                "园区在门户上的全部公开信息，按资料块填写，中英文对照。",
                "All that the portal says of a park, edited block by block with both languages side by side.",
            ),
            Term(
                "compiled",
                "公开资料整理",
                "compiled from public sources",
                "条目由公开来源整理而成，写明出处，园区尚未确认。收录不等于会员身份。",
                "The entry was put together from public sources, which it names; the park has not confirmed it yet. Being "
                "listed does not imply membership.",
            ),
            Term(
                "confirmed",
                "园区已确认",
                "confirmed by the park",
                "园区提交资料，经秘书处审核后发布，即正式收录。",
                "The park submitted its profile, the secretariat checked and published it.",
            ),
            Term(
                "block",
                "资料块",
                "block",
                "园区资料的一个部分，如名称与位置、简介、类型。每块可单独编辑、保存和撤销。",
                "One part of a profile, such as name and place, story or types. Each is edited, saved and undone by itself.",
            ),
            Term(
                "submission",
                "提交",
                "submission",
                "园区将草稿送交秘书处审核。秘书处予以发布，或附理由退回。",
                "A park hands its drafts to the secretariat, which publishes them or returns them with reasons.",
            ),
            Term(
                "completeness",
                "完整度",
                "completeness",
                "按用途计算的填写程度，并注明再填哪几项即可用于哪项功能。",
                "How far a profile is filled in, counted by what it unlocks: which items open which use.",
            ),
            Term(
                "freshness",
                "资料新鲜度",
                "freshness",
                "各项资料最近一次确认的时间。没有变化的，点击一次即可确认“仍属实”。",
                "When each fact was last confirmed. What has not changed is confirmed with one click: still true.",
            ),
            Term(
                "figure",
                "数据",
                "figure",
                "带有年份、单位、来源和确认人的数值。没有填报的写“未填报”，不写零。",
                "A number with its year, unit, source and who confirmed it. What is missing is called missing, never zero.",
            ),
            Term(
                "fallback",
                "原文",
                "original",
                "某项资料没有读者所用语言的文本时，显示另一种语言的原文，并加标记。",
                "Where a text is missing in your language, the other one is shown and marked as the original.",
            ),
            Term(
                "outdated-translation",
                "译文过时",
                "out of date",
                "中文改动之后，英文尚未随之更新。",
                "The Chinese text changed and its English has not followed yet.",
            ),
            Term(
                "picture-of-place",
                "园区示意画",
                "picture of place",
                "园区没有照片时，由旧址、领域和省份生成的示意画，不是实景照片。",
                "A drawing made from former use, fields of work and province, for as long as a park has no photograph.",
            ),
        ),
    ),
    Group(
        "办事与监督",
        "Getting things done, and checking them",
        (
            Term(
                "task",
                "待办",
                "task",
                "等待某机构中有相应权限的人员办理的事项，附有时限，办结后自动移出。",
                "Something that waits for people of an organisation who may do it, with a clock. It goes when it is done.",
            ),
            Term(
                "clock",
                "时限",
                "clock",
                "按中国工作日计算的期限，双方看到的一致。到期前提醒，逾期后上报。",
                "A term counted in working days of the Chinese calendar and shown alike to both sides; reminded before, "
                "escalated after.",
            ),
            Term(
                "notice",
                "消息",
                "notice",
                "门户发出的一条告知，显示在“消息”中，也可按个人设置发到邮箱。",
                "One thing the portal tells you, in your inbox and, as you set it, by mail.",
            ),
            Term(
                "process",
                "流程",
                "process",
                "一类事务从开始到结束的全部步骤：从哪个状态到哪个状态、由谁办理。未列出的步骤，程序不予办理。",
                "All steps of a matter: from which state to which, and who takes them. The program allows no step that is "
                "not listed.",
            ),
            Term(
                "audit-chain",
                "审计链",
                "audit chain",
                "环环相扣、只增不改的操作记录。改动任何一条，其后的校验值都会对不上。",
                "A record of what was done that only grows, each entry sealed to the one before. Change one, and everything "
                "after it no longer fits.",
            ),
            Term(
                "daily-head",
                "每日链首",
                "daily head",
                "每天公布的审计链末端校验值，任何人都可据此自行核验。",
                "The seal at the end of the audit chain, published each day, so that anyone can check the chain for themselves.",
            ),
        ),
    ),
    Group(
        "联合培训",
        "Joint training",
        (
            Term(
                "programme",
                "培训项目",
                "programme",
                "由多家园区和院校按同一标准共同实施的培训。各合作方自行确认参与，秘书处培训处核准。",
                "Training that several parks and schools run together to one standard. Each partner accepts for itself; the training desk approves.",
            ),
            Term(
                "programme-partner",
                "合作方",
                "partner",
                "在培训项目中承担角色的机构：牵头、教学、实习接收、发证或支持。",
                "An organisation with a role in a programme: lead, teaching, placement host, awarding or sponsor.",
            ),
            Term(
                "curriculum",
                "课程",
                "curriculum",
                "培训项目所教内容，代码固定，版本可更新。",
                "What a programme teaches, under a code that stays while its versions change.",
            ),
            Term(
                "curriculum-version",
                "课程版本",
                "curriculum version",
                "课程在某一时点的完整内容与要求。核准后不再更改；只改文字为次版本，改动要求为主版本。",
                "All that a curriculum says and demands at one time. Once approved it never changes: new words make a minor version, new requirements a major one.",
            ),
            Term(
                "unit",
                "单元",
                "unit",
                "课程的组成部分，有学时、权重、及格线和学习成果。",
                "A part of a curriculum with its hours, its weight, its pass mark and its outcomes.",
            ),
            Term(
                "outcome",
                "学习成果",
                "outcome",
                "学员学完一个单元后能做到的事。",
                "What a trainee can do after a unit.",
            ),
            Term(
                "competency",
                "能力",
                "competency",
                "跨课程通用、代码不变的一项本领，成果、实习和证书均可引用。",
                "Something a person can do, under a code that never changes; outcomes, placements and certificates point at it.",
            ),
            Term(
                "cohort",
                "班次",
                "cohort",
                "按某一课程版本一起学习的一期学员。",
                "People who learn together, to one version of a curriculum.",
            ),
            Term(
                "quota",
                "配额",
                "quota",
                "班次中为某园区学员保留的名额；未用部分到期释放给所有人。",
                "Seats of a cohort kept for one park's people; what is unused is released on a day named beforehand.",
            ),
            Term(
                "waiting-list",
                "候补队列",
                "waiting list",
                "按排队号排列的候补学员；有空额时依次提供，排队号终身不变。",
                "Those who wait for a seat, by queue number. A free seat is offered in this order, and a number never changes.",
            ),
            Term(
                "session",
                "课次",
                "session",
                "班次的一次授课，考勤按课次进行。",
                "One meeting of a cohort; attendance is kept by session.",
            ),
            Term(
                "placement",
                "实习",
                "placement",
                "学员在用人单位的实践；只有单位确认的学时计入。",
                "Practice at an employer; only the hours that the employer confirms count.",
            ),
            Term(
                "dossier",
                "发证档案",
                "dossier",
                "逐项列明某学员达到证书要求的依据，定稿后加校验值，由两人经办。",
                "Each requirement of a certificate with its value and evidence for one person, frozen under a seal, handled by two people.",
            ),
            Term(
                "certificate",
                "证书",
                "certificate",
                "经数字签名的 Open Badges 3.0 凭证，任何人、任何软件都可核验；不是国家证书。",
                "A signed Open Badges 3.0 credential that anyone, with any software, can check. It is not a state certificate.",
            ),
            Term(
                "revocation",
                "撤销",
                "revocation",
                "经两人办理、有理由和类别的证书作废，公开状态清单随即更新，不可恢复。",
                "The end of a certificate by two people, with a reason and its category; the public status list says so at once, for good.",
            ),
        ),
    ),
    Group("联合投资", "Joint investment", tuple(Term(*words) for words in (*PROJECTS, *INVESTORS, *ROOMS, *MEETINGS))),
)

TERMS = {term.code: term for group in GROUPS for term in group.terms}


def as_markdown() -> str:
    """The table of the README: the word in both languages, and what it means in English."""
    lines = ["| 中文 | English | Meaning |", "|---|---|---|"]
    lines += [f"| {term.zh} | {term.en} | {term.meaning_en} |" for term in TERMS.values()]
    return "\n".join(lines)
