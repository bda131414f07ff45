"""Addresses of marks and results."""

from django.urls import path

from .views import checking, marking, results, work

GRID = "desk/training/marking/<slug:code>/<int:item>/"

urlpatterns = [
    path("desk/training/marking/", marking.marking, name="marking"),
    path(GRID, marking.marking_grid, name="marking_grid"),
    path(f"{GRID}paste/", marking.marking_paste, name="marking_paste"),
    path(f"{GRID}draw/", marking.marking_draw, name="marking_draw"),
    path(f"{GRID}marks.xlsx", marking.marking_file, name="marking_file"),
    path(f"{GRID}<int:pk>/", marking.marking_row, name="marking_row"),
    path(f"{GRID}<int:pk>/resit/", marking.marking_resit, name="marking_resit"),
    path("desk/training/second-marking/", checking.moderations, name="moderations"),
    path("desk/training/second-marking/<int:pk>/", checking.moderation, name="moderation"),
    path("desk/training/release/", checking.releases, name="releases"),
    path("desk/training/release/<slug:code>/<int:item>/", checking.release, name="release"),
    path("desk/training/appeals/", checking.appeals, name="appeals"),
    path("desk/training/appeals/<int:pk>/", checking.appeal, name="appeal"),
    path("desk/training/recognitions/", checking.recognitions, name="recognitions"),
    path("desk/training/recognitions/<int:pk>/", checking.recognition, name="recognition"),
    path("desk/training/comparison/", checking.drift, name="drift"),
    path("desk/training/comparison/<int:pk>/", checking.drift_answer, name="drift_answer"),
    path("desk/training/results/<int:pk>/", results.result_sheet, name="result_sheet"),
    path("desk/training/results/<int:pk>/manager/", results.result_manager, name="result_manager"),
    path("desk/training/attempts/<int:pk>/void/", results.attempt_void, name="attempt_void"),
    path("desk/results-panel/", results.results_panel, name="results_panel"),
    path("desk/learning/results/", results.my_results_list, name="my_results_list"),
    path("desk/learning/results/<int:pk>/", results.my_results, name="my_results"),
    path("desk/learning/results/<int:pk>/recognition/", results.my_recognition, name="my_recognition"),
    path("desk/learning/results/<int:pk>/manager/", results.my_manager, name="my_manager"),
    path(
        "desk/learning/recognitions/<int:pk>/withdraw/", results.my_recognition_withdraw, name="my_recognition_withdraw"
    ),
    path("desk/learning/results/<int:pk>/work/<int:item>/", work.my_work, name="my_work"),
    path("desk/learning/work/<uuid:token>/remove/", work.my_work_remove, name="my_work_remove"),
    path("desk/work/<uuid:token>/", work.work_file, name="work_file"),
    path("desk/learning/attempts/<int:pk>/appeal/", results.my_appeal, name="my_appeal"),
]
