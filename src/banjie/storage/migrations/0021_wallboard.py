"""insight: when a queue's figures are a warning, screens on walls; routing: agents moved for a time; versions of the set-up"""

from banjie.storage.migrate import run

revision, down_revision = "0021", "0020"

_UP = """
CREATE TABLE queue_threshold (
    queue_id text PRIMARY KEY REFERENCES queue ON DELETE CASCADE,
    tenant_id text NOT NULL REFERENCES tenant,
    waiting_amber integer NOT NULL,
    waiting_red integer NOT NULL,
    longest_amber_s double precision NOT NULL,
    longest_red_s double precision NOT NULL,
    level_amber_ratio double precision NOT NULL,
    level_red_ratio double precision NOT NULL
);
CREATE TABLE wall_screen (
    screen_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    name text NOT NULL,
    teams text[],
    token_hash bytea NOT NULL UNIQUE,
    created_by text NOT NULL REFERENCES app_user,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE TABLE agent_move (
    agent_id text PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
    tenant_id text NOT NULL REFERENCES tenant,
    queues text[] NOT NULL,
    skills jsonb NOT NULL,
    until timestamptz,
    moved_by text NOT NULL REFERENCES app_user,
    moved_at timestamptz NOT NULL
);
CREATE SEQUENCE set_up_number;
CREATE TABLE set_up_version (
    tenant_id text NOT NULL REFERENCES tenant,
    kind text NOT NULL,
    subject text NOT NULL,
    number bigint NOT NULL DEFAULT nextval('set_up_number'),
    changed_by text NOT NULL REFERENCES app_user,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, kind, subject)
);
CREATE INDEX set_up_version_number ON set_up_version (tenant_id, number);
"""
_DOWN = """
DROP TABLE set_up_version;
DROP SEQUENCE set_up_number;
DROP TABLE agent_move;
DROP TABLE wall_screen;
DROP TABLE queue_threshold;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(_DOWN)
