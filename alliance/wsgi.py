import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")

django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402

from alliance.core.pagecache import PageCache  # noqa: E402  reads the settings

# While somebody works on the pages, they want to see each change at once.
application = django_application if settings.DEBUG else PageCache(django_application)
