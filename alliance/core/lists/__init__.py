"""The list engine: one declared filter gives rows, facets with counts, chips, map, pages and export, always of the
same rows.

    class ParkFilter(ListFilter):
        q = SearchBox(lambda text: Q(name_zh__icontains=text))
        formation = Facet("formation", label=_("Formation"), choices=choices.Formation, blank=True)
        field = Facet("fields", label=_("Field of work"), choices=fields_of_work, many=True)

    PARKS = ListDefinition(
        code="parks",
        url_name="parks:park_list",
        filterset=ParkFilter,
        rows=lambda user: Park.objects.public(),
        fetch=lambda rows: rows.select_related("province"),
        sorts=[Sort("name", _("Name"), lambda listing: order_by_name())],
        columns=[Column("name", _("Name"), lambda park: park.name, url=lambda park: park.get_absolute_url())],
        place="province",
    )

    listing = PARKS.read(request.GET, user=request.user)

`listing.total`, `.page`, `.facets`, `.chips`, `.places`, `.problems`, `.link(...)` are for the page;
`export` gives the same rows as a file: `register(PARKS)` once, and /lists/parks/export/ offers XLSX and CSV, at once or
written in the background. A saved search keeps `listing.query` and reads it again with
`PARKS.read(QueryDict(query), user=…)`; an API does the same with its own parameters. `rows` takes the user, so that
what a person may not see is in no row, no count and no file.

However many rows there are, a listing asks the database once for its page and once for the total, all facets and the
map.
"""

from .definition import Column, ListDefinition, Sort, View, find, register
from .export import AT_ONCE, EXPORTS, csv_response, file_response, request_export
from .filters import NOT_REPORTED, Facet, ListFilter, SearchBox, a_day, remembered_options
from .listing import Chip, Listing, Option, Problem, ShownFacet

__all__ = [
    "AT_ONCE",
    "EXPORTS",
    "NOT_REPORTED",
    "Chip",
    "Column",
    "Facet",
    "ListDefinition",
    "ListFilter",
    "Listing",
    "Option",
    "Problem",
    "SearchBox",
    "ShownFacet",
    "Sort",
    "View",
    "a_day",
    "csv_response",
    "file_response",
    "find",
    "register",
    "remembered_options",
    "request_export",
]
