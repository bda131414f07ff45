# ruff: noqa: E501  (a definition is one sentence; Chinese counts double)
"""The words of questions and meetings: code, Chinese, English, and what it means in both (alliance/glossary.py)."""

MEETINGS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "investor-question",
        "投资方提问",
        "question of an investor",
        "处于洽谈阶段的投资方就项目向园区提出的问题，园区须在时限内答复；提问方身份不向其他投资方公开。",
        "What an investor in dialogue asks the parks of a project; they answer within a clock. No other investor learns who asked.",
    ),
    (
        "material-answer",
        "重要答复",
        "material answer",
        "可能影响投资决定的答复，须经投资处编辑并隐去提问方信息，在三个工作日内向全体洽谈方公布。",
        "An answer that could change what an investor decides. The desk edits it, takes names out and publishes it to all in dialogue within three working days.",
    ),
    (
        "question-round",
        "集中问答",
        "round of questions",
        "为一个项目设定统一的提问和答复截止时间；截止后不再接受答复。",
        "One deadline for questions and one for answers, the same for all investors of a project. Later answers are refused.",
    ),
    (
        "offered-time",
        "可约时段",
        "time offered",
        "园区为会谈提供的时间、地点或链接、时长和语言；同一人同一时间只能有一场会谈。",
        "A time, place or link, length and language that parks offer for a meeting. Nobody is booked for two at once.",
    ),
    (
        "promotion-event",
        "投资对接会",
        "promotion event",
        "投资处组织的一对一洽谈活动；项目与投资方分别报名并申请约谈，日程按申请编排，会后记录结果。",
        "A day on which projects and investors meet one to one, by a timetable made from their requests. What came of each meeting is recorded afterwards.",
    ),
)
