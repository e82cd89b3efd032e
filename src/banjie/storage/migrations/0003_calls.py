"""calls: the append-only log of events, the record derived from it"""

from alembic import op

from banjie.storage.migrate import run

revision, down_revision = "0003", "0002"

# No foreign keys here: the log must take what happened, whatever became of the queue or the agent since.
_UP = """
CREATE TABLE call_event (
    call_id text NOT NULL,
    seq integer NOT NULL,
    tenant_id text NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    facts jsonb NOT NULL,
    PRIMARY KEY (call_id, seq)
);
CREATE TRIGGER call_event_append_only BEFORE UPDATE OR DELETE ON call_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TABLE call_record (
    call_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    last_seq integer NOT NULL,
    channel text NOT NULL,
    peer text NOT NULL,
    dialled text NOT NULL,
    caller text NOT NULL,
    customer_id text,
    language text NOT NULL,
    arrived_at timestamptz NOT NULL,
    answered_at timestamptz,
    queued_at timestamptz,
    connected_at timestamptz,
    ended_at timestamptz,
    held_since timestamptz,
    transferred_to text,
    transferred_at timestamptz,
    script_id text,
    script_version integer,
    pressed text NOT NULL,
    queue_id text,
    agent_id text,
    is_ringing boolean NOT NULL,
    offers_count integer NOT NULL,
    hold_s double precision NOT NULL,
    recording_file text,
    recording_s double precision,
    end_reason text,
    disposition text,
    note text,
    last_at timestamptz NOT NULL,
    wait_s double precision,
    talk_s double precision,
    outcome text NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX call_record_newest ON call_record (tenant_id, arrived_at DESC, call_id DESC);
CREATE INDEX call_record_open ON call_record (tenant_id) WHERE ended_at IS NULL;
CREATE INDEX call_record_agent ON call_record (agent_id, arrived_at DESC) WHERE agent_id IS NOT NULL;
CREATE INDEX call_record_caller ON call_record (tenant_id, caller, arrived_at DESC);
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    op.execute("DROP TABLE call_record, call_event")
