from enum import StrEnum


class Permission(StrEnum):
    """What a role may allow. Policies ask for these, never for roles.

    On a park's organisation a permission reaches that park; held at the secretariat it reaches every park.
    """

    SEE_TEAM = "see_team"
    EDIT_PROFILE = "edit_profile"
    SUBMIT_PROFILE = "submit_profile"
    INVITE = "invite"
    DECIDE_JOIN = "decide_join"
    CHECK_PROFILES = "check_profiles"
    LIST_PARKS = "list_parks"
    CORRECT_DATA = "correct_data"
    SEE_OFFICE = "see_office"
    SEE_DELIVERIES = "see_deliveries"
    SEE_AUDIT = "see_audit"
    SEE_DASHBOARD = "see_dashboard"
    LEAD_SECRETARIAT = "lead_secretariat"
    SET_ALLIANCE = "set_alliance"
    MERGE_RECORDS = "merge_records"
    NUDGE_PARKS = "nudge_parks"
    # Joint training: for the organisation's own part in programmes, for its people, for marks and for certificates.
    RUN_TRAINING = "run_training"
    NOMINATE = "nominate"
    TEACH = "teach"
    AWARD = "award"
    OVERSEE_TRAINING = "oversee_training"
    JOIN_CLUSTERS = "join_clusters"
    MANAGE_CLUSTERS = "manage_clusters"
    # Joint investment: for the park's own part in projects, for an investor, and the desk that watches over both.
    PROMOTE = "promote"
    SIGN_PROJECTS = "sign_projects"
    INVEST = "invest"
    SIGN_AS_INVESTOR = "sign_as_investor"
    OVERSEE_INVESTMENT = "oversee_investment"
