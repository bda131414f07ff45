"""Questions of investors: the dialogue, the parks' list, the moderator's queue."""

from django.urls import path

from .views import questions

QUESTION = "desk/questions/<uuid:token>/"

urlpatterns = [
    path("office/questions/", questions.office_questions, name="office_questions"),
    path("desk/questions/", questions.questions, name="questions"),
    path(QUESTION, questions.question, name="question"),
    path(f"{QUESTION}answer/", questions.question_answer, name="question_answer"),
    path(f"{QUESTION}publish/", questions.question_publish, name="question_publish"),
    path(f"{QUESTION}material/", questions.question_material, name="question_material"),
    path(f"{QUESTION}steps/<slug:verb>/", questions.question_move, name="question_move"),
    path("desk/interests/<uuid:token>/questions/", questions.interest_questions, name="interest_questions"),
    path("desk/projects/<slug:slug>/questions/", questions.project_questions, name="project_questions"),
]
