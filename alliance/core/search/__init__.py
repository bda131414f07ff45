"""Search that works in Chinese (platform spec, section 3).

Texts are normalised, Chinese is cut into characters and overlapping pairs, Latin into words, names also into pinyin;
the tokens stand in a weighted tsvector. A query is cut the same way and joined by AND.

    search.index(park)                                         in the service that changed it
    search.find("和丰 设计", person=request.user)               the best 500 of every kind
    parks.filter(pk__in=search.matching(Park, "和丰", person))   in a list
"""

from .finder import BEST, Results, find, matching, rank_annotation
from .indexing import index, index_all, reindex, remove
from .marking import excerpt, highlight
from .query import MAX_LENGTH, Query, parse
from .sources import BETWEEN, Document, SearchSource, all_sources, kind_titles, register, source_of
from .suggest import suggestions

__all__ = [
    "BEST",
    "BETWEEN",
    "MAX_LENGTH",
    "Document",
    "Query",
    "Results",
    "SearchSource",
    "all_sources",
    "excerpt",
    "find",
    "highlight",
    "index",
    "index_all",
    "kind_titles",
    "matching",
    "parse",
    "rank_annotation",
    "register",
    "reindex",
    "remove",
    "source_of",
    "suggestions",
]
