"""people: teams, sites and skills that are kept by hand, who is in which, phones with a password of their own"""

from banjie.storage.migrate import run

revision, down_revision = "0008", "0007"

_UP = """
ALTER TABLE site ADD COLUMN is_active boolean NOT NULL DEFAULT true,
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE team ADD COLUMN is_active boolean NOT NULL DEFAULT true,
    ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();
DROP TABLE agent_skill;
ALTER TABLE skill ADD COLUMN is_active boolean NOT NULL DEFAULT true, ADD COLUMN position integer NOT NULL DEFAULT 0,
    DROP CONSTRAINT skill_pkey, ADD PRIMARY KEY (tenant_id, skill_id);
CREATE TABLE user_skill (
    tenant_id text NOT NULL REFERENCES tenant,
    user_id text NOT NULL REFERENCES app_user ON DELETE CASCADE,
    skill_id text NOT NULL,
    proficiency smallint NOT NULL CHECK (proficiency BETWEEN 0 AND 5),
    PRIMARY KEY (user_id, skill_id),
    FOREIGN KEY (tenant_id, skill_id) REFERENCES skill
);
ALTER TABLE app_user ADD COLUMN team_id text REFERENCES team;
CREATE INDEX app_user_team ON app_user (team_id);
CREATE TABLE team_lead (
    tenant_id text NOT NULL REFERENCES tenant,
    team_id text NOT NULL REFERENCES team ON DELETE CASCADE,
    user_id text NOT NULL REFERENCES app_user ON DELETE CASCADE,
    PRIMARY KEY (user_id, team_id)
);
ALTER TABLE phone_login ADD COLUMN is_own boolean NOT NULL DEFAULT false;
"""
_DOWN = """
ALTER TABLE phone_login DROP COLUMN is_own;
DROP TABLE team_lead;
ALTER TABLE app_user DROP COLUMN team_id;
DROP TABLE user_skill;
ALTER TABLE skill DROP CONSTRAINT skill_pkey, ADD PRIMARY KEY (skill_id), DROP COLUMN position, DROP COLUMN is_active;
CREATE TABLE agent_skill (
    agent_id text NOT NULL REFERENCES agent ON DELETE CASCADE,
    skill_id text NOT NULL REFERENCES skill,
    tenant_id text NOT NULL REFERENCES tenant,
    proficiency smallint NOT NULL CHECK (proficiency BETWEEN 1 AND 10),
    PRIMARY KEY (agent_id, skill_id)
);
ALTER TABLE team DROP COLUMN created_at, DROP COLUMN is_active;
ALTER TABLE site DROP COLUMN created_at, DROP COLUMN is_active;
"""


def upgrade() -> None:
    run(_UP)


def downgrade() -> None:
    run(_DOWN)
