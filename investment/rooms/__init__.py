"""The data room: one function decides (`deciding.can`), and everything that shows a document asks it (D-8).

facts = gathering.facts_of(person, room, now)
deciding.can(facts, node.pk, Action.VIEW, now)
"""
