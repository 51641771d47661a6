"""Who sees which row: a room a file, each with tables that visibility.py puts together.

A predicate takes the Reader and the one record a form asks about, None in a list. PREDICATES say who reads a DocType,
WORK who writes it where they are fewer, HELD whose own a record is; INDEXES are what their terms use.
"""
