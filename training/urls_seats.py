"""Addresses of places in cohorts: public page, my learning, the park's desk, the programme's roster."""

from django.urls import path

from .views import cohorts, learning, nominating, park, people, transferring

PARK = "desk/training/park/<slug:slug>/"
HERE = f"{PARK}<slug:code>/"
ROSTER = "desk/training/cohorts/<slug:code>/people/"

urlpatterns = [
    path("training/cohorts/<slug:code>/", cohorts.cohort_detail, name="cohort_detail"),
    path("training/cohorts/<slug:code>/apply/", cohorts.cohort_apply, name="cohort_apply"),
    path("desk/learning/", learning.learning, name="learning"),
    path("desk/learning/panel/", learning.learning_panel, name="learning_panel"),
    path("desk/learning/claim/", learning.learning_claim, name="learning_claim"),
    path("desk/learning/<int:pk>/", learning.place, name="place"),
    path("desk/learning/<int:pk>/<slug:verb>/", learning.place_answer, name="place_answer"),
    path("desk/training/park/", park.park_training, name="park_training"),
    path(PARK, park.park_desk, name="park_desk"),
    path(HERE, park.park_cohort, name="park_cohort"),
    path(f"{HERE}nominate/", nominating.park_nominate, name="park_nominate"),
    path(f"{HERE}approve/", park.park_approve, name="park_approve"),
    path(f"{HERE}seats/<slug:verb>/", park.park_give, name="park_give"),
    path(f"{HERE}people/<int:pk>/<slug:verb>/", park.park_person, name="park_person"),
    path(f"{HERE}letters/<int:pk>/take-back/", park.letter_take_back, name="letter_take_back"),
    path("desk/training/people/", people.people, name="people"),
    path("desk/training/cohorts/<slug:code>/seats/", people.cohort_seats, name="cohort_seats"),
    path("desk/training/cohorts/<slug:code>/release/", people.cohort_release, name="cohort_release"),
    path(ROSTER, people.cohort_people, name="cohort_people"),
    path(f"{ROSTER}approve/", people.people_approve, name="people_approve"),
    path(f"{ROSTER}<int:pk>/", people.person, name="person"),
    path(f"{ROSTER}<int:pk>/transfer/", transferring.person_transfer, name="person_transfer"),
    path(f"{ROSTER}<int:pk>/end/<slug:verb>/", people.person_end, name="person_end"),
]
