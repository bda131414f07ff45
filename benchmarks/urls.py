from django.urls import path

from alliance.urls import *  # noqa: F403
from alliance.urls import urlpatterns as portal

from .bare import bare

urlpatterns = [path("bare/", bare), *portal]
