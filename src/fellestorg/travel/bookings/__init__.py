"""What travel agencies, card companies and booking tools report was booked, measured against the agreements; the hand-over
to the agency's own travel agency; and what the journeys emitted.

- :mod:`reading`   files as rows, in stretches; columns with people in them are never read
- :mod:`cells`     a row's cells as what was booked, with every fault
- :mod:`measures`  on or off agreement with the reason, prices and emissions of one booking
- :mod:`tables`    what the agreements say of routes, places and regions, for many bookings at a time
- :mod:`actions`   a file taken in, whatever number of times it is sent
- :mod:`queries`   what somebody may see, and its sums
- :mod:`handover`  which travel agency an agency books with, and how it is reached
- :mod:`rail`      where a train goes
"""
