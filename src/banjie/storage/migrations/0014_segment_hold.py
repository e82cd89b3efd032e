"""calls: each agent's part knows how long its customer was on hold"""

from banjie.storage.migrate import run

revision, down_revision = "0014", "0013"

# Of calls that several agents had, whose hold it was is in the log only: theirs stays 0.
_UP = """
UPDATE call_record SET segments = jsonb_set(segments, '{0,hold_s}', to_jsonb(hold_s))
    WHERE hold_s > 0 AND jsonb_array_length(segments) = 1;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(
        "UPDATE call_record SET segments = (SELECT coalesce(jsonb_agg(s - 'hold_s' ORDER BY n), '[]') FROM jsonb_array_elements(segments) WITH ORDINALITY AS parts (s, n))"
    )
