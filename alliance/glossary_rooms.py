# ruff: noqa: E501  (a definition is one sentence; Chinese counts double)
"""The words of data rooms: code, Chinese, English, and what it means in both (alliance/glossary.py)."""

ROOMS = (
    (
        "data-room",
        "资料室",
        "data room",
        "一个项目的保密资料；起初不可见，按分组、按时段向已签保密协议、正在洽谈的投资方开放。",
        "The confidential documents of one project. Hidden at first; opened group by group, for a time, to investors in dialogue under a confidentiality agreement.",
    ),
    (
        "reader-group",
        "查阅分组",
        "group of readers",
        "权限一致的投资方人员，设有开放起止时间。",
        "People of investors who read alike, with a window from when until when.",
    ),
    (
        "watermark",
        "水印",
        "watermark",
        "查阅人姓名、机构、邮箱、时间和资料编号，直接写入每一页。",
        "The reader's name, organisation, address, the time and the number of the document, burned into every page.",
    ),
    (
        "room-manifest",
        "资料清单",
        "manifest",
        "某一时刻资料室的全部内容：每份资料的路径、校验值和版本；固化后不再变更。",
        "What lay in a data room at one moment: path, hash and version of each document. It never changes.",
    ),
)
