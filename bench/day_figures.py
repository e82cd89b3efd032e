"""What is printed of a full house: how fast it was, what it cost, what people did."""

from collections import Counter

import numpy as np

from banjie.calls.cdr import Outcome
from banjie.parts.lead import LEADS_FOR_S, RENEW_S
from bench import verdict
from bench.busy_day import Outcomes, Plan
from bench.report import Figure, Reference
from bench.verdict import Day


def figures(found: Outcomes) -> list[Figure]:
    """Of what was not seen at all there is no figure."""
    return [*_rung(found), *_spent(found), *_renewed(found)]


def _rung(found: Outcomes) -> list[Figure]:
    late_ms = verdict.ringing(found.day).late_ms
    return [
        Figure(
            name=f"offered to ringing, p{percent}",
            value=float(np.percentile(late_ms, percent)),
            unit="ms",
            reference=Reference(
                what="the load's own loop, how late",
                value=float(np.percentile(found.loop_late_ms, percent)),
            ),
            goal=goal,
        )
        for percent, goal in ((50, ""), (99, "< 500"))
        if late_ms
    ]


def _spent(found: Outcomes) -> list[Figure]:
    calls = len(found.day.records)
    used = {"a call, our server": found.spent.server_s, "a call, its PostgreSQL": found.spent.database_s}
    return [
        Figure(
            name=name,
            value=used_s * 1000 / calls,
            unit="CPU-ms",
            reference=Reference(what="SIPp, the callers alone", value=found.callers_cpu_s * 1000 / calls),
        )
        for name, used_s in used.items()
        if calls
    ]


def _renewed(found: Outcomes) -> list[Figure]:
    """How late the lease is renewed: it is due every `RENEW_S`, and lapses for us after `LEADS_FOR_S`."""
    apart_ms = [1000 * apart_s for apart_s in found.watch.renewals.apart_s]
    return [
        Figure(
            name=f"renewals of the lease apart, {name}",
            value=float(np.percentile(apart_ms, percent)),
            unit="ms",
            reference=Reference(what="as they are due", value=RENEW_S * 1000),
            goal=goal,
        )
        for name, percent, goal in (
            ("p50", 50, ""),
            ("p99", 99, ""),
            ("most", 100, f"< {LEADS_FOR_S * 1000:g}"),
        )
        if apart_ms
    ]


def facts(plan: Plan, found: Outcomes) -> dict[str, float]:
    records = found.day.records
    outcomes = {
        f"{outcome.lower()}": sum(record.outcome is outcome for record in records) for outcome in Outcome
    }
    told = {
        "agents": plan.agents,
        "callers": plan.callers,
        "seconds": plan.seconds,
        "calls": len(records),
        **{name: count for name, count in outcomes.items() if count},
        "service level": found.board["service_level_ratio"] or 0.0,
        "offers": sum(record.offers_count for record in records),
        "offers that never rang": verdict.ringing(found.day).never,
        "lapses of the lease": found.watch.renewals.lapses_count,
        **_called_back(found),
        "answers that crossed a CANCEL": len(found.crossed_ms),
        "the slowest of them hung up after ms": max(found.crossed_ms, default=0.0),
        "things wrong": len(found.wrong),
    }
    if plan.is_killed:
        told["interrupted"] = sum(record.end_reason == "interrupted" for record in records)
        told["seconds until well again"] = found.back_s
    told |= {f"agents: {what}": times for what, times in sorted(found.seen.did.items())}
    return told | {f"too late to {what}": times for what, times in sorted(found.seen.too_late.items())}


def _called_back(found: Outcomes) -> dict[str, float]:
    day = found.day
    endings = Counter(row.state if row.ending is None else row.ending for row in day.callbacks)
    return {
        "callbacks": len(day.callbacks),
        **{f"callbacks {ending}": count for ending, count in sorted(endings.items())},
        **_over_the_kill(day),
        "customers rung": len(day.customers_rang),
    }


def _over_the_kill(day: Day) -> dict[str, float]:
    if day.killed_at is None:
        return {}
    waited = [row for row in day.callbacks if row.asked_at < day.killed_at]
    return {
        "callbacks that waited on over the kill": sum(
            row.ended_at is None or row.ended_at > day.killed_at for row in waited
        )
    }
