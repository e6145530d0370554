from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0003_need_words_and_inventory_cells'),
    ]

    operations = [
        migrations.AddField(
            model_name='sourcefile',
            name='added',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='sourcefile',
            name='changed',
            field=models.IntegerField(db_default=0, default=0),
        ),
    ]
