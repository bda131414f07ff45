import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")

django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402

from alliance.core.away import WhileAway  # noqa: E402  these read the settings
from alliance.core.pagecache import PageCache  # noqa: E402
from alliance.core.weblog import WebLog  # noqa: E402

# While somebody works on the pages, they want to see each change at once.
application = WebLog(django_application if settings.DEBUG else PageCache(WhileAway(django_application)))
