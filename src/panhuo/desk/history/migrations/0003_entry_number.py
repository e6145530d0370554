from django.core.management.color import no_style
from django.db import migrations, models


def count_on(apps, schema_editor):
    """Going back: the key is given by the database again, from the largest on."""
    entries = apps.get_model("history", "LoggedAction")
    for statement in schema_editor.connection.ops.sequence_reset_sql(no_style(), [entries]):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """The key of an entry becomes its number, which the log gives."""

    dependencies = [("history", "0002_logged_action")]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, count_on),  # first, so that it is last on the way back
        migrations.RenameField("loggedaction", "id", "number"),
        migrations.AlterField("loggedaction", "number", models.BigIntegerField(primary_key=True, serialize=False)),
        migrations.AlterModelOptions("loggedaction", options={"ordering": ("number",)}),
    ]
