from django.http import HttpRequest


def acting(request: HttpRequest) -> dict:
    """`acting` and `duties` for templates; both stay unasked until a template uses them."""
    return {"acting": getattr(request, "acting", None), "duties": getattr(request, "duties", [])}
