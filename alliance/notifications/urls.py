from django.urls import path

from .views import deliveries, desk, inbox, office, outbox, preferences, unsubscribe

app_name = "notifications"

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/unread/", inbox.unread, name="unread"),
    path("inbox/read/", inbox.mark_all_read, name="mark_all_read"),
    path("inbox/<int:pk>/read/", inbox.mark_read, name="mark_read"),
    path("account/notices/", preferences.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("office/", office.office, name="office"),
    path("office/tasks/", office.act_on_tasks, name="act_on_tasks"),
    path("office/deliveries/", deliveries.deliveries, name="deliveries"),
    path("office/deliveries/decide/", deliveries.decide, name="decide_deliveries"),
    path("office/outbox/", outbox.outbox, name="office_outbox"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/", outbox.mail, name="outbox_mail"),
    path("outbox/<int:pk>/design/", outbox.design, name="outbox_design"),
]
