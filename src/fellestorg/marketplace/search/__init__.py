"""One box for everything public: agreements and their news, firms, services, guidance, and what is out for tender.

``entries.py``   what each kind of thing says to the index; kinds are registered
``language.py``  what somebody writes, read into words, phrases, filters, AND, OR and NOT; pure
``asking.py``    the same as PostgreSQL is asked: bent words, compounds, synonyms, typing errors
``queries.py``   hits, facets with counts, and what helps where there is nothing
"""
