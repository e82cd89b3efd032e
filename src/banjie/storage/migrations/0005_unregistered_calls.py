"""calls: dispositions the system gives in the agent's stead, and those a call still waits for"""

from banjie.storage.migrate import run

revision, down_revision = "0005", "0004"

_UP = """
ALTER TABLE disposition ADD CONSTRAINT disposition_not_of_the_system
    CHECK (code NOT IN ('acw_timed_out', 'interrupted'));
CREATE INDEX call_record_unregistered ON call_record (tenant_id, arrived_at DESC, call_id DESC)
    WHERE disposition IN ('acw_timed_out', 'interrupted');
DROP INDEX call_record_open;
CREATE INDEX call_record_open ON call_record (tenant_id)
    WHERE ended_at IS NULL OR (connected_at IS NOT NULL AND disposition IS NULL);
"""
_DOWN = """
DROP INDEX call_record_open, call_record_unregistered;
CREATE INDEX call_record_open ON call_record (tenant_id) WHERE ended_at IS NULL;
ALTER TABLE disposition DROP CONSTRAINT disposition_not_of_the_system;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(_DOWN)
