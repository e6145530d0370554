from django.db import migrations


def make(apps, schema_editor):
    from panhuo.desk.history.triggers import made

    for statement in made(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    from panhuo.desk.history.triggers import dropped

    for statement in dropped(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """The database refuses changes of the log."""

    dependencies = [("history", "0006_leaf_required")]

    operations = [migrations.RunPython(make, drop)]
