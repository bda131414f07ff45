"""Who may open which address, in one table. `tests/test_access.py` visits each of them as each role.

An address that is not here fails the tests: whoever adds one decides who may open it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from alliance.notifications.services.unsubscribing import token_of
from tests.access_rules import (
    ANYONE,
    COUNCIL,
    DESKS,
    MOVES_ON,
    PARK,
    SIGNED_IN,
    Roles,
    Rule,
    fixed,
    number,
    number_of,
    of_park,
    of_team,
)
from tests.investment.access import INVESTMENT
from tests.training.access import TRAINING
from tests.world import ROLES, World

MANAGER: Roles = frozenset({"manager"})
MEMBERSHIP: Roles = frozenset({"membership_desk"})
DATA: Roles = frozenset({"data_desk"})
WATCHERS = DESKS | COUNCIL
# Those to whom a park's desk, its team or the office does not exist.
NOT_PARK = SIGNED_IN - PARK
NOT_OFFICE = SIGNED_IN - DESKS
NOT_TEAM = SIGNED_IN - PARK - DESKS
# Trainers, and training managers of schools and parks.
KEEPERS: Roles = frozenset({"school", "trainer", "manager", "other_manager"})


def _of_cluster(**others: Callable[[World], Any]) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"slug": world.cluster.slug} | {name: value(world) for name, value in others.items()}


_IMPORT: Callable[[World], Mapping[str, Any]] = lambda world: {"token": world.import_batch.token}  # noqa: E731
_JOB: Callable[[World], Mapping[str, Any]] = lambda world: {"pk": world.job.pk}  # noqa: E731

MACHINES = {
    "healthz": Rule(get=ANYONE, is_page=False),
    "readyz": Rule(get=ANYONE, is_page=False),
    # 404 without the token, for whoever asks.
    "metrics": Rule(get=ANYONE, but=dict.fromkeys(ROLES, 404), is_page=False, is_cacheable=True),
    "robots": Rule(get=ANYONE, is_page=False),
    "sitemap": Rule(get=ANYONE, is_page=False, is_cacheable=True),
    "favicon": Rule(get=ANYONE, is_page=False, is_cacheable=True),
    "media": Rule(
        get=ANYONE,
        args=lambda world: {"name": world.picture.file.renditions.get().content.name},
        is_page=False,
        is_cacheable=True,
    ),
}

FRONT = {
    "home": Rule(get=ANYONE, seen_by=("anonymous", "manager")),
    "about": Rule(get=ANYONE),
    "glossary": Rule(get=ANYONE),
    "privacy": Rule(get=ANYONE),
    "terms": Rule(get=ANYONE),
    "processes": Rule(get=ANYONE),
    "process": Rule(get=ANYONE, args=fixed(code="submission")),
}

CORE = {
    "core:theme": Rule(post=ANYONE, data=fixed(theme="dark", next="/en/")),
    "core:audit": Rule(get=ANYONE),
    "core:audit_heads": Rule(get=ANYONE, is_page=False),
    "core:audit_script": Rule(get=ANYONE, is_page=False),
    "core:translations": Rule(get=SIGNED_IN, seen_by=("manager", "membership_desk")),
    "core:jobs": Rule(get=SIGNED_IN, seen_by=("manager", "nobody")),
    "core:job": Rule(get=MANAGER, hidden=SIGNED_IN - MANAGER, args=_JOB),
    "core:job_file": Rule(get=MANAGER, hidden=SIGNED_IN - MANAGER, args=_JOB, is_page=False, writes=True),
    "core:job_cancel": Rule(post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_JOB),
    "core:job_again": Rule(post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_JOB),
    "core:search": Rule(get=ANYONE, query="?q=和丰"),
    "core:palette": Rule(get=ANYONE, query="?q=和丰", but=dict.fromkeys(ROLES, 302), is_page=False),
    "core:list_export": Rule(get=ANYONE, post=SIGNED_IN, args=fixed(code="parks"), data=fixed(format="csv")),
    # Who keeps attendance brings tables of it from here; of other kinds and of others' files they see nothing.
    "core:imports": Rule(get=DESKS | KEEPERS, hidden=NOT_OFFICE - KEEPERS, seen_by=("data_desk", "trainer")),
    "core:import_new": Rule(get=DESKS, post=DESKS, hidden=NOT_OFFICE, args=fixed(code="organisations")),
    "core:import_template": Rule(get=DESKS, hidden=NOT_OFFICE, args=fixed(code="organisations"), is_page=False),
    "core:import_batch": Rule(get=DESKS, hidden=NOT_OFFICE, args=_IMPORT),
    "core:import_columns": Rule(get=DESKS, post=DESKS, hidden=NOT_OFFICE, args=_IMPORT),
    "core:import_choose": Rule(post=DESKS, hidden=NOT_OFFICE, args=_IMPORT),
    "core:import_confirm": Rule(get=DESKS, post=DESKS, hidden=NOT_OFFICE, args=_IMPORT),
    "core:import_undo": Rule(
        get=DESKS, post=DESKS, hidden=NOT_OFFICE, args=_IMPORT, but=dict.fromkeys(DESKS, 302), is_page=False
    ),
    "core:import_discard": Rule(post=DESKS, hidden=NOT_OFFICE, args=_IMPORT),
    "core:import_refused": Rule(get=DESKS, hidden=NOT_OFFICE, args=_IMPORT, is_page=False),
    "core:list_file": Rule(get=ANYONE, args=fixed(code="parks", suffix="xlsx"), is_page=False),
    "core:synonyms": Rule(get=DATA, post=DATA),
    "core:synonym_edit": Rule(get=DATA, post=DATA, args=lambda world: {"pk": world.synonym.pk}),
}

# What allauth answers; its own rules say where a visitor goes who is signed in already, or not yet.
ALLAUTH = {
    "account_login": Rule(get=ANYONE, post=ANYONE, but=MOVES_ON),
    "account_signup": Rule(get=ANYONE, post=ANYONE, but=MOVES_ON),
    "account_logout": Rule(get=ANYONE, post=ANYONE, but={"anonymous": 302}),
    "account_inactive": Rule(get=ANYONE),
    "account_reauthenticate": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "account_email": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "account_email_verification_sent": Rule(get=ANYONE),
    "account_confirm_email": Rule(get=ANYONE, post=ANYONE, args=lambda world: {"key": world.confirmation_key}),
    "account_change_password": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "account_set_password": Rule(get=SIGNED_IN, post=SIGNED_IN, but=MOVES_ON),
    "account_reset_password": Rule(get=ANYONE, post=ANYONE),
    "account_reset_password_done": Rule(get=ANYONE),
    "account_reset_password_from_key": Rule(
        get=ANYONE, post=ANYONE, args=lambda world: {"uidb36": "1", "key": "unknown"}
    ),
    "account_reset_password_from_key_done": Rule(get=ANYONE),
    # Nobody among the roles stands between password and second factor.
    "mfa_authenticate": Rule(get=ANYONE, post=ANYONE, but=MOVES_ON | {"anonymous": "sign in"}, is_page=False),
    "mfa_reauthenticate": Rule(get=SIGNED_IN, post=SIGNED_IN, but=MOVES_ON),
    "mfa_reauthenticate_webauthn": Rule(get=SIGNED_IN, post=SIGNED_IN, but=MOVES_ON),
    "mfa_login_webauthn": Rule(get=ANYONE, post=ANYONE, but=MOVES_ON | {"anonymous": "sign in"}),
    "mfa_index": Rule(get=SIGNED_IN, seen_by=("nobody",)),
    # Whoever has not shown lately that it is them is asked first; the roles with a second factor have.
    "mfa_activate_totp": Rule(get=SIGNED_IN, post=SIGNED_IN, seen_by=("council",)),
    "mfa_add_webauthn": Rule(get=SIGNED_IN, post=SIGNED_IN, seen_by=("council",)),
    "mfa_deactivate_totp": Rule(get=frozenset(), post=frozenset(), hidden=SIGNED_IN),
    "mfa_list_webauthn": Rule(get=SIGNED_IN, seen_by=("nobody",)),
    "mfa_edit_webauthn": Rule(get=frozenset(), post=frozenset(), hidden=SIGNED_IN, args=fixed(pk=1)),
    "mfa_remove_webauthn": Rule(get=frozenset(), post=frozenset(), hidden=SIGNED_IN, args=fixed(pk=1)),
    "mfa_view_recovery_codes": Rule(get=frozenset(), hidden=SIGNED_IN),
    "mfa_download_recovery_codes": Rule(get=frozenset(), hidden=SIGNED_IN),
    "mfa_generate_recovery_codes": Rule(get=SIGNED_IN, post=SIGNED_IN, seen_by=("council",)),
    "usersessions_list": Rule(get=SIGNED_IN, post=SIGNED_IN, seen_by=("nobody",)),
    "account_confirm_login_code": Rule(get=ANYONE, post=ANYONE, but=MOVES_ON | {"anonymous": "sign in"}),
}

# Where providers of foreign accounts send people back to; none is on where the table is tried.
_OFF: dict[str, int | str] = dict.fromkeys(ROLES, 404)
ALLAUTH |= {
    "weixin_callback": Rule(get=ANYONE, but=_OFF, is_page=False),
    "dingtalk_callback": Rule(get=ANYONE, but=_OFF, is_page=False),
    "feishu_callback": Rule(get=ANYONE, but=_OFF, is_page=False),
    "openid_connect_callback": Rule(get=ANYONE, but=_OFF, args=fixed(provider_id="oidc"), is_page=False),
}

_DUTY = of_team(pk=number("colleague"))
_INVITATION = of_team(pk=number("invitation"))
_JOIN = of_team(pk=number("join_request"))
_TOKEN: Callable[[World], Mapping[str, Any]] = lambda world: {"token": world.token}  # noqa: E731

ACCOUNTS = {
    "accounts:team": Rule(get=SIGNED_IN, but={"nobody": 302}, seen_by=("manager", "editor")),
    "accounts:organisations": Rule(get=DESKS),
    "accounts:organisation_team": Rule(get=PARK | DESKS, hidden=NOT_TEAM, args=of_team(), seen_by=("membership_desk",)),
    "accounts:settings": Rule(get=WATCHERS, seen_by=("council", "data_desk")),
    "accounts:setting": Rule(
        get=WATCHERS, post=DATA, args=fixed(code="legal_entity"), seen_by=("council", "data_desk")
    ),
    "accounts:invite": Rule(post=MANAGER | MEMBERSHIP, hidden=NOT_TEAM, args=of_team()),
    "accounts:resend_invitation": Rule(post=MANAGER | MEMBERSHIP, hidden=NOT_TEAM, args=_INVITATION),
    "accounts:revoke_invitation": Rule(post=MANAGER | MEMBERSHIP, hidden=NOT_TEAM, args=_INVITATION),
    "accounts:approve_join": Rule(post=MANAGER | MEMBERSHIP, hidden=NOT_TEAM, args=_JOIN),
    "accounts:refuse_join": Rule(post=MANAGER | MEMBERSHIP, hidden=NOT_TEAM, args=_JOIN),
    "accounts:duty": Rule(get=PARK | DESKS, hidden=NOT_TEAM, args=_DUTY),
    "accounts:duty_term": Rule(post=MANAGER | MEMBERSHIP, hidden=NOT_TEAM, args=_DUTY),
    "accounts:duty_absence": Rule(post=MANAGER | MEMBERSHIP, hidden=NOT_TEAM, args=_DUTY),
    "accounts:duty_end": Rule(get=MANAGER | MEMBERSHIP, post=MANAGER | MEMBERSHIP, hidden=NOT_TEAM, args=_DUTY),
    "accounts:join": Rule(get=SIGNED_IN, seen_by=("nobody",)),
    "accounts:join_organisation": Rule(get=SIGNED_IN, post=SIGNED_IN, args=of_team(), seen_by=("nobody",)),
    # Nobody but the person who asked, and nobody but the invited: neither is among the roles.
    "accounts:withdraw_join": Rule(
        post=frozenset(), hidden=SIGNED_IN, args=lambda world: {"pk": world.join_request.pk}
    ),
    "accounts:accept_own_invitation": Rule(
        post=frozenset(), hidden=SIGNED_IN, args=lambda world: {"pk": world.invitation.pk}
    ),
    "accounts:invitation": Rule(get=ANYONE, args=_TOKEN, seen_by=("anonymous", "nobody")),
    "accounts:accept_invitation": Rule(get=SIGNED_IN, post=SIGNED_IN, args=_TOKEN, but=dict.fromkeys(SIGNED_IN, 302)),
    "accounts:renew_invitation": Rule(post=ANYONE, args=_TOKEN),
    "accounts:profile": Rule(get=SIGNED_IN, post=SIGNED_IN, seen_by=("nobody",)),
    "accounts:duties": Rule(get=SIGNED_IN, seen_by=("nobody", "manager")),
    "accounts:security": Rule(get=SIGNED_IN, seen_by=("nobody", "council")),
    # Nothing is missing for the roles, so it leads on to the desk.
    "accounts:secure": Rule(get=SIGNED_IN, but=MOVES_ON),
    "accounts:end_session": Rule(post=frozenset(), hidden=SIGNED_IN, args=fixed(pk=1)),
    # Only between password and second factor.
    "accounts:lost_factor": Rule(get=ANYONE, post=ANYONE, but=MOVES_ON | {"anonymous": "sign in"}, is_page=False),
    "accounts:lost_factor_begin_anew": Rule(post=ANYONE),
    "accounts:lost_factor_stop": Rule(get=ANYONE, post=ANYONE, args=lambda world: {"token": world.stop_token}),
    "accounts:lost_factors": Rule(get=DESKS, seen_by=("membership_desk",)),
    "accounts:lost_factor_approve": Rule(post=DESKS, args=number_of("lost_factor")),
    "accounts:lost_factor_refuse": Rule(post=DESKS, args=number_of("lost_factor")),
    # No provider is on where the table is tried, so there is nowhere to go to or to come back from.
    "accounts:connections": Rule(get=SIGNED_IN, seen_by=("nobody",)),
    "accounts:link_connection": Rule(post=SIGNED_IN, args=fixed(code="weixin"), but=dict.fromkeys(SIGNED_IN, 302)),
    # Somebody else's, or none.
    "accounts:unlink_connection": Rule(post=frozenset(), hidden=SIGNED_IN, args=fixed(pk=1)),
    "accounts:sign_in_with": Rule(post=ANYONE, args=fixed(code="weixin")),
    "accounts:my_data": Rule(get=SIGNED_IN, seen_by=("nobody",)),
    "accounts:copy_my_data": Rule(post=SIGNED_IN),
    "accounts:ask_about_data": Rule(post=SIGNED_IN),
    "accounts:close_account": Rule(get=SIGNED_IN, post=SIGNED_IN, seen_by=("manager",)),
    "accounts:keep_account": Rule(post=SIGNED_IN),
    "accounts:consents": Rule(get=SIGNED_IN, seen_by=("nobody",)),
    "accounts:decide_consent": Rule(post=SIGNED_IN, args=fixed(code="terms"), data=fixed(answer="yes")),
    "accounts:data_requests": Rule(get=DATA),
    "accounts:data_request": Rule(get=DATA, post=DATA, args=lambda world: {"pk": world.data_request.pk}),
    "accounts:breaches": Rule(get=DATA),
    "accounts:breach_new": Rule(get=DATA, post=DATA),
    "accounts:breach_register": Rule(get=DATA, is_page=False),
    "accounts:breach": Rule(get=DATA, post=DATA, args=lambda world: {"pk": world.breach.pk}),
    "accounts:breach_close": Rule(post=DATA, args=lambda world: {"pk": world.breach.pk}),
    # Somebody else's duty.
    "accounts:act": Rule(post=frozenset(), hidden=SIGNED_IN, data=lambda world: {"duty": world.colleague.pk}),
}

_MAIL: Callable[[World], Mapping[str, Any]] = lambda world: {"pk": world.mail.pk}  # noqa: E731

_SEARCH: Callable[[World], Mapping[str, Any]] = lambda world: {"pk": world.saved_search.pk}  # noqa: E731

_ROBOT: Callable[[World], Mapping[str, Any]] = lambda world: {"pk": world.robot.pk}  # noqa: E731
OTHER_MANAGER: Roles = frozenset({"other_manager"})

NOTIFICATIONS = {
    "notifications:desk": Rule(get=SIGNED_IN, seen_by=("nobody", "manager", "membership_desk", "council")),
    "notifications:inbox": Rule(get=SIGNED_IN, seen_by=("manager", "nobody")),
    "notifications:unread": Rule(get=ANYONE, is_page=False),
    "notifications:mark_all_read": Rule(post=SIGNED_IN),
    "notifications:mark_read": Rule(
        post=MANAGER, hidden=SIGNED_IN - MANAGER, args=lambda world: {"pk": world.notice.pk}
    ),
    "notifications:preferences": Rule(get=SIGNED_IN, post=SIGNED_IN),
    "notifications:unsubscribe": Rule(
        get=ANYONE, post=ANYONE, args=lambda world: {"token": token_of(world.delivery)}, seen_by=("anonymous",)
    ),
    "notifications:searches": Rule(get=SIGNED_IN, seen_by=("manager", "nobody")),
    "notifications:search_save": Rule(
        get=SIGNED_IN, post=SIGNED_IN, args=fixed(code="parks"), query="?formation=cultivated", seen_by=("nobody",)
    ),
    "notifications:search_edit": Rule(get=MANAGER, post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_SEARCH),
    "notifications:search_pause": Rule(post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_SEARCH),
    "notifications:search_remove": Rule(post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_SEARCH),
    "notifications:search_restore": Rule(post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_SEARCH),
    "notifications:search_stop": Rule(get=ANYONE, post=ANYONE, args=lambda world: {"token": world.search_token}),
    "notifications:robots": Rule(get=MANAGER | OTHER_MANAGER | DESKS, seen_by=("manager",)),
    "notifications:robot_add": Rule(get=MANAGER | OTHER_MANAGER | DESKS, post=MANAGER | OTHER_MANAGER | DESKS),
    "notifications:robot": Rule(get=MANAGER, post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_ROBOT),
    "notifications:robot_act": Rule(post=MANAGER, hidden=SIGNED_IN - MANAGER, args=_ROBOT, data=fixed(do="off")),
    "notifications:office": Rule(get=DESKS),
    "notifications:office_done": Rule(get=DESKS),
    "notifications:act_on_tasks": Rule(post=DESKS),
    "notifications:deliveries": Rule(get=DATA),
    "notifications:decide_deliveries": Rule(post=DATA),
    "notifications:office_outbox": Rule(get=DATA),
    "notifications:outbox": Rule(get=DATA),
    "notifications:outbox_mail": Rule(get=DATA, args=_MAIL),
    "notifications:outbox_design": Rule(get=DATA, args=_MAIL, is_page=False),
}

_PICTURE = of_park(pk=number("picture"))
_SUBMISSION: Callable[[World], Mapping[str, Any]] = lambda world: {"pk": world.submission.pk}  # noqa: E731

_ANSWER: Callable[[World], Mapping[str, Any]] = lambda world: {"pk": world.place.pk, "verb": "accept"}  # noqa: E731
_LIST: Callable[[World], Mapping[str, Any]] = lambda world: {"pk": world.saved_list.pk}  # noqa: E731
_ENTRY: Callable[[World], Mapping[str, Any]] = lambda world: {  # noqa: E731
    "pk": world.saved_list.pk,
    "entry": world.saved_list.entries.get().pk,
}

PARKS = {
    "parks:park_list": Rule(get=ANYONE),
    "parks:park_export": Rule(get=ANYONE, is_page=False),
    "parks:park_compare": Rule(get=ANYONE, query="?park=hefeng&park=nantang"),
    "parks:park_compare_export": Rule(get=ANYONE, query="?park=hefeng&park=nantang", is_page=False),
    "parks:park_detail": Rule(get=ANYONE, args=of_park(), seen_by=("anonymous", "manager")),
    "parks:park_embed_code": Rule(get=ANYONE, args=of_park()),
    "parks:park_embed": Rule(get=ANYONE, args=of_park(), is_page=False, is_cacheable=True),
    "parks:desk_parks": Rule(get=SIGNED_IN, but=dict.fromkeys(PARK | {"other_manager"}, 302)),
    "parks:profile_panel": Rule(get=SIGNED_IN, is_page=False),
    "parks:desk_park": Rule(get=PARK, hidden=NOT_PARK, args=of_park(), seen_by=("manager", "editor")),
    "parks:edit_block": Rule(get=PARK, post=PARK, hidden=NOT_PARK, args=of_park(block=lambda world: "story")),
    "parks:park_submit": Rule(get=PARK, post=MANAGER, hidden=NOT_PARK, args=of_park()),
    "parks:park_withdraw": Rule(post=MANAGER, hidden=NOT_PARK, args=of_park()),
    "parks:park_confirm": Rule(post=PARK, hidden=NOT_PARK, args=of_park(), data=fixed(block="story")),
    "parks:park_preview": Rule(get=PARK | DESKS, hidden=NOT_TEAM, args=of_park()),
    "parks:history": Rule(get=PARK, hidden=NOT_PARK, args=of_park()),
    "parks:undo": Rule(post=PARK, hidden=NOT_PARK, args=of_park(pk=number("edit"))),
    "parks:pictures": Rule(get=PARK, post=PARK, hidden=NOT_PARK, args=of_park()),
    "parks:picture_describe": Rule(post=PARK, hidden=NOT_PARK, args=_PICTURE),
    "parks:picture_move": Rule(post=PARK, hidden=NOT_PARK, args=_PICTURE),
    "parks:picture_remove": Rule(post=PARK, hidden=NOT_PARK, args=_PICTURE),
    "parks:picture_restore": Rule(post=PARK, hidden=NOT_PARK, args=_PICTURE),
    "parks:picture_file": Rule(
        get=PARK | DESKS,
        hidden=NOT_TEAM,
        args=of_park(pk=number("picture"), width=lambda world: 480),
        is_page=False,
    ),
    "parks:cluster_list": Rule(get=ANYONE),
    "parks:cluster_detail": Rule(get=ANYONE, args=_of_cluster()),
    "parks:desk_clusters": Rule(get=SIGNED_IN, seen_by=("manager",)),
    "parks:cluster_answer": Rule(get=MANAGER, post=MANAGER, hidden=NOT_PARK, args=_ANSWER),
    "parks:office_clusters": Rule(get=DESKS, hidden=NOT_OFFICE),
    "parks:office_cluster_add": Rule(get=MEMBERSHIP, post=MEMBERSHIP, hidden=NOT_OFFICE),
    "parks:office_cluster": Rule(get=DESKS, hidden=NOT_OFFICE, args=_of_cluster()),
    "parks:office_cluster_edit": Rule(get=MEMBERSHIP, post=MEMBERSHIP, hidden=NOT_OFFICE, args=_of_cluster()),
    "parks:office_cluster_invite": Rule(
        post=MEMBERSHIP, hidden=NOT_OFFICE, args=_of_cluster(), data=fixed(park="nantang", role="lead")
    ),
    "parks:office_cluster_lead": Rule(
        post=MEMBERSHIP, hidden=NOT_OFFICE, args=_of_cluster(), data=fixed(park="hefeng")
    ),
    "parks:office_cluster_move": Rule(
        get=MEMBERSHIP, post=MEMBERSHIP, hidden=NOT_OFFICE, args=_of_cluster(verb=lambda world: "dissolve")
    ),
    "parks:office_place_move": Rule(
        get=MEMBERSHIP,
        post=MEMBERSHIP,
        hidden=NOT_OFFICE,
        args=_of_cluster(pk=number("place"), verb=lambda world: "withdraw"),
    ),
    "parks:office_parks": Rule(get=DESKS, hidden=NOT_OFFICE),
    "parks:saved_lists": Rule(get=DESKS, post=DESKS, hidden=NOT_OFFICE, data=fixed(name="Another")),
    "parks:list_add": Rule(get=DESKS, post=DESKS, hidden=NOT_OFFICE, query="?park=hefeng"),
    "parks:saved_list": Rule(get=MEMBERSHIP, post=MEMBERSHIP, hidden=SIGNED_IN - MEMBERSHIP, args=_LIST),
    "parks:list_remove": Rule(post=MEMBERSHIP, hidden=SIGNED_IN - MEMBERSHIP, args=_LIST),
    "parks:list_restore": Rule(post=MEMBERSHIP, hidden=SIGNED_IN - MEMBERSHIP, args=_LIST),
    "parks:list_note": Rule(post=MEMBERSHIP, hidden=SIGNED_IN - MEMBERSHIP, args=_ENTRY, data=fixed(note="Why")),
    "parks:list_take_out": Rule(post=MEMBERSHIP, hidden=SIGNED_IN - MEMBERSHIP, args=_ENTRY),
    "parks:office_park_add": Rule(get=MEMBERSHIP, post=MEMBERSHIP, hidden=NOT_OFFICE),
    "parks:office_park": Rule(get=DESKS, hidden=NOT_OFFICE, args=of_park()),
    "parks:office_history": Rule(get=DESKS, hidden=NOT_OFFICE, args=of_park()),
    "parks:office_correct": Rule(
        get=DESKS, post=DESKS, hidden=NOT_OFFICE, args=of_park(block=lambda world: "identity")
    ),
    "parks:office_move": Rule(
        get=MEMBERSHIP, post=MEMBERSHIP, hidden=NOT_OFFICE, args=of_park(verb=lambda world: "remove")
    ),
    "parks:office_submission": Rule(get=DESKS, hidden=NOT_OFFICE, args=_SUBMISSION),
    "parks:submission_return": Rule(
        post=MEMBERSHIP, hidden=NOT_OFFICE, args=_SUBMISSION, data=fixed(reasons="Please add the opening hours.")
    ),
    "parks:submission_accept": Rule(post=MEMBERSHIP, hidden=NOT_OFFICE, args=_SUBMISSION),
}

_MERGE: Callable[[World], Mapping[str, Any]] = lambda world: {"pk": world.merge.pk}  # noqa: E731

REGISTER = {
    "parks:quality": Rule(get=DESKS, hidden=NOT_OFFICE, seen_by=("membership_desk",)),
    "parks:quality_panel": Rule(get=DESKS, hidden=NOT_OFFICE),
    "parks:quality_rows": Rule(
        get=DESKS, hidden=NOT_OFFICE, args=fixed(gap="no_picture"), seen_by=("membership_desk",)
    ),
    "parks:nudge_prepare": Rule(post=DESKS, hidden=NOT_OFFICE, args=fixed(gap="no_picture"), data=fixed(all="1")),
    "parks:nudge": Rule(get=DESKS, hidden=NOT_OFFICE, args=lambda world: {"pk": world.nudge.pk}),
    "parks:duplicates": Rule(get=DESKS, hidden=NOT_OFFICE, seen_by=("membership_desk",)),
    "parks:duplicate_judge": Rule(
        post=DESKS, hidden=NOT_OFFICE, args=lambda world: {"pk": world.lookalike.pk}, data=fixed(reason="Two sites.")
    ),
    "parks:duplicates_refresh": Rule(post=DESKS, hidden=NOT_OFFICE),
    "parks:merges": Rule(get=DESKS, hidden=NOT_OFFICE),
    "parks:merge": Rule(get=DESKS, hidden=NOT_OFFICE, args=_MERGE, seen_by=("membership_desk",)),
    "parks:merge_choose": Rule(get=DESKS, hidden=NOT_OFFICE, args=of_team(), query="?q=南塘"),
    "parks:merge_prepare": Rule(
        get=DESKS,
        post=DESKS,
        hidden=NOT_OFFICE,
        args=lambda world: {"gone": world.park.organisation.slug, "kept": world.other_park.organisation.slug},
        data=fixed(reason="Same licence."),
    ),
    "parks:merge_confirm": Rule(post=DESKS, hidden=NOT_OFFICE, args=_MERGE),
    "parks:merge_drop": Rule(post=DESKS, hidden=NOT_OFFICE, args=_MERGE),
    "parks:merge_undo": Rule(post=DESKS, hidden=NOT_OFFICE, args=lambda world: {"pk": world.merged.pk}),
}

REPORTS = {
    # Counts are kept for the next reader.
    "reports:dashboard": Rule(get=WATCHERS, seen_by=("council",), writes=True),
    "reports:dashboard_csv": Rule(get=WATCHERS, is_page=False, writes=True),
    "reports:rows": Rule(get=WATCHERS, args=fixed(figure="entries"), seen_by=("council",), writes=True),
    "reports:reports": Rule(get=WATCHERS, seen_by=("council",)),
    "reports:report_order": Rule(post=WATCHERS, data=lambda world: {"language": "en", "file_format": "pdf"}),
    "reports:schedule_new": Rule(get=WATCHERS, post=WATCHERS, seen_by=("council",)),
    "reports:schedule_change": Rule(post=WATCHERS, args=lambda world: {"pk": world.schedule.pk, "verb": "pause"}),
    "reports:snapshots": Rule(get=WATCHERS, seen_by=("council",)),
    "reports:snapshot_make": Rule(post=WATCHERS),
    "reports:snapshot_compare": Rule(get=WATCHERS, query="?a=0&b=0", but=dict.fromkeys(WATCHERS, 302), is_page=False),
    "reports:snapshot": Rule(get=WATCHERS, args=number_of("snapshot"), seen_by=("council",)),
    "reports:snapshot_rows": Rule(
        get=WATCHERS,
        args=lambda world: {"pk": world.snapshot.pk, "figure": "entries"},
        seen_by=("council",),
    ),
    "reports:status": Rule(get=DESKS, seen_by=("data_desk",)),
    "reports:audit_log": Rule(get=WATCHERS, seen_by=("council", "membership_desk")),
    "reports:audit_export": Rule(get=WATCHERS, is_page=False),
}

TABLE: dict[str, Rule] = (
    MACHINES | FRONT | CORE | ALLAUTH | ACCOUNTS | NOTIFICATIONS | PARKS | REGISTER | REPORTS | TRAINING | INVESTMENT
)
