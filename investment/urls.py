"""Joint investment: a file of addresses for each part. Projects come last, whose own addresses are short."""

app_name = "investment"

urlpatterns: list = []
