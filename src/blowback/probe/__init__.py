"""Live network measurement with a written plan and consent: the only package that may open a socket outwards.

Nothing here runs unless somebody wrote a plan file (`plan.py`), and every packet passes the guard (`guard.py`) and the
rate caps (`pace.py`). Nothing here judges: a run leaves OONI-compatible lines, and the analyses of `blocking` say what
they show. Needs the extra `measure` (dnspython, cryptography).
"""
