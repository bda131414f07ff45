"""One sample cluster for the embedded run, plainly named as one, so that every page about clusters shows something."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from alliance.accounts.models import User
from parks import policies
from parks.models import Cluster, ClusterMember, Park
from parks.services import clusters

Role = ClusterMember.Role
# Park, role, and who answers for it in the sample run. The parks are real; that they form a cluster is made up.
PLACES = (
    ("taoxichuan", Role.LEAD, "manager"),
    ("798-art-zone", Role.CHANNEL, "manager2"),
    ("751-d-park", Role.RESEARCH, "manager2"),
)
# Left open, so that a manager finds an invitation to decide about.
WAITING = ("taoxichuan", Role.TRAINING)
WORDS = {
    "name_zh": "样例集群",
    "name_en": "Sample cluster",
    "fields": ["crafts", "design"],
    "focus_zh": "样例：说明一个集群共同专注的方向。所列园区真实存在，但并未组成这样的集群。",
    "focus_en": "Sample: what a cluster says of its common focus. The parks are real, but form no such cluster.",
    "charter_zh": (
        "## 第一条 样例\n本章程仅用于试用门户，不对任何园区产生约束。\n\n"
        "## 第二条 加入与退出\n秘书处邀请，园区自行决定加入；加入后可随时交还席位。"
    ),
    "charter_en": (
        "## Article 1: Sample\nThis charter is for trying the portal out. It binds no park.\n\n"
        "## Article 2: Joining and leaving\n"
        "The secretariat invites, each park decides for itself, and can give its place back at any time."
    ),
    "goals_zh": "样例：写明到哪一年希望达成什么。",
    "goals_en": "Sample: what is to be reached by which year.",
}
RESOLUTION = "样例 Sample"


@transaction.atomic
def make_cluster(people: dict[str, str]) -> None:
    """Make it once, the way people do; `people` are the addresses of the sample people by login.

    Where somebody gave these people other duties meanwhile, nothing is made.
    """
    if not settings.DEMO:
        raise RuntimeError("A sample cluster exists only with DEMO=1.")
    if Cluster.objects.filter(is_sample=True).exists():
        return
    found = {user.email: user for user in User.objects.filter(email__in=people.values())}
    person = {login: found.get(address) for login, address in people.items()}
    officer = person["officer"]
    parks = {park.slug: park for park in Park.objects.public().filter(slug__in=[slug for slug, *_rest in PLACES])}
    if officer is None or not policies.can_manage_clusters(officer) or len(parks) < len(PLACES):
        return
    cluster = clusters.begin(by=officer, is_sample=True, **WORDS)
    for slug, role, login in PLACES:
        place = clusters.invite(cluster, parks[slug], role, by=officer)
        manager = person[login]
        if manager is None or not policies.can_take_place(manager, place):
            transaction.set_rollback(True)
            return
        clusters.move_place(place, "accept", by=manager)
    clusters.choose_lead(cluster, parks[PLACES[0][0]], by=officer)
    clusters.move(cluster, "propose", by=officer)
    clusters.move(cluster, "approve", by=officer, resolution=RESOLUTION, resolved_on=timezone.localdate())
    clusters.invite(cluster, parks[WAITING[0]], WAITING[1], by=officer)
