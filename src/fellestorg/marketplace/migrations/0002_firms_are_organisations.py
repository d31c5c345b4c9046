import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('marketplace', '0001_initial'),
        ('organisations', '0006_numbers_of_other_countries'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='firm',
            name='firm_registered_once',
        ),
        migrations.RemoveConstraint(
            model_name='firm',
            name='norwegian_firm_is_an_organisation',
        ),
        migrations.RemoveField(
            model_name='firm',
            name='country',
        ),
        migrations.RemoveField(
            model_name='firm',
            name='registry_number',
        ),
        migrations.AlterField(
            model_name='firm',
            name='organisation',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='firm', to='organisations.organisation'),
        ),
    ]
