"""Any rules a queue may have."""

from hypothesis import strategies as st

from banjie.base.ids import QueueId
from banjie.routing.bullseye import RINGS_MAX, Ring
from banjie.routing.callbacks import CallbackRules
from banjie.routing.outcomes import HangUp, Outcome, ToCallback, ToQueue, ToScript, ToVoicemail
from banjie.routing.queues import Queue, Strategy, Urgency
from banjie.routing.skills import NO_SKILLS, Skill
from banjie.routing.spoken_wait import COMFORTS, Announcing

_seconds = st.floats(0.5, 1e6, allow_nan=False)
_skills = st.sampled_from([Skill("loans"), Skill("cards"), Skill("language:zh")])
_counts = st.integers(1, 20)


def ways() -> st.SearchStrategy[Outcome]:
    names = st.sampled_from(["general", "urgent", "menu", "closed"])
    return st.one_of(
        st.builds(ToQueue, queue_id=names.map(QueueId)),
        st.builds(ToScript, node=names),
        st.builds(ToVoicemail, box=names),
        st.just(ToCallback()),
        st.builds(HangUp, prompt=names),
    )


@st.composite
def queue_rules(draw: st.DrawFn) -> Queue:
    maybe = st.none() | ways()
    return Queue(
        queue_id=QueueId("any"),
        ring_timeout_s=draw(_seconds),
        acw_s=draw(st.none() | _seconds),
        misses_before_break=draw(_counts),
        rejections_before_break=draw(_counts),
        unreachables_before_break=draw(_counts),
        strategy=draw(st.sampled_from(Strategy)),
        ring_all_max=draw(_counts),
        requires=draw(st.dictionaries(_skills, st.integers(0, 5))) or NO_SKILLS,
        prefers=draw(st.frozensets(_skills)),
        rings=tuple(
            draw(
                st.lists(st.builds(Ring, lasts_s=_seconds, drops=st.frozensets(_skills)), max_size=RINGS_MAX)
            )
        ),
        urgency=draw(st.sampled_from(Urgency)),
        score_s_per_priority=draw(_seconds),
        sticky_within_s=draw(_seconds),
        sticky_wait_s=draw(_seconds),
        size_max=(size_max := draw(st.none() | _counts)),
        wait_max_s=(wait_max_s := draw(st.none() | _seconds)),
        when_full=draw(maybe if size_max is None else ways()),
        when_waited=draw(maybe if wait_max_s is None else ways()),
        when_nobody=draw(maybe),
        when_closed=draw(maybe),
        callback=draw(
            st.builds(
                CallbackRules,
                attempts_max=_counts,
                retry_after_s=_seconds,
                lasts_s=_seconds,
                is_offered=st.booleans(),
                key=st.sampled_from("0123456789*#"),
                offered_after_s=_seconds,
            )
        ),
        announcing=draw(
            st.builds(
                Announcing,
                has_position=st.booleans(),
                has_wait=st.booleans(),
                every_s=_seconds,
                comfort=st.none() | st.sampled_from(sorted(COMFORTS)),
            )
        ),
    )
