"""appointments: whom an agent has promised to call, and when"""

from banjie.storage.migrate import run

revision, down_revision = "0015", "0014"

_UP = """
CREATE TABLE appointment (
    appointment_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    agent_id text NOT NULL,
    customer_id text,
    number text NOT NULL,
    due_at timestamptz NOT NULL,
    lead interval NOT NULL,
    expiry interval NOT NULL,
    expires_at timestamptz NOT NULL,
    note text NOT NULL,
    state text NOT NULL,
    booked_by text NOT NULL,
    booked_at timestamptz NOT NULL,
    from_call_id text,
    calls_count integer NOT NULL,
    last_call_id text,
    closed_at timestamptz
);
CREATE INDEX appointment_open ON appointment (tenant_id, agent_id, due_at) WHERE closed_at IS NULL;
CREATE INDEX appointment_number ON appointment (tenant_id, number, due_at DESC);
CREATE INDEX appointment_customer ON appointment (tenant_id, customer_id, due_at DESC) WHERE customer_id IS NOT NULL;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run("DELETE FROM timer WHERE kind = 'appointment';\nDROP TABLE appointment;\n")
