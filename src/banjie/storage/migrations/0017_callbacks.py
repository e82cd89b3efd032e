"""routing: callbacks that outlive a restart; calls: which call calls whom back"""

from banjie.storage.migrate import run

revision, down_revision = "0017", "0016"

# No foreign keys: a callback must be written whatever became of its queue or its customer since.
_UP = """
CREATE TABLE callback (
    call_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    queue_id text NOT NULL,
    number text NOT NULL,
    caller text NOT NULL,
    dialled text NOT NULL,
    customer_id text,
    language text NOT NULL,
    priority integer NOT NULL,
    credit_s double precision NOT NULL,
    needs jsonb NOT NULL,
    waiting_since timestamptz NOT NULL,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    next_at timestamptz,
    agent_id text,
    last_call_id text,
    ended_at timestamptz,
    ending text
) WITH (fillfactor = 70);
CREATE INDEX callback_newest ON callback (tenant_id, asked_at DESC, call_id DESC);
CREATE INDEX callback_open ON callback (tenant_id, waiting_since) WHERE ended_at IS NULL;
ALTER TABLE call_record ADD COLUMN callback_number text, ADD COLUMN callback_of text;
CREATE INDEX call_record_callback_of ON call_record (callback_of) WHERE callback_of IS NOT NULL;
"""
_DOWN = """
DROP INDEX call_record_callback_of;
ALTER TABLE call_record DROP COLUMN callback_of, DROP COLUMN callback_number;
DROP TABLE callback;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(_DOWN)
