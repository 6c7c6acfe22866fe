"""The published text of a simulated post, with the places of its hashtags, links and mentions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from blowback.simulate import texts
from blowback.simulate.burst import OWN_CLIENT, OWN_TAG
from blowback.simulate.campaign import Campaign
from blowback.simulate.people import handle
from blowback.simulate.posts import REPLY, REPOST

CLIENTS: Final = ("Twitter for Android", "Twitter for iPhone", "Twitter Web App", "TweetDeck")
_OLD_LENGTH: Final = 140  # a repost's text is cut here, the traps' favourite


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
    p, accounts = campaign.posts, campaign.accounts
    author, topic = int(p.author[i]), int(p.topic[i])
    out: list[Part] = []
    if p.kind[i] == REPLY and p.ref[i] >= 0:
        out += [*_mention(campaign, int(p.author[p.ref[i]])), Part("plain", " ")]
    words = texts.sentence(topic, int(accounts.lang[author]), int(p.text[i]))
    out.append(Part("plain", texts.varied(words, int(p.variant[i]))))
    for tag in (int(p.tag1[i]), int(p.tag2[i])):
        if tag >= 0 or tag == OWN_TAG:
            word = campaign.scenario.burst.hashtag if tag == OWN_TAG else texts.hashtags(topic)[tag]
            out += [Part("plain", " "), Part("hashtag", f"#{word}", word)]
    if p.mention[i] != -1:
        out += [Part("plain", " "), *_mention(campaign, int(p.mention[i]))]
    if p.url[i] >= 0:
        link = texts.url(topic, int(p.url[i]))
        out += [Part("plain", " "), Part("url", texts.short_url(i, 0) if short else link, link)]
    return out


def _mention(campaign: Campaign, account: int) -> Iterator[Part]:
    if account < -1:
        name = texts.handle(int(campaign.suspended[-2 - account]))
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
        return _placed(parts(campaign, i, short=True))
    original = int(p.ref[i])
    lead = [Part("plain", "RT "), *_mention(campaign, int(p.author[original])), Part("plain", ": ")]
    text, places = _placed([*lead, *parts(campaign, original, short=True)])
    if len(text) <= _OLD_LENGTH:
        return text, places
    return text[: _OLD_LENGTH - 1] + "\u2026", [x for x in places if x.end < _OLD_LENGTH]


def _placed(pieces: list[Part]) -> tuple[str, list[Placed]]:
    at, places = 0, []
    for part in pieces:
        if part.what != "plain":
            places.append(Placed(at, at + len(part.shown), part))
        at += len(part.shown)
    return "".join(p.shown for p in pieces), places


def language(campaign: Campaign, i: int) -> str:
    """The language of a post: its author's, or the original author's for a repost."""
    p = campaign.posts
    author = p.author[p.ref[i]] if p.kind[i] == REPOST else p.author[i]
    return texts.LANGS[int(campaign.accounts.lang[author])]


def client(campaign: Campaign, i: int) -> str:
    """The application that posted."""
    which = int(campaign.posts.client[i])
    return campaign.scenario.burst.client if which == OWN_CLIENT else CLIENTS[which]
