from .audit import audit, audit_heads, audit_script
from .imports import (
    import_batch,
    import_choose,
    import_columns,
    import_confirm,
    import_discard,
    import_list,
    import_new,
    import_refused,
    import_template,
    import_undo,
)
from .jobs import job, job_again, job_cancel, job_file, job_list
from .lists import list_export, list_file
from .system import bad_request, csrf_failure, forbidden, healthz, not_found, readyz, robots, server_error, theme
from .translations import translation_board

__all__ = [
    "audit",
    "audit_heads",
    "audit_script",
    "bad_request",
    "csrf_failure",
    "forbidden",
    "healthz",
    "import_batch",
    "import_choose",
    "import_columns",
    "import_confirm",
    "import_discard",
    "import_list",
    "import_new",
    "import_refused",
    "import_template",
    "import_undo",
    "job",
    "job_again",
    "job_cancel",
    "job_file",
    "job_list",
    "list_export",
    "list_file",
    "not_found",
    "readyz",
    "robots",
    "server_error",
    "theme",
    "translation_board",
]
