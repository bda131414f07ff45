"""The database comes back: connections that did not survive are replaced unnoticed."""

import psycopg
import pytest
from django.db import connection

END_OTHERS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_in_the_pool_is_replaced(client):
    # A pool of its own: threads of other tests may have left theirs empty.
    connection.close()
    connection.close_pool()
    connection.ensure_connection()
    named = connection.get_connection_params()
    connection.close()
    parameters = {name: named[name] for name in ("dbname", "user", "password", "host", "port") if name in named}
    with psycopg.connect(**parameters) as other:
        other.execute(END_OTHERS)

    assert client.get("/en/parks/").status_code == 200
