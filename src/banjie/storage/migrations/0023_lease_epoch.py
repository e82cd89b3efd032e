"""lease: name and epoch are a key, so that a renewal and a fenced write do not wait for each other"""

from alembic import op

revision, down_revision = "0023", "0022"


def upgrade() -> None:
    op.execute("CREATE UNIQUE INDEX lease_epoch ON lease (name, epoch)")


def downgrade() -> None:
    op.execute("DROP INDEX lease_epoch")
