"""outbox, timers, leases: what must happen later, once, and by one process at a time"""

from alembic import op

from banjie.storage.migrate import run

revision, down_revision = "0004", "0003"

_UP = """
CREATE TABLE outbox (
    outbox_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    payload jsonb NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now(),
    attempts integer NOT NULL DEFAULT 0,
    last_error text,
    leased_until timestamptz,
    given_up_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (kind, key)
);
CREATE INDEX outbox_due ON outbox (kind, due_at) WHERE given_up_at IS NULL;
CREATE TABLE timer (
    timer_id text PRIMARY KEY,
    tenant_id text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    facts jsonb NOT NULL DEFAULT '{}',
    due_at timestamptz NOT NULL
);
CREATE INDEX timer_due ON timer (kind, due_at);
CREATE TABLE lease (
    name text PRIMARY KEY,
    tenant_id text NOT NULL,
    holder text NOT NULL,
    epoch bigint NOT NULL,
    expires_at timestamptz NOT NULL
);
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    op.execute("DROP TABLE lease, timer, outbox")
