"""sip: trunks that are kept by hand; what we prove to a carrier is sealed with a key that is not in the database"""

from banjie.storage.migrate import run

revision, down_revision = "0010", "0009"

_UP = """
CREATE TABLE trunk (
    trunk_id text PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenant,
    name text NOT NULL,
    servers text[] NOT NULL,
    transport text NOT NULL,
    networks text[] NOT NULL,
    username text,
    password_sealed bytea,
    must_prove boolean NOT NULL,
    has_in_band_digits boolean NOT NULL,
    is_active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, name)
);
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run("DROP TABLE trunk;\n")
