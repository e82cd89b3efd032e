"""routing: queues that are closed or keep hours; people: what an act changed, in the audit log"""

from banjie.storage.migrate import run

revision, down_revision = "0007", "0006"

_UP = """
CREATE TABLE opening_hours (
    hours_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    name jsonb NOT NULL,
    hours jsonb NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE queue ADD COLUMN is_active boolean NOT NULL DEFAULT true,
    ADD COLUMN hours_id text REFERENCES opening_hours;
ALTER TABLE audit_log ADD COLUMN changes jsonb NOT NULL DEFAULT '{}';
CREATE INDEX audit_log_by_person ON audit_log (tenant_id, user_id, occurred_at DESC);
"""
_DOWN = """
DROP INDEX audit_log_by_person;
ALTER TABLE audit_log DROP COLUMN changes;
ALTER TABLE queue DROP COLUMN hours_id, DROP COLUMN is_active;
DROP TABLE opening_hours;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(_DOWN)
