# ruff: noqa: E501  (a definition is one sentence; Chinese counts double)
"""The words of investors: code, Chinese, English, and what it means in both (alliance/glossary.py)."""

INVESTORS = (
    (
        "investor",
        "投资方",
        "investor",
        "寻找园区联合项目的境内外机构，经投资处核验后方可查看合作条件并与园区洽谈。",
        "An organisation from China or abroad that looks for joint projects. Verified by the investment desk, it reads what is offered and talks with the parks.",
    ),
    (
        "investor-verification",
        "投资方核验",
        "verification of an investor",
        "投资处依据信用代码或注册地登记号、材料和公开信息确认机构身份，有效期最长三年。",
        "The investment desk confirms who an organisation is, by its number, its documents and public records, for at most three years.",
    ),
    (
        "investor-signatory",
        "投资方签署人",
        "investor signatory",
        "有权约束投资方的人员：提交材料、发出和撤回意向、接受保密协议。",
        "Who binds an investor: hands its documents in, sends and withdraws interest, accepts agreements.",
    ),
    (
        "interest",
        "投资意向",
        "expression of interest",
        "已核验投资方致一个项目各园区的函件及其后的洽谈；每个投资方对每个项目只有一份进行中的意向。",
        "A verified investor's letter to the parks of one project, and the talks that follow. An investor has one open interest in a project.",
    ),
    (
        "owner-declaration",
        "关联声明",
        "declaration of a shared owner",
        "投资方就是否与发起园区存在共同受益所有人所作的说明；未作说明不能发出意向。",
        "The investor's word whether it shares a beneficial owner with a promoter; unsaid, no interest is sent.",
    ),
    (
        "confidentiality-agreement",
        "保密协议",
        "confidentiality agreement",
        "牵头园区为一个项目发布的中英文协议，各版带编号和校验值；新版生效后须由签署人重新接受。",
        "What the lead park puts in force for a project in both languages, each version with number and check value. A new version is accepted anew.",
    ),
)
