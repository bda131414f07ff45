from .urls_attendance import urlpatterns as attendance

app_name = "training"

urlpatterns = [
    *attendance,
]
