"""The timetable of a promotion event: availability honoured, nobody twice at once, the same for the same wishes."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from investment.timetable import Place, Wish, make

HOSTS, GUESTS = range(1, 6), range(11, 17)
wishes = st.lists(
    st.builds(
        Wish,
        is_mutual=st.booleans(),
        asked=st.integers(0, 50),
        host=st.sampled_from(HOSTS),
        # Somebody may receive for one project and come for an investor too.
        guest=st.sampled_from([*GUESTS, 1, 2]),
    ),
    max_size=40,
)
absences = st.dictionaries(st.sampled_from([*HOSTS, *GUESTS]), st.frozensets(st.integers(0, 5)))
sizes = {"times": st.integers(0, 6), "tables": st.integers(1, 4)}


def people(place: Place) -> tuple[int, int]:
    return (place.wish.host, place.wish.guest)


@settings(max_examples=300, deadline=None)
@given(wishes, absences, sizes["times"], sizes["tables"])
def test_what_always_holds(asked, away, times, tables):
    made = make(asked, times=times, tables=tables, away=away)

    sits = Counter((person, place.time) for place in made for person in people(place))
    assert not [key for key, number in sits.items() if number > 1], "nobody is in two at once"
    assert all(place.time not in away.get(person, ()) for place in made for person in people(place))
    assert all(0 <= place.time < times and 0 <= place.table < tables for place in made)
    assert len({(place.time, place.table) for place in made}) == len(made)
    assert len({place.wish for place in made}) == len(made), "one meeting for each request"
    assert {place.wish for place in made} <= set(asked)


@settings(max_examples=200, deadline=None)
@given(wishes, absences, sizes["times"], sizes["tables"], st.randoms())
def test_the_order_of_wishes_changes_nothing(asked, away, times, tables, random):
    mixed = list(asked)
    random.shuffle(mixed)

    made = make(asked, times=times, tables=tables, away=away)
    assert made == make(mixed, times=times, tables=tables, away=away)


@settings(max_examples=200, deadline=None)
@given(wishes, absences, sizes["times"], sizes["tables"])
def test_what_is_left_out_fits_nowhere(asked, away, times, tables):
    made = make(asked, times=times, tables=tables, away=away)
    busy = {(person, place.time) for place in made for person in people(place)}
    tables_taken = Counter(place.time for place in made)
    placed = {place.wish for place in made}

    for wish in asked:
        if wish in placed or wish.host == wish.guest:
            continue
        for time in range(times):
            free = all((one, time) not in busy and time not in away.get(one, ()) for one in (wish.host, wish.guest))
            assert not (free and tables_taken[time] < tables), (wish, time)


def test_both_wishing_goes_before_who_asked_first():
    first, mutual = Wish(False, 1, 1, 11), Wish(True, 9, 1, 12)

    assert make([first, mutual], times=1, tables=5, away={}) == [Place(mutual, 0, 0)]


def test_one_steps_aside_so_that_both_meet():
    easy, bound = Wish(False, 1, 1, 11), Wish(False, 2, 1, 12)
    # Who comes second has time in the first slot alone.
    made = make([easy, bound], times=2, tables=1, away={12: {1}})

    assert made == [Place(bound, 0, 0), Place(easy, 1, 0)]
