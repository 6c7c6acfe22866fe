"""The published text of a simulated post, with the places of its hashtags, links and mentions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from blowback.simulate import texts
from blowback.simulate.campaign import Campaign
from blowback.simulate.people import handle
from blowback.simulate.posts import OWN, REPLY, REPOST

_OLD_LENGTH = 140  # a repost's text is cut here, the traps' favourite


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a text: plain words, or something that the platform recognises."""

    what: str  # plain, hashtag, url, mention
    shown: str
    value: str = ""  # hashtag without '#', expanded link, handle
    account: int = -1  # mention: position in Accounts, -1 where the account is gone


@dataclass(frozen=True, slots=True)
class Placed:
    """A part with its place in the text, in code points, end exclusive."""

    start: int
    end: int
    part: Part


def parts(campaign: Campaign, i: int, *, short: bool) -> list[Part]:
    """The pieces of an original, reply or quote in order; the text is their `shown` joined.

    Args:
        campaign: the campaign.
        i: position of the post.
        short: links shown as a shortener's, as on X.
    """
    p, seen = campaign.posts, campaign.seen
    out: list[Part] = []
    if p.kind[i] == REPLY and seen.ref[i] >= 0:
        out += [*_mention(campaign, int(p.author[p.ref[i]])), Part("plain", " ")]
    out.append(Part("plain", texts.varied(words(campaign, i), int(p.variant[i]))))
    for tag in tags(campaign, i):
        out += [Part("plain", " "), Part("hashtag", f"#{tag}", tag)]
    if seen.mention[i] != -1:
        out += [Part("plain", " "), *_mention(campaign, int(seen.mention[i]))]
    for place, link in enumerate(links(campaign, i)):
        out += [Part("plain", " "), Part("url", texts.short_url(i, place) if short else link, link)]
    return out


def words(campaign: Campaign, i: int) -> str:
    """The words of a post, before tags, links and dress."""
    p = campaign.posts
    if p.own[i] >= 0:
        return campaign.shelf.said[int(p.own[i])].words
    return texts.sentence(int(p.topic[i]), int(campaign.accounts.lang[p.author[i]]), int(p.text[i]))


def tags(campaign: Campaign, i: int) -> list[str]:
    """The hashtags of a post, without '#', in order."""
    p, shelf = campaign.posts, campaign.shelf
    codes = (int(column[i]) for column in (p.tag1, p.tag2, p.tag3))
    bank = texts.hashtags(int(p.topic[i]))
    return [shelf.tags[OWN - c] if c <= OWN else bank[c] for c in codes if c != -1]


def links(campaign: Campaign, i: int) -> list[str]:
    """The links of a post, in order."""
    p, shelf = campaign.posts, campaign.shelf
    codes = (int(column[i]) for column in (p.url, p.url2))
    return [shelf.links[OWN - c] if c <= OWN else texts.url(int(p.topic[i]), c) for c in codes if c != -1]


def _mention(campaign: Campaign, account: int) -> Iterator[Part]:
    if account < -1:
        name = texts.handle(int(campaign.seen.suspended[-2 - account]))
        yield Part("mention", f"@{name}", name)
    else:
        name = handle(campaign.accounts, account)
        yield Part("mention", f"@{name}", name, account)


def published(campaign: Campaign, i: int) -> tuple[str, list[Placed]]:
    """The text as X shows it, and what the platform recognises in it.

    A repost's text is `RT @handle: ` and the original, cut at 140 characters: what lies behind the cut is lost,
    and is found in the original alone.
    """
    p = campaign.posts
    if p.kind[i] != REPOST:
        return placed(parts(campaign, i, short=True))
    original = int(p.ref[i])
    lead = [Part("plain", "RT "), *_mention(campaign, int(p.author[original])), Part("plain", ": ")]
    text, places = placed([*lead, *parts(campaign, original, short=True)])
    if len(text) <= _OLD_LENGTH:
        return text, places
    return text[: _OLD_LENGTH - 1] + "\u2026", [x for x in places if x.end < _OLD_LENGTH]


def placed(pieces: list[Part]) -> tuple[str, list[Placed]]:
    """The text of some pieces, and the places of what is not plain."""
    at, places = 0, []
    for part in pieces:
        if part.what != "plain":
            places.append(Placed(at, at + len(part.shown), part))
        at += len(part.shown)
    return "".join(p.shown for p in pieces), places


def language(campaign: Campaign, i: int) -> str:
    """The language of a post: its text's, or the original's for a repost."""
    p = campaign.posts
    i = int(p.ref[i]) if p.kind[i] == REPOST else i
    return texts.LANGS[
        campaign.shelf.said[int(p.own[i])].lang if p.own[i] >= 0 else int(campaign.accounts.lang[p.author[i]])
    ]


def client(campaign: Campaign, i: int) -> str:
    """The application that posted; empty where the exports do not say."""
    return campaign.shelf.clients[int(campaign.posts.client[i])] if campaign.scenario.damage.client_field else ""
