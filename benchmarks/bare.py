"""The measure of all other pages: what Django does for one query and 25 rows without any care or cost of ours."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines

from parks.models import Park

ROWS = 25
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Parks</title></head><body>
<h1>Parks</h1><table>{% for park in parks %}
<tr><td><a href="/en/parks/{{ park.slug }}/">{{ park.name_zh }}</a></td>
<td>{{ park.name_en }}</td><td>{{ park.province_id }}</td><td>{{ park.year_opened }}</td></tr>
{% endfor %}</table></body></html>"""

_template = None


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    global _template
    if _template is None:
        _template = engines["django"].from_string(PAGE)
    parks = Park.objects.only("slug", "name_zh", "name_en", "province_id", "year_opened").order_by("pk")[:ROWS]
    body = _template.render({"parks": parks}).encode()
    # Without middleware nobody else says it, and keep-alive needs it.
    return HttpResponse(body, headers={"Content-Length": str(len(body))})
