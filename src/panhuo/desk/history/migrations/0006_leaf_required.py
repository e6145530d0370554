from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("history", "0005_old_entries")]

    operations = [migrations.AlterField("loggedaction", "leaf", models.BinaryField(max_length=32))]
