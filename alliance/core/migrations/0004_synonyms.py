"""The words with which the list of synonyms begins. The data desk goes on from there."""

from django.db import migrations

WORDS = [
    "文创 文化创意 创意",
    "文创园 创意园 文化创意园 创意产业园 文化创意产业园",
    "园区 产业园 产业园区",
    "动漫 动画 卡通",
    "影视 电影 电视",
    "非遗 非物质文化遗产",
    "手工艺 工艺美术",
    "电竞 电子竞技",
    "会展 展览",
    "文旅 文化旅游",
    "演艺 演出",
    "书画 字画",
    "老厂房 旧厂房 工业遗存",
    "animation anime cartoon",
    "film movie cinema",
    "handicraft crafts",
    "tibet xizang",
    "macao macau",
]


def add(apps, schema_editor):
    synonym = apps.get_model("core", "Synonym")
    synonym.objects.bulk_create(synonym(words=words) for words in WORDS)


def take_away(apps, schema_editor):
    apps.get_model("core", "Synonym").objects.filter(words__in=WORDS).delete()


class Migration(migrations.Migration):
    dependencies = [("core", "0003_search_head_in_row")]

    operations = [migrations.RunPython(add, take_away)]
