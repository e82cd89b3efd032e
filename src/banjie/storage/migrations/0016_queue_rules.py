"""routing: all rules of a queue in one document

Queues that were there go on as they did: outside their hours callers are told so.
"""

from banjie.storage.migrate import run

revision, down_revision = "0016", "0015"

_UP = """
ALTER TABLE queue ADD COLUMN rules jsonb NOT NULL DEFAULT '{}';
UPDATE queue SET rules = jsonb_build_object(
    'ring_timeout_s', ring_timeout_s, 'acw_s', acw_s, 'misses_before_break', misses_before_break,
    'rejections_before_break', rejections_before_break,
    'when_closed', jsonb_build_object('kind', 'hang_up', 'prompt', 'closed')
);
ALTER TABLE queue DROP COLUMN ring_timeout_s, DROP COLUMN acw_s, DROP COLUMN misses_before_break,
    DROP COLUMN rejections_before_break;
"""
_DOWN = """
ALTER TABLE queue ADD COLUMN ring_timeout_s double precision NOT NULL DEFAULT 15,
    ADD COLUMN acw_s double precision,
    ADD COLUMN misses_before_break integer NOT NULL DEFAULT 1,
    ADD COLUMN rejections_before_break integer NOT NULL DEFAULT 1;
UPDATE queue SET ring_timeout_s = coalesce((rules->>'ring_timeout_s')::float8, 15),
    acw_s = (rules->>'acw_s')::float8,
    misses_before_break = coalesce((rules->>'misses_before_break')::integer, 1),
    rejections_before_break = coalesce((rules->>'rejections_before_break')::integer, 1);
ALTER TABLE queue DROP COLUMN rules;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(_DOWN)
