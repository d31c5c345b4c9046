"""Travel: routes and fares, hotels, car hire, and what was booked.

The room stands above call-offs. Each subject is a sub-package with its own pages, actions and words, and imports the
others only through their ``queries`` and ``actions``:

- :mod:`flights`   routes, who delivers on them and at what discount, offers ranked, expected and realised saving
- :mod:`stays`     hotels by location
- :mod:`rentals`   car hire by region
- :mod:`bookings`  what travel agencies report, the hand-over to them, climate reports

Pure computation stands in :mod:`fellestorg.engines.travel`. Models are by subject in :mod:`models`, one file each; a
sub-package has ``urls.py``, joined in ``travel/urls.py``, and ``register.py``, called in ``travel/apps.py``. What stands
on the front page ``/reiser`` is registered as a door (:mod:`fellestorg.travel.doors`).
"""
