from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("travel", "0005_longer_car_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="rejectedrow",
            name="texts",
            field=models.JSONField(blank=True, default=dict, help_text="the same in each language: {language: text}"),
        ),
        migrations.AlterField(
            model_name="rejectedrow",
            name="text",
            field=models.TextField(help_text="in the language of whoever sent the file"),
        ),
    ]
