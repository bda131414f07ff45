from django.http import HttpRequest


def page(request: HttpRequest) -> dict:
    return {}
