from .urls_seats import urlpatterns as seats

app_name = "training"

urlpatterns = [
    *seats,
]
