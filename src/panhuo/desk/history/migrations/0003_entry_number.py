from django.db import migrations, models


class Migration(migrations.Migration):
    """The key of an entry becomes its number, which the log gives."""

    dependencies = [("history", "0002_logged_action")]

    operations = [
        migrations.RenameField("loggedaction", "id", "number"),
        migrations.AlterField("loggedaction", "number", models.BigIntegerField(primary_key=True, serialize=False)),
        migrations.AlterModelOptions("loggedaction", options={"ordering": ("number",)}),
    ]
