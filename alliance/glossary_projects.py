# ruff: noqa: E501  (a definition is one sentence; Chinese counts double)
"""The words of joint investment for the glossary: code, Chinese, English, and what each means in both."""

PROJECTS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "joint-project",
        "联合项目",
        "joint project",
        "多家园区共同要做并寻求资金的事；全部园区签署同一版本，入库不代表获得资金。",
        "What several parks want to do together and seek capital for. Every park signs the same version; being listed never means being funded.",
    ),
    (
        "project-version",
        "项目版本",
        "version of a project",
        "项目在某一时点的全部内容，附内容指纹；提交签署后不再变更，各园区签署同一份后生效。",
        "All that a project says at one time, with the fingerprint of its content. Offered for signature it never changes; signed by every park it is in force.",
    ),
    (
        "admission",
        "入库审核",
        "admission",
        "投资处按九项准入标准逐项核查并记录依据，以决定书告知结果；入库不是推荐。",
        "The investment desk checks nine criteria, each with its evidence, and says the decision in a letter. To be admitted is no recommendation.",
    ),
    (
        "approval",
        "审批事项",
        "approval",
        "项目须由政府部门作出的决定；法定时限自受理起算，补正材料期间暂停。",
        "What a project needs an agency to decide. The clock of the law runs from acceptance and stands still while the agency waits for documents.",
    ),
    (
        "public-stage",
        "公开阶段",
        "public stage",
        "所有人看到的项目所处阶段；委员会作出决定之前，审议中的项目显示为尽职调查。",
        "Where a project stands as everybody sees it. What a committee has before it is shown as due diligence until it has decided.",
    ),
    (
        "capital-sought",
        "拟融资额",
        "capital sought",
        "联合项目的园区共同向投资方募集的金额；用途逐项列明，合计精确到分。",
        "What the parks of a joint project seek from investors together; its use is told line by line and adds up to the fen.",
    ),
    (
        "offer",
        "合作条件",
        "what is offered",
        "投资方可获得什么、最低出资多少；仅已核验投资方、发起园区和秘书处可阅读。",
        "What investors get, and from which amount on. Only verified investors, the promoting parks and the desk read it.",
    ),
    (
        "update",
        "项目进展",
        "update",
        "项目园区发布的最新情况，面向所有人或已核验投资方；已发布项目 180 天没有更新即过期。",
        "News that the parks of a project write, for everybody or for verified investors. 180 days without news, and a published project expires.",
    ),
    (
        "result",
        "项目结果",
        "result",
        "项目最终如何：已融资、部分融资、未获融资、已建成或失败，以及经验教训；登记后立即公开，不可改写。",
        "What became of a project: financed, partly, not, delivered or failed, and what was learnt. Public at once, never rewritten.",
    ),
    (
        "pipeline",
        "项目储备",
        "pipeline",
        "各阶段、各省、各领域的项目数量和拟融资额；理事会另可看到停留时间。",
        "How many projects stand at which stage, in which province and field, and how much they seek; for the council also how long they stay there.",
    ),
)
