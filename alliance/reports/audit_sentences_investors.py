"""What the audit chain says of investors, their interests and confidentiality agreements, in sentences."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

INVESTORS: dict[str, str | Promise] = {
    "investor.registered": gettext_lazy("%(who)s registered an investor: %(what)s"),
    "investor.changed": gettext_lazy("%(who)s changed the entry of an investor: %(what)s"),
    "investor.wishes_set": gettext_lazy("%(who)s said what an investor looks for: %(what)s"),
    "investor.document_added": gettext_lazy("%(who)s uploaded a document of an investor: %(what)s"),
    "investor.document_removed": gettext_lazy("%(who)s removed a document of an investor: %(what)s"),
    "investor.handed_in": gettext_lazy("%(who)s handed in the documents of an investor: %(what)s"),
    "investor.confirm_contact": gettext_lazy("The contact of an investor was verified: %(what)s"),
    "investor.verify": gettext_lazy("%(who)s verified an investor: %(what)s"),
    "investor.refuse": gettext_lazy("%(who)s refused an investor: %(what)s"),
    "investor.suspend": gettext_lazy("%(who)s suspended an investor: %(what)s"),
    "investor.restore": gettext_lazy("%(who)s restored an investor: %(what)s"),
    "investor.revoke": gettext_lazy("%(who)s revoked an investor: %(what)s"),
    "investor.expire": gettext_lazy("The verification of an investor ran out: %(what)s"),
    "investor.apply_again": gettext_lazy("%(who)s applied again for an investor: %(what)s"),
    "investor.reopen": gettext_lazy("%(who)s let a revoked investor apply again: %(what)s"),
}
INTERESTS: dict[str, str | Promise] = {
    "interest.drafted": gettext_lazy("%(who)s began an expression of interest: %(what)s"),
    "interest.changed": gettext_lazy("%(who)s rewrote a draft of interest: %(what)s"),
    "interest.send": gettext_lazy("%(who)s sent an expression of interest: %(what)s"),
    "interest.discard": gettext_lazy("%(who)s discarded a draft of interest: %(what)s"),
    "interest.acknowledge": gettext_lazy("%(who)s acknowledged an interest: %(what)s"),
    "interest.review": gettext_lazy("%(who)s began to review an interest: %(what)s"),
    "interest.accept": gettext_lazy("%(who)s accepted an interest: %(what)s"),
    "interest.decline": gettext_lazy("%(who)s declined an interest: %(what)s"),
    "interest.sign_agreement": gettext_lazy("Confidentiality was agreed, and a dialogue opened: %(what)s"),
    "interest.open_dd": gettext_lazy("%(who)s opened due diligence: %(what)s"),
    "interest.negotiate": gettext_lazy("%(who)s began to negotiate: %(what)s"),
    "interest.term_sheet": gettext_lazy("%(who)s noted a term sheet: %(what)s"),
    "interest.win": gettext_lazy("%(who)s noted an agreement with an investor: %(what)s"),
    "interest.lose": gettext_lazy("%(who)s ended talks without agreement: %(what)s"),
    "interest.withdraw": gettext_lazy("%(who)s withdrew an interest: %(what)s"),
    "interest.end": gettext_lazy("An interest was ended by rule: %(what)s"),
    "interest.rests": gettext_lazy("An interest rests, its investor is not verified: %(what)s"),
    "interest.goes_on": gettext_lazy("An interest goes on, its investor is verified again: %(what)s"),
    "interest.escalated": gettext_lazy("An interest without an answer came to the investment desk: %(what)s"),
    "agreement.in_force": gettext_lazy("%(who)s put a confidentiality agreement in force: %(what)s"),
    "agreement.accepted": gettext_lazy("%(who)s accepted a confidentiality agreement: %(what)s"),
}
