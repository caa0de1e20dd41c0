"""Histories of concurrent clients against the four real services, checked against small models.

Some clients never hear an answer: the request was done and nobody told them, or it goes on without
them, or it was cut off half-way. Then they send it again with the same key, or give up and will
never know: the third outcome beside yes and no. What every client asked and heard is written down
with the moments at which it began and ended, and `checker.py` searches for one order of all
requests, within those moments, in which a model of a few lines gives the same answers (Wing and
Gong). There are four objects: a record that changes by version (`register.py`), the places and the
ceiling of a contract (`places.py`), the one plan of a household and its coordinator
(`household.py`), and several attempts at the last place of a provider (`last_place.py`).

A failure prints its seed and the first moment at which no order was possible any more;
`HISTORIES_SEED=<number>` plays with that seed again (which requests are made is then the same; how
they overlap is up to the machine).
"""
