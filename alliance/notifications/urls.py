from django.urls import path

from .views import deliveries, desk, inbox, office, outbox, preferences, searches, unsubscribe
from .views import robots as robot_views

app_name = "notifications"

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("desk/robots/", robot_views.robots, name="robots"),
    path("desk/robots/add/", robot_views.robot_add, name="robot_add"),
    path("desk/robots/<int:pk>/", robot_views.robot, name="robot"),
    path("desk/robots/<int:pk>/act/", robot_views.robot_act, name="robot_act"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/unread/", inbox.unread, name="unread"),
    path("inbox/read/", inbox.mark_all_read, name="mark_all_read"),
    path("inbox/<int:pk>/read/", inbox.mark_read, name="mark_read"),
    path("account/notices/", preferences.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("account/searches/", searches.searches, name="searches"),
    path("account/searches/save/<slug:code>/", searches.search_save, name="search_save"),
    path("account/searches/<int:pk>/", searches.search_edit, name="search_edit"),
    path("account/searches/<int:pk>/pause/", searches.search_pause, name="search_pause"),
    path("account/searches/<int:pk>/remove/", searches.search_remove, name="search_remove"),
    path("account/searches/<int:pk>/restore/", searches.search_restore, name="search_restore"),
    path("searches/<str:token>/stop/", searches.search_stop, name="search_stop"),
    path("office/", office.office, name="office"),
    path("office/done/", office.office_done, name="office_done"),
    path("office/tasks/", office.act_on_tasks, name="act_on_tasks"),
    path("office/deliveries/", deliveries.deliveries, name="deliveries"),
    path("office/deliveries/decide/", deliveries.decide, name="decide_deliveries"),
    path("office/outbox/", outbox.outbox, name="office_outbox"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/", outbox.mail, name="outbox_mail"),
    path("outbox/<int:pk>/design/", outbox.design, name="outbox_design"),
]
