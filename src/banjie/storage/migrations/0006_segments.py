"""calls: one segment for each person a caller was put through to; waits that begin again after a transfer"""

from banjie.storage.migrate import run

revision, down_revision = "0006", "0005"

# Most calls have one segment, whose agent is the record's own: the index holds the others only.
_UP = """
ALTER TABLE call_record
    ADD COLUMN segments jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN waiting_since timestamptz,
    ADD COLUMN waited_until timestamptz,
    ADD COLUMN waited_s double precision NOT NULL DEFAULT 0;
UPDATE call_record SET waiting_since = queued_at, waited_until = coalesce(connected_at, ended_at)
    WHERE queued_at IS NOT NULL;
UPDATE call_record SET segments = jsonb_build_array(jsonb_build_object(
        'agent_id', agent_id, 'queue_id', queue_id, 'waited_s', wait_s, 'connected_at', connected_at,
        'left_at', ended_at, 'disposition', disposition, 'note', note))
    WHERE connected_at IS NOT NULL AND agent_id IS NOT NULL;
CREATE INDEX call_record_segments ON call_record USING gin (segments jsonb_path_ops)
    WHERE jsonb_array_length(segments) > 1;
"""
_DOWN = """
DROP INDEX call_record_segments;
ALTER TABLE call_record DROP COLUMN segments, DROP COLUMN waiting_since, DROP COLUMN waited_until,
    DROP COLUMN waited_s;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(_DOWN)
