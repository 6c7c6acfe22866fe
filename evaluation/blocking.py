"""Blocking: the June 2014 Iraq data replayed, OONI's cases, statistics by simulation. Writes docs/evaluation/blocking.md.

`BLOWBACK_SHARED` names the data folder where it does not lie beside the checkout.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import moves_rates
import shutdowns_simulated
from blocking_simulated import chance_of_words, coverage_of_intervals, relabelled
from blowback.desk import Desk, new_case

DATA = (
    Path(os.environ.get("BLOWBACK_SHARED") or Path(__file__).resolve().parents[2] / "shared" / "data") / "infocontrols"
)
IRAQ = DATA / "iraq_2014_06"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "evaluation" / "blocking.md"
REASON = 'actor = "as reported in June 2014"\nquote = "sites that the group uses are blocked"\ndate = "2014-06-13"\n[blocked]\ncategory = ["MILX"]\n'
BAD = ("blocked", "likely_blocked")


def interval(ends) -> str:
    low, high = ends
    return f"[{low or 0:.3g}, {'inf' if high is None else f'{high:.3g}'}]"


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def iraq(folder: Path) -> tuple[Desk, dict, list[str]]:
    """Raw dig text end to end."""
    desk, start, wall = new_case(folder / "dns"), cpu(), time.monotonic()
    done = desk.blocking_import(IRAQ / "dns_raw.tar.xz", DATA / "test-lists" / "2014-04-15")
    took = cpu() - start
    result = desk.blocking_judge()
    golden = {(r["isp"], r["day"], r["name"]) for r in csv.DictReader((IRAQ / "golden" / "blocked_cells.csv").open())}
    cells = result.table("cells").to_pylist()
    found = {(c["network"], c["day"], c["name"]): c for c in cells if c["state"] in BAD}
    (folder / "reason.toml").write_text(REASON)
    audit = desk.blocking_audit(folder / "reason.toml")
    out = [
        "## The June 2014 data, raw dig text to wording",
        "",
        f"{done.as_dict()['rows']['lookups']:,} lookups read in {took:.1f} CPU s and judged in {result.cpu_seconds:.1f} CPU s "
        f"({time.monotonic() - wall:.0f} s in all on a shared machine). Golden cells: **{len(golden & found.keys())} of {len(golden)} reproduced**, "
        f"{len(golden - found.keys())} missing, {len(found.keys() - golden)} extra.",
        "",
        "| network | cells blocked | by rule | by cause |",
        "|---|---|---|---|",
    ]
    for network in sorted({k[0] for k in found}):
        mine = [c for k, c in found.items() if k[0] == network]
        rules, causes = (Counter(c[f] for c in mine) for f in ("rule", "cause"))
        told = ["; ".join(f"`{k}` {n}" for k, n in sorted(c.items())) for c in (rules, causes)]
        out.append(f"| {network} | {len(mine)} | {told[0]} | {told[1]} |")
    return desk, audit, [*out, "", by_resolver(result), "", *readiness(result), "", *rationale(audit)]


def by_resolver(result) -> str:
    """Blocked, pinned and invalid lookups of each resolver-day against the golden counts (June's own dumps)."""
    mine: Counter = Counter()
    for v in result.table("verdicts").to_pylist():
        kind = (
            "blocked"
            if v["state"] in BAD
            else "pinned"
            if v["cause"] == "pinned"
            else "invalid"
            if v["cause"] == "input"
            else ""
        )
        mine[v["resolver"], v["day"], kind] += v["lookups"]
    theirs: Counter = Counter()
    for r in csv.DictReader((IRAQ / "golden" / "resolver_day_verdicts.csv").open()):
        if r["source"] == "june":
            word = r["verdict"].partition(":")[0].replace("invalid_input", "invalid")
            theirs[r["resolver"], r["day"], word if word in ("blocked", "pinned", "invalid") else ""] += int(
                r["lookups"]
            )
    days = sorted({k[:2] for k in theirs})
    same = sum(all(mine[*d, k] == theirs[*d, k] for k in ("blocked", "pinned", "invalid")) for d in days)
    return f"Resolver-days on which the numbers of blocked, pinned and invalid lookups are the golden ones: **{same} of {len(days)}**."


def readiness(result) -> list[str]:
    days = result.table("resolver_days").to_pylist()
    words = Counter((d["network"], d["word"]) for d in days)
    refused, whole = sum(d["refused"] for d in days), sum(d["lookups"] for d in days)
    told = "; ".join(f"{n} {w} on {c} resolver-days" for (n, w), c in sorted(words.items()))
    naive = [
        v
        for v in result.table("verdicts").to_pylist()
        if v["state"] not in BAD and v["seen"] in ("NXDOMAIN", "SERVFAIL")
    ]
    return [
        f"Informativeness: {told}. {refused:,} of {whole:,} lookups ({refused / whole:.0%}) were refused.",
        "",
        f"What simpler rules would have said: refusals taken for open sites would make {refused:,} lookups 'not blocked' (they tell nothing); every",
        f"NXDOMAIN or SERVFAIL taken for a block would add {len(naive)} false rows; every private answer, the site that is 192.168.1.1 for everybody; "
        "dropping servers that refuse, as liveness controls do, would lose all 80 cells of IQ Net and ITC.",
    ]


def rationale(audit: dict) -> list[str]:
    golden = json.loads((IRAQ / "golden" / "rationale.json").read_text())
    out = ["## Does it fit the stated reason?", "", "| | golden | here |", "|---|---|---|"]
    mine, theirs = audit["networks"]["Earthlink"], golden[0]
    odds = mine["enrichment"]
    rows = [
        ("Earthlink: names asked", theirs["names_tested"], mine["units_asked"]),
        ("that tell something", theirs["informative"], mine["units_informative"]),
        ("blocked", theirs["blocked"], mine["units_blocked"]),
        ("table", theirs["table"], mine["table"]),
        ("coverage, 95 %", interval(theirs["coverage_ci95"]), interval(mine["coverage"]["ci95"])),
        ("purity, 95 %", interval(theirs["purity_ci95"]), interval(mine["purity"]["ci95"])),
        (
            "odds ratio, 95 %",
            f"{theirs['odds_ratio']} {interval(theirs['or_ci95'])}",
            f"{odds['odds_ratio']:g} {interval(odds['ci95'])}",
        ),
        ("Fisher p", theirs["fisher_p"], odds["fisher_p"]),
        ("wording", "contradicted (by the rule)", mine["wording"]),
        ("Newroz", golden[1]["verdict"], audit["wording"]["Newroz"]),
    ]
    out += [f"| {a} | {b} | {c} |" for a, b, c in rows]
    anon = next(r for r in mine["categories"] if r["category"] == "ANON")
    out += [
        "",
        f"What is enriched instead: circumvention tools, {anon['blocked']} of {anon['informative']}, odds ratio {anon['odds_ratio']:.1f} "
        f"{interval(anon['ci95'])}, p {anon['fisher_p']:.1g}, q {anon['q']:.1g} over {len(mine['categories'])} categories.",
        f"Without names that share a poisoned label: coverage {mine['without_collateral']['coverage']['hits']}/{mine['without_collateral']['coverage']['of']}, "
        f"purity {mine['without_collateral']['purity']['hits']}/{mine['without_collateral']['purity']['of']}, the same word.",
        f"IQ Net and ITC: {audit['wording']['IQNet']}, {audit['wording']['ITC']}: of the names that the reason predicts, hardly any tells anything there. "
        "ITC's one predicted name is twitter.com, which the list of 2014 has under HACK and FEXP: labels decide, and the audit shows them."
        if audit["networks"]["ITC"]["coverage"]["of"] else
        f"IQ Net and ITC: {audit['wording']['IQNet']}, {audit['wording']['ITC']}: no name that the reason predicts tells anything there.",
    ]  # fmt: skip
    return out


def sentence(desk: Desk) -> list[str]:
    names = ("sham-iraq.cu.cc", "www.alplatformmedia.com", "shamikh1.info", "iraqislami.own0.com")
    claim = desk.blocking_audit(claim=(0, 7), names=names)["claim"]
    case = claim["in_case"]
    return [
        "## The claim audit",
        "",
        f'"None of 7 is blocked": by its numbers a true share of up to {claim["true_share_up_to"]:.0%} (exact 95 %). Of the four conflict-party names that can be told in the '
        f"DNS dumps, {case['names_asked']} were asked and {case['names_informative']} tell something ({case['names'][0]['why_not']}): **{case['word']}**; "
        f"overturned by {case['would_overturn']}.",
    ]


def published(folder: Path) -> list[str]:
    desk = new_case(folder / "all")
    desk.blocking_import(IRAQ, DATA / "test-lists" / "2014-04-15", DATA / "fingerprints")
    found = desk.blocking_audit(folder / "reason.toml", claim=(0, 7))
    out = ["## Defects of the published tables, found by the audit", ""]
    for one in found["published"]:
        name = one["list"].rpartition("/")[2]
        kinds = Counter(d["defect"] for d in one["defects"])
        told = [f"{one['borne_out']} of {one['entries']} entries borne out"]
        if not one.get("network_named", True):
            told.append(
                f"names no network of the dumps; what {one['network_fits_best']} blocks is {one['fit']:.0%} the same list"
            )
        told += [
            f"{n} x {k} (such as {next(d['entry'] for d in one['defects'] if d['defect'] == k)})"
            for k, n in sorted(kinds.items())
        ]
        if one["blocked_but_missing"]:
            told.append(f"blocked and not listed: {', '.join(one['blocked_but_missing'][:4])}")
        out.append(f"- `{name}`: {'; '.join(told)}.")
    return [*out, "", *pages(desk, found)]


def pages(desk: Desk, found: dict) -> list[str]:
    review = desk.signal(found["run"], "review").to_pylist()
    proposed = [g for g in review if g["proposed"]]
    rows = [f for f in desk.table("fetches").to_pylist() if f["label"]]
    truth = Counter(f["label"] for f in rows)
    told = desk.signal(found["run"], "verdicts").to_pylist()
    hit = sum(v["lookups"] for v in told if v["layer"] == "page" and v["state"] in BAD)
    detection = found["networks"]["Earthlink"]["detection"]["page_fetches_of_blocked_names"]
    errors = [g for g in review if g["word"] == "proxy_error"]
    return [
        "## Block pages without fingerprints",
        "",
        f"{len(rows)} proxied fetches and controls; a hand-made label says {truth['blockpage']} block pages (it is not read by the judge). "
        f"Proposed groups: {len(proposed)}, with {proposed[0]['pages']} pages for {proposed[0]['urls']} URLs; pages judged blocked: {hit}; "
        f"proxy errors in it: 0; groups of proxy errors set apart: {len(errors)} ({sum(g['pages'] for g in errors)} pages). "
        f"Published fingerprints that match the page: {sum(bool(g['fingerprint']) for g in proposed)} of {len(desk.table('fingerprints'))}.",
        f"One fetch decides little: of {detection['of']} fetches of names that are blocked, {detection['hits']} ({detection['value']:.0%}) show it.",
    ]


def ooni(folder: Path) -> list[str]:
    desk = new_case(folder / "ooni")
    desk.blocking_import(DATA / "ooni" / "web_connectivity_qa.jsonl")
    rows = desk.blocking_judge().table("measured").to_pylist()
    expected = list(csv.DictReader((DATA / "ooni" / "web_connectivity_qa_expected.csv").open()))
    agree, out = 0, []
    for row, want in zip(rows, expected, strict=True):  # the file's own order
        stated = (want["blocking"].lower(), want["accessible"].lower())
        same = (row["blocking"], row["accessible"]) == stated
        agree += same
        if not same:
            out.append(
                f"- `{want['case']}`: OONI {stated[0] or 'empty'}/{stated[1] or 'empty'}, here {row['blocking']}/{row['accessible']} ({row['rule']}): {row['why']}."
            )
    return [
        "## OONI's web_connectivity cases",
        "",
        f"`blocking` and `accessible` agree on **{agree} of {len(rows)}**. Each disagreement:",
        "",
        *out,
        "",
        "A challenge page comes from the site's own CDN: refusing a vantage is not the network's doing. For a bare address OONI's file states neither.",
    ]


def speed(folder: Path) -> list[str]:
    """A quarter of a million lookups: the June files under the dates of six other months."""
    import tarfile

    names = {"01": "Jan", "02": "Feb", "03": "Mar", "04": "Apr", "05": "May", "07": "Jul"}
    many = folder / "many"
    many.mkdir()
    with tarfile.open(IRAQ / "dns_raw.tar.xz") as archive:
        for entry in archive:
            if "DNS lookups" in entry.name and entry.isfile():
                text = archive.extractfile(entry).read()
                for number, month in names.items():
                    (many / Path(entry.name).name.replace("-06-", f"-{number}-")).write_bytes(
                        text.replace(b" Jun ", f" {month} ".encode())
                    )
    desk, start = new_case(folder / "big"), cpu()
    rows = desk.blocking_import(many).as_dict()["rows"]["lookups"]
    read = cpu() - start
    result = desk.blocking_judge()
    return [
        "## Speed",
        "",
        f"{rows:,} lookups as {len(list(many.iterdir()))} files of dig text: read in {read:.0f} CPU s, judged in {result.cpu_seconds:.0f} CPU s, {result.peak_mb:,.0f} MB at the peak.",
    ]


def main() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        desk, audit, replay = iraq(folder)
        out = [
            "# Blocking: evaluation",
            "",
            "Written by `make evaluation` (`evaluation/blocking.py`). Rules were written with the June 2014 data and OONI's cases at hand: what is",
            "shown on these is agreement, not accuracy on new data. Scenarios in network namespaces: [measuring](../how-to/blocking.md).",
            "",
            *replay, "", *sentence(desk), "", *published(folder), "", *ooni(folder), "",
            "## Statistics by simulation", "", *coverage_of_intervals(), "", *chance_of_words(), "",
            *relabelled(desk, audit), "", *moves_rates.section(), "", *shutdowns_simulated.section(), "", *speed(folder), "",
            "## Losses and limits", "",
            "- One body of raw data from one country carries the DNS rules; a second one may show other lies, and other honest oddities.",
            "- Moves of links and collapses of networks are shown on simulated worlds of our own; no real case with both posts and a bracketed block was at hand.",
            "- Without controls, plain NXDOMAIN and SERVFAIL stay undecided: in June 2014 a resolver that lied so would have gone unnoticed at Earthlink.",
            "- Proxy errors are told by their words, in English; an unknown product's error page would be proposed as a block page, and a person must dismiss it.",
            "- The label of the pages and the group that was found agree because there was one block page; several similar ones would be several groups.",
            "- Names of networks in the 2014 data are inferred from host names, SOA records and ranges, here as in the golden files.",
        ]  # fmt: skip
    PAGE.write_text("\n".join(out) + "\n", encoding="utf-8")
    print(PAGE, f"{np.round(cpu())} CPU s")


if __name__ == "__main__":
    main()
