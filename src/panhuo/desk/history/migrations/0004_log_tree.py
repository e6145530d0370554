import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Role, reason, before, after and leaf of an entry; the tree, its nodes, heads and receipts. All still empty."""

    dependencies = [("history", "0003_entry_number")]

    operations = [
        migrations.AddField("loggedaction", "role", models.CharField(blank=True, default="", max_length=60)),
        migrations.AddField("loggedaction", "reason", models.TextField(blank=True, default="")),
        migrations.AddField("loggedaction", "before", models.JSONField(null=True)),
        migrations.AddField("loggedaction", "after", models.JSONField(null=True)),
        migrations.AddField("loggedaction", "leaf", models.BinaryField(max_length=32, null=True)),
        migrations.CreateModel(
            name="LogTree",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("hash", models.CharField(blank=True, default="", max_length=10)),
                ("size", models.BigIntegerField(default=0)),
                ("tops", models.BinaryField(default=b"")),
            ],
        ),
        migrations.CreateModel(
            name="LogNode",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("level", models.SmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("level", "number"), name="history_lognode_place")],
            },
        ),
        migrations.CreateModel(
            name="LogHead",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("note", models.TextField()),
                ("made_at", models.DateTimeField()),
            ],
            options={"ordering": ("size",)},
        ),
        migrations.CreateModel(
            name="LogReceipt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("content", models.JSONField()),
                ("made_at", models.DateTimeField()),
                (
                    "head",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="history.loghead"
                    ),
                ),
            ],
            options={"ordering": ("id",)},
        ),
    ]
