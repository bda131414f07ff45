"""The enumerations of a park's profile (parks spec, 4.1, 4.2, 4.3.4, 4.6, 4.7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    PARK = "park", _("Park")
    CLUSTER = "cluster", _("Cluster")
    VILLAGE = "village", _("Artists' village")
    FIRM = "firm", _("Enterprise")


class Formation(models.TextChoices):
    """How the park came about (Zhang Xiaoming and Hui Ming 2007, section 3)."""

    METROPOLIS = "metropolis", _("Metropolis-grown")
    REGENERATION = "regeneration", _("Industrial-area regeneration")
    CULTIVATED = "cultivated", _("Policy-cultivated")


class Structure(models.TextChoices):
    """Who leads the park."""

    INSTITUTION_LED = "institution_led", _("Led by a large institution")
    GOVERNMENT_LED = "government_led", _("Led by a public agency")
    SME_SPONTANEOUS = "sme_spontaneous", _("Gathered by small firms themselves")


class SiteForm(models.TextChoices):
    """What the site is (Ningbo's four forms, 2009)."""

    NEWBUILT = "newbuilt", _("New-built park")
    REBUILT = "rebuilt", _("Rebuilt industrial site")
    GOV_COMMERCIAL = "gov_commercial", _("Government-backed commercial street")
    FLAGSHIP_FIRM = "flagship_firm", _("Flagship enterprise")


class DigitalForm(models.TextChoices):
    """The four forms of a digital cluster (Hua Jian)."""

    INNOVATION = "innovation", _("Innovation-driven")
    SCENARIO = "scenario", _("Scenario-based")
    PHYGITAL = "phygital", _("Virtual-physical")
    RAINFOREST = "rainforest", _("Rainforest")


class NationalStatus(models.TextChoices):
    DEMONSTRATION_PARK = "demonstration_park", _("National demonstration park")
    PART_OF_DEMONSTRATION_PARK = "part_of_demonstration_park", _("Part of a national demonstration park")
    CREATION_QUALIFIED = "creation_qualified", _("Qualified to create a demonstration park")
    EXPERIMENTAL_PARK = "experimental_park", _("National experimental park")
    DEMONSTRATION_BASE = "demonstration_base", _("National demonstration base")
    OTHER_NATIONAL = "other_national", _("Other national title")
    PROVINCIAL_PARK = "provincial_park", _("Provincial park")


class Facility(models.TextChoices):
    """What one finds on the site (4.3.4)."""

    HOUSING = "housing", _("Housing for talent")
    COWORKING = "coworking", _("Co-working space")
    REHEARSAL = "rehearsal", _("Rehearsal room")
    STUDIO = "studio", _("Film studio")
    POST = "post_production", _("Post-production")
    THEATRE = "theatre", _("Theatre")
    GALLERY = "gallery", _("Exhibition hall")
    BOOKSHOP = "bookshop", _("Bookshop")
    CAFE = "cafe", _("Food and drink")
    CHILDCARE = "childcare", _("Childcare")
    SPORT = "sport", _("Sport")
    GREEN = "green", _("Green space")
    TRANSIT = "transit", _("Public transport")
    ACCESS = "access", _("Step-free access")


class Service(models.TextChoices):
    """What the park does for those who work in it."""

    INCUBATION = "incubation", _("Incubation")
    FINANCE = "finance", _("Financing help")
    IP = "ip", _("Intellectual property")
    TRAINING = "training", _("Training")
    MARKETING = "marketing", _("Marketing and sales")
    EXHIBITION = "exhibition", _("Exhibitions and fairs")
    LEGAL = "legal", _("Legal and tax advice")
    POLICY = "policy", _("Policy applications")
    TECHNOLOGY = "technology", _("Technical platform")
    EXPORT = "export", _("Going abroad")


class InstitutionKind(models.TextChoices):
    UNIVERSITY = "university", _("University")
    RESEARCH = "research", _("Research institute")
    MUSEUM = "museum", _("Museum")
    GALLERY = "gallery", _("Gallery")
    THEATRE = "theatre", _("Theatre")
    MEDIA = "media", _("Media group")
    OTHER = "other", _("Other")


class InstitutionRole(models.TextChoices):
    OWNER = "owner", _("Owner")
    OPERATOR = "operator", _("Operator")
    ANCHOR_TENANT = "anchor_tenant", _("Anchor tenant")
    PARTNER = "partner", _("Partner")


class Indicator(models.TextChoices):
    """The yearly figures of this profile; each has one unit, named in `UNITS`."""

    FLOOR_AREA = "floor_area", _("Floor area")
    SITE_AREA = "site_area", _("Site area")
    TENANTS = "tenants", _("Resident organisations")
    JOBS = "jobs", _("People working there")
    REVENUE = "revenue", _("Yearly revenue")
    VISITS = "visits", _("Yearly visits")
    OCCUPANCY = "occupancy", _("Occupancy")
    EVENTS = "events", _("Public events in a year")


# Whole numbers in these units: areas in square metres, money in yuan, shares in per cent.
UNITS = {
    Indicator.FLOOR_AREA: _("m²"),
    Indicator.SITE_AREA: _("m²"),
    Indicator.TENANTS: "",
    Indicator.JOBS: _("people"),
    Indicator.REVENUE: _("yuan"),
    Indicator.VISITS: _("visits"),
    Indicator.OCCUPANCY: "%",
    Indicator.EVENTS: "",
}


class FigureSource(models.TextChoices):
    SELF_REPORTED = "self_reported", _("Reported by the park")
    YEARBOOK = "yearbook", _("Statistical yearbook")
    AUDITED = "audited", _("Audited")
    PLATFORM = "platform", _("Counted by the portal")
    PUBLIC = "public", _("Public source")


class Confidence(models.TextChoices):
    """How well public sources support a compiled entry."""

    HIGH = "high", _("Supported by a public page")
    MEDIUM = "medium", _("Supported in part")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Everyone")
    MEMBERS = "members", _("People of the alliance only")
